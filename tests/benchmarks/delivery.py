"""How fast digests are delivered, as ratios against what was measured in the same run.

    python -m tests.benchmarks.delivery [--quick] [--json] [NAME …]

The fake platform takes 10 ms before it accepts a message and 10 ms after; 64 are in flight, so
that nobody can send more than 3,200 a second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.core.address import Address
from bot.core.reply import Reply
from bot.delivery.outbox import Outbox
from bot.delivery.pace import UNLIMITED, Limits
from bot.store.store import Store
from tests.databases import new_database, postgres
from tests.delivery.fakes import Composer
from tests.seeding import seed

IN_FLIGHT = 64
HALF = 0.010


class Slow:
    """The platform of this page. Notes when each message was accepted."""

    def __init__(self, expected: int = -1) -> None:
        self.accepted: list[float] = []
        self.expected = expected
        self.complete = asyncio.Event()

    async def send(self, at: Address, reply: Reply, *, silent: bool = False) -> str:
        await asyncio.sleep(HALF)
        self.accepted.append(time.monotonic())
        if len(self.accepted) == self.expected:
            self.complete.set()
        await asyncio.sleep(HALF)
        return str(len(self.accepted))


def rate_of(accepted: Sequence[float]) -> float:
    """Messages a second from the first to the last: starting and taking lanes is not counted."""
    ordered = sorted(accepted)
    return (len(ordered) - 1) / (ordered[-1] - ordered[0])


def overdue(now: datetime) -> datetime:
    """A slot whose two minutes of spreading are over."""
    return now.replace(second=0, microsecond=0) - timedelta(minutes=3)


async def bare(messages: int) -> float:
    """The loop that nothing survives: no store, no states."""
    platform, slots = Slow(), asyncio.Semaphore(IN_FLIGHT)
    reply = Reply(())

    async def one(number: int) -> None:
        async with slots:
            await platform.send(Address("test", str(number)), reply)

    await asyncio.gather(*(one(number) for number in range(messages)))
    return rate_of(platform.accepted)


async def outbox(url: str, messages: int, limits: Limits = UNLIMITED) -> list[float]:
    """When each message was accepted, with everything stored."""
    store = await Store.open(url)
    await seed(store, [str(number) for number in range(messages)], overdue(store.now()))
    times = await deliver(store, messages, limits)
    await store.close()
    return times


async def deliver(store: Store, messages: int, limits: Limits) -> list[float]:
    platform = Slow(messages)
    box = Outbox(store, {"test": platform}, Composer(), limits={"test": limits})
    running = asyncio.create_task(box.run())
    await platform.complete.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return platform.accepted


def work(url: str, seconds: float, start: float, times: multiprocessing.Queue[list[float]]) -> None:
    """One of several workers, in a process of its own."""

    async def main() -> None:
        store = await Store.open(url)
        platform = Slow()
        box = Outbox(store, {"test": platform}, Composer(), limits={"test": UNLIMITED})
        await asyncio.sleep(max(0.0, start - time.monotonic()))
        running = asyncio.create_task(box.run())
        await asyncio.sleep(seconds)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        times.put(platform.accepted)
        await store.close()

    asyncio.run(main())


def workers(count: int, messages: int) -> float:
    """Messages a second of some processes that share two lanes, while both have work."""
    url = postgres().migrated()

    async def prepare() -> None:
        store = await Store.open(url)
        rooms = [str(number) for number in range(messages)]
        due = overdue(store.now())
        await seed(store, rooms, due, workspaces=("T1", "T2"))
        while (await store.schedules.enqueue(store.now())).full:
            pass
        await store.close()

    asyncio.run(prepare())
    context = multiprocessing.get_context("spawn")
    times: multiprocessing.Queue[list[float]] = context.Queue()
    start = time.monotonic() + 2.5
    seconds = messages / 2000 + 3
    processes = [
        context.Process(target=work, args=(url, seconds, start, times)) for _ in range(count)
    ]
    for process in processes:
        process.start()
    accepted = sorted(moment for _ in processes for moment in times.get())
    for process in processes:
        process.join()
    # The middle: both lanes have been taken, and neither is empty yet.
    return rate_of(accepted[len(accepted) // 4 : len(accepted) * 3 // 4])


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement: the median of its runs, and what it must reach."""

    name: str
    value: float
    unit: str
    bound: str
    held: bool


def ratios(runs: int, messages: int, tell: Callable[[str], object]) -> list[Line]:
    """The outbox against the bare loop, which is measured again before each run."""
    found: dict[str, list[float]] = {"sqlite": [], "postgres": []}
    for run in range(runs):
        for kind, values in found.items():
            tell(f"outbox on {kind}, run {run + 1} of {runs}")
            base = asyncio.run(bare(messages))
            with tempfile.TemporaryDirectory() as folder:
                url = fresh(kind, Path(folder))
                values.append(rate_of(asyncio.run(outbox(url, messages))) / base)
    least = {"sqlite": 0.80, "postgres": 0.65}
    return [
        at_least(f"outbox / bare loop, {kind}", statistics.median(values), least[kind], "×")
        for kind, values in found.items()
    ]


def two_workers(runs: int, messages: int, tell: Callable[[str], object]) -> list[Line]:
    values = []
    for run in range(runs):
        tell(f"two workers, run {run + 1} of {runs}")
        values.append(workers(2, messages) / workers(1, messages))
    return [at_least("two workers / one, postgres", statistics.median(values), 1.2, "×")]


