"""A morning of many workspaces: one digest each, all due at once, while people ask for help.

    python -m tests.benchmarks.lanes [--quick] [--json] [sqlite] [postgres]

Each case runs in a process of its own. The platform takes 10 ms before it accepts a message and
10 ms after. CPU is that of the process, and told beside one lane with as many digests, which is
measured right before, in the same run. Memory is all that the process ever held, with content and
lookup.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.adapters.console import ConsoleAdapter
from bot.app.services import LazyStore, make_services, read_grammar
from bot.commands.all import make_registry
from bot.commands.handler import Handler
from bot.commands.shuffle import MemoryShuffle
from bot.delivery.outbox import Outbox
from bot.delivery.rate_limit import UNLIMITED
from bot.settings import Settings, read_settings
from bot.store.store import Store
from tests.benchmarks._lines import Measurement, Tell, at_most, fresh, run
from tests.benchmarks.delivery import Slow, overdue
from tests.delivery.fakes import Composer
from tests.seeding import seed

ASK_SECONDS = 0.1
"""Between two commands: ten a second, as many as a few thousand people ask in a busy minute."""

TICK_SECONDS = 0.005
"""Between two looks at the clock: what is late by more was held up by the loop."""

PATIENCE = 400
"""Seconds after which a case is stuck."""

BOUNDS = {"sqlite": {3_000: 12.0, 10_000: 45.0}, "postgres": {3_000: 15.0, 10_000: 45.0}}
"""Seconds until all digests have arrived."""


@dataclass(frozen=True, slots=True)
class Morning:
    """`first` and `all_` are seconds from the start of the outbox, `cpu` ms a digest, `memory` MB,
    `stall` and `help_p99` ms."""

    lanes: int
    digests: int
    first: float
    all_: float
    cpu: float
    memory: float
    stall: float
    help_p99: float


async def morning(url: str, lanes: int, digests: int) -> Morning:
    """In a process of its own: the digests of some workspaces fall due."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATABASE_URL": url, "AIWORK_DATA_DIR": folder}
        settings = read_settings()
        memory = LazyStore(settings)
        ask = await _asker(settings, memory)
        store = await memory.open()
        names = [f"T{number:05}" for number in range(lanes)]
        rooms = [str(number) for number in range(digests)]
        await seed(store, rooms, overdue(store.now()), workspaces=names)
        found = await _deliver(store, ask, lanes, digests)
        await memory.close()
    return found


async def _asker(settings: Settings, memory: LazyStore) -> ConsoleAdapter:
    console = ConsoleAdapter()
    services = make_services(settings, memory, {console.name: console}, MemoryShuffle())
    await console.start(Handler(services, make_registry(), read_grammar()))
    return console


async def _deliver(store: Store, ask: ConsoleAdapter, lanes: int, digests: int) -> Morning:
    platform, stalls, answers = Slow(digests), [0.0], [0.0]
    box = Outbox(store, {"test": platform}, Composer(), limits={"test": UNLIMITED})
    gc.collect()
    gc.freeze()  # as the service does when it is ready
    cpu, began = time.process_time(), time.monotonic()
    beside = [asyncio.create_task(_ask(ask, answers)), asyncio.create_task(_tick(stalls))]
    running = asyncio.create_task(box.run())
    with suppress(TimeoutError):
        await asyncio.wait_for(platform.complete.wait(), PATIENCE)
    ended, spent = time.monotonic(), time.process_time() - cpu
    for task in (*beside, running):
        task.cancel()
    await asyncio.gather(*beside, running, return_exceptions=True)
    return Morning(
        lanes=lanes,
        digests=len(platform.accepted),
        first=min(platform.accepted) - began,
        all_=ended - began,
        cpu=1000 * spent / len(platform.accepted),
        memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
        stall=1000 * max(stalls),
        help_p99=1000 * sorted(answers)[int(len(answers) * 0.99) - 1],
    )


async def _ask(console: ConsoleAdapter, answers: list[float]) -> None:
    while True:
        began = time.monotonic()
        await console.answer("/help")
        answers.append(time.monotonic() - began)
        await asyncio.sleep(max(0.0, ASK_SECONDS - answers[-1]))


async def _tick(stalls: list[float]) -> None:
    while True:
        began = time.monotonic()
        await asyncio.sleep(TICK_SECONDS)
        stalls.append(time.monotonic() - began - TICK_SECONDS)


def alone(url: str, lanes: int, digests: int) -> Morning:
    words = [
        sys.executable,
        "-m",
        "tests.benchmarks.lanes",
        "--case",
        url,
        str(lanes),
        str(digests),
    ]
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)
    return Morning(**json.loads(done.stdout))


def mornings(kind: str, counts: list[int], tell: Tell) -> list[Measurement]:
    """One lane first, to compare, then each number of lanes."""
    lines: list[Measurement] = []
    with tempfile.TemporaryDirectory() as folder:
        tell(f"one lane, {kind}")
        base = alone(_new(kind, folder, "one"), 1, counts[-1])
        for count in counts:
            tell(f"{count} lanes, {kind}")
            lines += _told(kind, base, alone(_new(kind, folder, str(count)), count, count))
    return lines


def _new(kind: str, folder: str, name: str) -> str:
    path = Path(folder) / name
    path.mkdir()
    return fresh(kind, path)


def _told(kind: str, base: Morning, found: Morning) -> list[Measurement]:
    name = f"{found.lanes:,} lanes, {kind}"
    return [
        at_most(f"{name}: all", found.all_, BOUNDS[kind].get(found.lanes, 45.0), "s"),
        at_most(f"{name}: the first", found.first, 1.0, "s"),
        at_most(f"{name}: CPU a digest, of one lane's", found.cpu / base.cpu, 6.0, "×"),
        at_most(f"{name}: memory", found.memory, 150.0, "MB"),
        at_most(f"{name}: worst stall", found.stall, 100.0, "ms"),
        at_most(f"{name}: /help, 99th percentile", found.help_p99, 250.0, "ms"),
    ]


COUNTS = [1_000, 3_000, 10_000]

PARTS: dict[str, Callable[[bool, Tell], list[Measurement]]] = {
    kind: lambda quick, tell, kind=kind: mornings(kind, [300] if quick else COUNTS, tell)  # type: ignore[misc]
    for kind in BOUNDS
}


def main() -> int:
    if sys.argv[1:2] == ["--case"]:
        url, lanes, digests = sys.argv[2:]
        found = asyncio.run(morning(url, int(lanes), int(digests)))
        sys.stdout.write(json.dumps(asdict(found)))
        return 0
    return run("lanes", PARTS)


if __name__ == "__main__":
    sys.exit(main())
