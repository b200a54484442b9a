"""What a growing library costs: the starts, one edit, the memory, `content check`.

    python -m tests.benchmarks.library [--quick] [--json]

Each article has twelve quotes. The baseline is what was done before anything was remembered, in the
same run: all files read and checked, the index built. Every part has a process of its own.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from tests.benchmarks._library import article_id, write_library

SIZES, QUICK_SIZES = (100, 1_000), (20, 60)
EDITS, QUICK_EDITS = 50, 8
MB = 1_000_000
TODAY = date(2026, 12, 31)

GOALS = {
    "second_start_s": 2.0, "memory_mb": 260.0, "edit_s": 2.0, "help_p99_ms": 100.0,
    "check_again_s": 1.5,
}  # fmt: skip
"""With 1,000 articles; with 100 a fifth of it at most."""


def main() -> None:
    if sys.argv[1:2] == ["part"]:
        print(json.dumps(PARTS[sys.argv[2]](Path(sys.argv[3]))))
        return
    sizes = QUICK_SIZES if "--quick" in sys.argv else SIZES
    figures = {str(size): measure(size) for size in sizes}
    if "--json" in sys.argv:
        print(json.dumps(figures, indent=1))
        return
    for size, found in figures.items():
        print(f"{size} articles, {int(size) * 12} quotes")
        for name, value in found.items():
            goal = f"   goal {GOALS[name]:g}" if name in GOALS else ""
            print(f"  {name:<34}{value:>10.2f}{goal}")


def measure(size: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_library(folder / "content", size)
        parts = [_part(name, folder) for name in ("start", "start", "edits", "check")]
    first, second, edits, check = parts
    return {
        "first_start_s": first["s"],
        "second_start_s": second["s"],
        "second_start_in_first": second["s"] / first["s"],
        "imports_mb": second["imports_mb"],
        "memory_mb": second["mb"],
        "memory_after_edits_mb": edits["mb"],
        "edit_s": edits["edit_s"],
        "edit_in_first_start": edits["edit_s"] / first["s"],
        "help_p99_ms": edits["help_p99_ms"],
        "help_p99_in_idle": edits["help_p99_ms"] / edits["help_p99_idle_ms"],
        "check_s": check["first_s"],
        "check_again_s": check["again_s"],
        "check_again_in_first": check["again_s"] / check["first_s"],
    }


def _part(name: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.library", "part", name, str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _memory() -> float:
    import psutil

    return float(psutil.Process().memory_info().rss / MB)


def _imports() -> None:
    import bot.adapters.telegram
    import bot.app.service
    import bot.app.slack
    import bot.library.search.lookup  # noqa: F401


def _start(folder: Path) -> dict[str, float]:
    _imports()
    from bot.library.reload import LiveLibrary

    imports, began = _memory(), time.perf_counter()
    live = LiveLibrary(folder / "content", folder / "cache")
    asyncio.run(live.warm())
    return {"s": time.perf_counter() - began, "imports_mb": imports, "mb": _memory()}


def _edits(folder: Path) -> dict[str, float]:
    _imports()
    return asyncio.run(_edit(folder))


async def _edit(folder: Path) -> dict[str, float]:
    """Each edit is saved and waited for while somebody asks for help all the time."""
    from bot.library.reload import LiveLibrary
    from tests.commands.desk import OneStore, make_desk
    from tests.databases import Clock, new_database

    live = LiveLibrary(folder / "content", folder / "cache")
    await live.warm()
    clock = Clock("2026-03-02T08:00")
    stores = OneStore(new_database("sqlite", folder), clock)
    desk = make_desk(stores, clock, library=live)
    idle = [await _help(desk) for _ in range(300)]
    watching = asyncio.create_task(live.watch())
    await asyncio.sleep(1)
    took, helped = [], []
    file = folder / "content" / "articles" / f"{article_id(7)}.yaml"
    small = len(list(file.parent.iterdir())) < SIZES[0]
    for number in range(QUICK_EDITS if small else EDITS):
        before = live.edition
        text = file.read_text("utf-8")
        file.write_text(text.replace("的", "地", number + 1), "utf-8")
        began = time.perf_counter()
        while live.edition is before:
            helped.append(await _help(desk))
            await asyncio.sleep(0.01)
        took.append(time.perf_counter() - began)
    watching.cancel()
    await stores.close()
    del before
    return {
        "edit_s": sorted(took)[len(took) // 2],
        "mb": _memory(),
        "help_p99_ms": 1000 * sorted(helped)[int(len(helped) * 0.99)],
        "help_p99_idle_ms": 1000 * sorted(idle)[int(len(idle) * 0.99)],
    }


async def _help(desk: Any) -> float:
    began = time.perf_counter()
    await asyncio.sleep(0)  # whoever holds the loop is part of the wait
    await desk("help")
    return time.perf_counter() - began


def _check(folder: Path) -> dict[str, float]:
    from bot.core.language import Language
    from bot.library.check import check

    took = []
    for number in range(2):
        began = time.perf_counter()
        check(folder / "content", Language.EN, TODAY, cache=folder / "cache")
        took.append(time.perf_counter() - began)
        file = folder / "content" / "articles" / f"{article_id(number)}.yaml"
        file.write_text(file.read_text("utf-8").replace("的", "地", 1), "utf-8")
    return {"first_s": took[0], "again_s": took[1]}


PARTS = {"start": _start, "edits": _edits, "check": _check}

if __name__ == "__main__":
    main()
