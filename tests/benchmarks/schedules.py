"""How fast due digests are found and enqueued in a very large table of schedules.

python -m tests.benchmarks.schedules [--quick] [--json]
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.store.store import Store
from tests.benchmarks._lines import Measurement, Tell, at_most, fresh, run
from tests.seeding import seed


def large(runs: int, chats: int, tell: Tell) -> list[Measurement]:
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


async def _large(url: str, chats: int, runs: int, tell: Tell) -> tuple[float, float, float]:
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


def main() -> int:
    return run(
        "schedules",
        {
            "large": lambda quick, tell: large(
                1 if quick else 5, 50_000 if quick else 1_000_000, tell
            )
        },
    )


if __name__ == "__main__":
    sys.exit(main())