def limited(runs: int, seconds: int, tell: Callable[[str], object]) -> list[Line]:
    """At a limited rate: how much of it is used, and how uneven the gaps are."""
    used, uneven = [], []
    for run in range(runs):
        tell(f"25 a second, run {run + 1} of {runs}")
        with tempfile.TemporaryDirectory() as folder:
            url = fresh("sqlite", Path(folder))
            limits = Limits(per_second=25)
            times = sorted(asyncio.run(outbox(url, 25 * seconds, limits)))
        used.append(rate_of(times) / 25)
        gaps = sorted(later - earlier for earlier, later in pairwise(times))
        uneven.append(gaps[int(len(gaps) * 0.99)] * 25)
    return [
        at_least("used of a limit of 25/s", statistics.median(used), 0.98, "×"),
        at_most("99th percentile of the gaps, of an even one", statistics.median(uneven), 1.5, "×"),
    ]


def large(runs: int, chats: int, tell: Callable[[str], object]) -> list[Line]:
    """A table with very many schedules."""
    lines = []
    for kind in ("sqlite", "postgres"):
        with tempfile.TemporaryDirectory() as folder:
            tell(f"{chats:,} schedules on {kind}: filling")
            found = asyncio.run(_large(fresh(kind, Path(folder)), chats, runs, tell))
        many = f"{chats:,} schedules, {kind}"
        lines += [
            at_most(f"{many}: idle tick", found[0] * 1000, 3, "ms"),
            at_most(f"{many}: 50,000 due at once", found[1], 3, "s"),
            at_most(f"{many}: catch-up after a day", found[2], 60, "s"),
        ]
    return lines


async def _large(
    url: str, chats: int, runs: int, tell: Callable[[str], object]
) -> tuple[float, float, float]:
    now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    store = await Store.open(url, clock=lambda: now)
    popular, spread = chats // 20, 1439
    for group in range(12):  # 5 % at 09:00, the others all over the day
        minutes = [number for number in range(spread) if number % 12 == group]
        for minute in minutes:
            share = (chats - popular) // spread
            rooms = [f"{minute}-{number}" for number in range(share)]
            due = now.replace(hour=0, minute=0) + timedelta(days=1, minutes=minute)
            await seed(store, rooms, due)
    nine = now.replace(hour=9) + timedelta(days=1)
    await seed(store, [f"nine-{number}" for number in range(popular)], nine)
    tell(f"{chats:,} schedules: idle ticks")
    idle = statistics.median([await _seconds(_idle_tick(store, now)) for _ in range(runs * 20)])
    tell(f"{chats:,} schedules: {popular:,} due at once")
    await _everything(store, nine - timedelta(seconds=30))
    at_once = await _seconds(_everything(store, nine))
    tell(f"{chats:,} schedules: after a day")
    a_day = await _seconds(_everything(store, nine + timedelta(hours=24)))
    await store.close()
    return idle, at_once, a_day


async def _idle_tick(store: Store, now: datetime) -> None:
    """What the due loop does when nothing is due."""
    due = await store.schedules.next_due()
    assert due is not None
    assert due > now


async def _everything(store: Store, now: datetime) -> None:
    while (await store.schedules.enqueue(now)).full:
        pass


async def _seconds(work: Awaitable[object]) -> float:
    start = time.perf_counter()
    await work
    return time.perf_counter() - start


def fresh(kind: str, folder: Path) -> str:
    return new_database(kind, folder) if kind == "sqlite" else postgres().migrated()


def at_least(name: str, value: float, bound: float, unit: str) -> Line:
    return Line(name, value, unit, f"≥ {bound:g}", value >= bound)


def at_most(name: str, value: float, bound: float, unit: str) -> Line:
    return Line(name, value, unit, f"≤ {bound:g}", value <= bound)


PARTS: dict[str, Callable[[bool, Callable[[str], object]], list[Line]]] = {
    "ratios": lambda quick, tell: ratios(1 if quick else 5, 4000 if quick else 10_000, tell),
    "workers": lambda quick, tell: two_workers(1 if quick else 5, 8000 if quick else 16_000, tell),
    "limited": lambda quick, tell: limited(1 if quick else 5, 4 if quick else 10, tell),
    "large": lambda quick, tell: large(1 if quick else 5, 50_000 if quick else 1_000_000, tell),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.delivery")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all when none is named")
    parser.add_argument("--quick", action="store_true", help="small and once: does it run at all?")
    parser.add_argument("--json", action="store_true")
    wish = parser.parse_args()
    logging.getLogger("aiwork").setLevel(logging.ERROR)
    console = Console(stderr=wish.json)
    lines: list[Line] = []
    with console.status("") as status:
        for part in wish.parts or PARTS:
            lines += PARTS[part](wish.quick, status.update)
    if wish.json:
        print(json.dumps([asdict(line) for line in lines]))
    else:
        console.print(_table(lines))
    return 0 if all(line.held for line in lines) else 1


def _table(lines: Sequence[Line]) -> Table:
    table = Table("what", "median", "must be", "")
    for line in lines:
        mark = "[green]held" if line.held else "[red]missed"
        table.add_row(line.name, f"{line.value:.2f} {line.unit}", line.bound, mark)
    return table


if __name__ == "__main__":
    sys.exit(main())
