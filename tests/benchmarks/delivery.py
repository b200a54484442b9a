"""How fast digests are delivered, as ratios against what was measured in the same run.

    python -m tests.benchmarks.delivery [--quick] [--json] [ratios] [workers] [limited]

The fake platform takes 10 ms before it accepts a message and 10 ms after; 64 are in flight, so
that nobody can send more than 3,200 a second.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from bot.core.address import Address
from bot.core.reply import Reply
from bot.delivery.outbox import Outbox
from bot.delivery.rate_limit import UNLIMITED, Limits
from bot.store.store import Store
from tests.benchmarks._lines import Measurement, Tell, at_least, at_most, fresh, run
from tests.databases import postgres
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


def work(
    url: str,
    limits: Limits,
    seconds: float,
    start: float,
    times: multiprocessing.Queue[list[float]],
) -> None:
    """One of several workers, in a process of its own."""

    async def main() -> None:
        store = await Store.open(url)
        platform = Slow()
        box = Outbox(store, {"test": platform}, Composer(), limits={"test": limits})
        await asyncio.sleep(max(0.0, start - time.monotonic()))
        running = asyncio.create_task(box.run())
        await asyncio.sleep(seconds)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        times.put(platform.accepted)
        await store.close()

    asyncio.run(main())


def workers(count: int, lanes: int, messages: int, in_flight: int) -> float:
    """Messages a second of some processes that share some lanes, while all have work."""
    url = postgres().migrated()

    async def prepare() -> None:
        store = await Store.open(url)
        rooms = [str(number) for number in range(messages)]
        names = [f"T{number}" for number in range(lanes)]
        await seed(store, rooms, overdue(store.now()), workspaces=names)
        while (await store.schedules.enqueue(store.now())).full:
            pass
        await store.close()

    asyncio.run(prepare())
    context = multiprocessing.get_context("spawn")
    times: multiprocessing.Queue[list[float]] = context.Queue()
    start = time.monotonic() + 2.5
    seconds = messages / 2000 + 3
    limits = Limits(in_flight=in_flight)
    processes = [
        context.Process(target=work, args=(url, limits, seconds, start, times))
        for _ in range(count)
    ]
    for process in processes:
        process.start()
    accepted = sorted(moment for _ in processes for moment in times.get())
    for process in processes:
        process.join()
    # The middle: all lanes have been taken, and none is empty yet.
    return rate_of(accepted[len(accepted) // 4 : len(accepted) * 3 // 4])


def ratios(runs: int, messages: int, tell: Tell) -> list[Measurement]:
    """The outbox against the bare loop, which is measured again before each run."""
    found: dict[str, list[float]] = {"sqlite": [], "postgres": []}
    for number in range(runs):
        for kind, values in found.items():
            tell(f"outbox on {kind}, run {number + 1} of {runs}")
            base = asyncio.run(bare(messages))
            with tempfile.TemporaryDirectory() as folder:
                url = fresh(kind, Path(folder))
                values.append(rate_of(asyncio.run(outbox(url, messages))) / base)
    least = {"sqlite": 0.80, "postgres": 0.65}
    return [
        at_least(f"outbox / bare loop, {kind}", statistics.median(values), least[kind], "×")
        for kind, values in found.items()
    ]


def two_workers(runs: int, messages: int, tell: Tell) -> list[Measurement]:
    """Against one worker with one lane, and against one with both. The latter would be held back
    by the 64 in flight of each lane just as the two are, so that there the platform takes four
    times as many: the processes are measured, not the platform."""
    one_lane, both_lanes = [], []
    for number in range(runs):
        tell(f"two workers, run {number + 1} of {runs}")
        alone = workers(1, 1, messages // 2, IN_FLIGHT)
        one_lane.append(workers(2, 2, messages, IN_FLIGHT) / alone)
        alone = workers(1, 2, 2 * messages, 4 * IN_FLIGHT)
        both_lanes.append(workers(2, 2, 2 * messages, 4 * IN_FLIGHT) / alone)
    return [
        at_least("two workers on two lanes / one on one", statistics.median(one_lane), 1.2, "×"),
        at_least("two workers on two lanes / one on both", statistics.median(both_lanes), 1.2, "×"),
    ]


def limited(runs: int, seconds: int, tell: Tell) -> list[Measurement]:
    """At a limited rate: how much of it is used, and how uneven the gaps are."""
    used, uneven = [], []
    for number in range(runs):
        tell(f"25 a second, run {number + 1} of {runs}")
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


PARTS: dict[str, Callable[[bool, Tell], list[Measurement]]] = {
    "ratios": lambda quick, tell: ratios(1 if quick else 5, 4000 if quick else 10_000, tell),
    "workers": lambda quick, tell: two_workers(1 if quick else 5, 8000 if quick else 16_000, tell),
    "limited": lambda quick, tell: limited(1 if quick else 5, 4 if quick else 10, tell),
}


def main() -> int:
    return run("delivery", PARTS)


if __name__ == "__main__":
    sys.exit(main())
