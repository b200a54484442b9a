"""How long one answer takes, beside what Python itself takes on this machine.

    python -m tests.benchmarks.ask [--json]

`ask` is a process from start to answer, with the index of the lookup on disk as after every first
start; the goal is 0.7 s where bare Python takes 20 ms. A warm command is one in a running bot.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bot.adapters.console import ConsoleAdapter
from bot.app.services import LazyStore, make_services, read_grammar
from bot.commands.all import make_registry
from bot.commands.handler import Handler
from bot.commands.shuffle import MemoryShuffle
from bot.settings import read_settings

ROOT = Path(__file__).parents[2]
RUNS = 7
WARM = 50

EVERYTHING = (
    "import bot.cli, bot.app.service, bot.store.store, slack_bolt, telegram, opencc, pypinyin"
)
LINES = (
    "quote 996",
    "quote 裁員",
    "quote twenty-years-in-two",
    "quote 两年跑完20年",
    "quote quantum entanglement",
    "search layoffs",
    "article meta-talent-war",
    "help",
)


def main() -> None:
    figures = measure()
    if "--json" in sys.argv:
        print(json.dumps(figures, indent=1))
        return
    print(f"bare python            {figures['python_s'] * 1000:7.0f} ms")
    print(f"import everything      {figures['everything_s'] * 1000:7.0f} ms")
    print(f"ask quote 996          {figures['ask_s'] * 1000:7.0f} ms", end="")
    print(f"   ({figures['ask_in_everythings']:.2f} × importing everything)")
    for line in LINES:
        print(f"warm: {line:<28}{figures[f'warm {line}'] * 1000:8.2f} ms")


def measure() -> dict[str, float]:
    """Medians in seconds, and the ratio of an answer to importing everything there is."""
    with tempfile.TemporaryDirectory() as folder:
        run = process(Path(folder))
        run("-m", "bot", "ask", "quote 996")  # makes the index
        python, everything, answer = (
            median(lambda words=words: run(*words))  # type: ignore[misc]
            for words in (("-c", "pass"), ("-c", EVERYTHING), ("-m", "bot", "ask", "quote 996"))
        )
        warm = asyncio.run(warmed(Path(folder)))
    ratio = answer / everything
    return {
        "python_s": python,
        "everything_s": everything,
        "ask_s": answer,
        "ask_in_everythings": ratio,
        **warm,
    }


def process(data: Path) -> Callable[..., None]:
    environment = {**os.environ, "AIWORK_DATA_DIR": str(data), "PYTHONPATH": str(ROOT)}

    def run(*words: str) -> None:
        subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=environment, check=True, capture_output=True
        )

    return run


def median(what: Callable[[], None]) -> float:
    return statistics.median(timed(what) for _ in range(RUNS))


def timed(what: Callable[[], None]) -> float:
    start = time.perf_counter()
    what()
    return time.perf_counter() - start


async def warmed(data: Path) -> dict[str, float]:
    """Each line in a running bot: the median of its later answers."""
    settings = read_settings(data_dir=data)
    memory, console = LazyStore(settings), ConsoleAdapter(language="en")
    services = make_services(settings, memory, {console.name: console}, MemoryShuffle())
    await console.start(Handler(services, make_registry(), read_grammar()))
    figures = {}
    for line in LINES:
        took = []
        for _ in range(WARM):
            start = time.perf_counter()
            await console.answer(line)
            took.append(time.perf_counter() - start)
        figures[f"warm {line}"] = statistics.median(took[1:])
    await memory.close()
    return figures


if __name__ == "__main__":
    main()
