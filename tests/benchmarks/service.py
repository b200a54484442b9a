"""What the running bot costs while nobody asks: the start, the memory, the CPU.

    python -m tests.benchmarks.service [--quick] [--json]

Both platforms are stand-ins on loopback, and both are connected: polling and Socket Mode, so that
connections are held and pinged, beside deliveries, health and figures. Times are given as
multiples of a bare `python` that imports what the bot imports, memory beside that process's.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.standin.slack import APP_TOKEN, BOT_TOKEN, SlackStandIn
from tests.standin.telegram import TOKEN, Standin
from tests.whole import running

READY_GOAL, MEMORY_GOAL, CPU_GOAL = 2.0, 150.0, 1.0
"""Seconds, MB, per cent of one core."""

MB = 1_000_000

IMPORTS = (
    "import bot.cli, bot.app.service, bot.app.slack, bot.adapters.telegram, bot.library.search; "
    "import psutil; print(psutil.Process().memory_info().rss)"
)

TALK = ("/quote 996", "/quote 裁員", "/search layoffs", "/help", "/status", "/topics")


def main() -> None:
    quick = "--quick" in sys.argv
    figures = asyncio.run(measure(starts=2 if quick else 5, idle=10.0 if quick else 60.0))
    if "--json" in sys.argv:
        print(json.dumps(figures, indent=1))
        return
    for label, value, goal in (
        ("import everything", f"{figures['import_s']:.2f} s", ""),
        ("  its memory", f"{figures['import_mb']:.0f} MB", ""),
        ("first start (the index is made)", f"{figures['first_ready_s']:.2f} s", ""),
        ("  idle memory after it", f"{figures['first_idle_mb']:.0f} MB", ""),
        ("start to ready", f"{figures['ready_s']:.2f} s", f"{READY_GOAL} s"),
        ("  in CPU", f"{figures['ready_cpu_s']:.2f} s", ""),
        ("  in imports of everything", f"{figures['ready_in_imports']:.2f}", ""),
        ("idle memory", f"{figures['idle_mb']:.0f} MB", f"{MEMORY_GOAL:.0f} MB"),
        ("  after 300 commands", f"{figures['talked_mb']:.0f} MB", ""),
        ("idle CPU", f"{figures['idle_cpu_percent']:.2f} %", f"{CPU_GOAL:.0f} %"),
    ):
        print(f"{label:<34}{value:>9}" + (f"   goal {goal}" if goal else ""))


async def measure(starts: int, idle: float) -> dict[str, float]:
    """Medians of the starts; the last of them is watched."""
    imports, import_mb = import_everything(starts)
    with tempfile.TemporaryDirectory() as folder:
        async with SlackStandIn() as slack, Standin() as telegram:
            settings = {
                "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN,
                "SLACK_API_BASE_URL": slack.api, "TELEGRAM_BOT_TOKEN": TOKEN,
                "TELEGRAM_API_BASE_URL": telegram.root, "PORT": "0",
            }  # fmt: skip
            first = await start(Path(folder), settings, fresh=True)
            later = [await start(Path(folder), settings) for _ in range(starts)]
            watched = await watch(Path(folder), settings, telegram, idle)
    ready = statistics.median(one["ready_s"] for one in later)
    cpu = statistics.median(one["cpu_s"] for one in later)
    return {
        "import_s": imports,
        "import_mb": import_mb,
        "first_ready_s": first["ready_s"],
        "first_idle_mb": first["mb"],
        "ready_s": ready,
        "ready_cpu_s": cpu,
        "ready_in_imports": ready / imports,
        "idle_mb": statistics.median(one["mb"] for one in later),
        **watched,
    }


def import_everything(times: int) -> tuple[float, float]:
    took, size = [], 0
    for _ in range(times):
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", IMPORTS], check=True, capture_output=True, text=True
        )
        took.append(time.perf_counter() - began)
        size = int(done.stdout)
    return statistics.median(took), size / MB


async def start(folder: Path, settings: dict[str, str], *, fresh: bool = False) -> dict[str, float]:
    began = time.perf_counter()
    async with running(folder, settings, fresh=fresh) as bot:
        await bot.ready()
        ready = time.perf_counter() - began
        process = psutil.Process(bot.process.pid)
        cpu = sum(process.cpu_times()[:2])
        await asyncio.sleep(1)
        size = process.memory_info().rss / MB
        await bot.stop()
    return {"ready_s": ready, "cpu_s": cpu, "mb": size}


async def watch(
    folder: Path, settings: dict[str, str], telegram: Standin, seconds: float
) -> dict[str, float]:
    async with running(folder, settings) as bot:
        await bot.ready()
        await asyncio.sleep(3)
        process = psutil.Process(bot.process.pid)
        before = sum(process.cpu_times()[:2])
        await asyncio.sleep(seconds)
        spent = sum(process.cpu_times()[:2]) - before
        for number in range(300):
            answers = len(telegram.sent)
            telegram.says(TALK[number % len(TALK)], user=1000 + number)
            await telegram.until(lambda answers=answers: len(telegram.sent) > answers, 30)  # type: ignore[misc]
        talked = process.memory_info().rss / MB
        await bot.stop()
    return {"idle_cpu_percent": 100 * spent / seconds, "talked_mb": talked}


if __name__ == "__main__":
    main()
