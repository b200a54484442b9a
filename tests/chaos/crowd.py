"""More lanes than PostgreSQL has room for locks, and somebody else takes all of that room."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import asyncpg

from bot.store.store import Store
from tests.chaos.kill import judge, running, worker
from tests.chaos.platform import Platform
from tests.databases import Postgres
from tests.seeding import seed

DEFAULT_CONNECTIONS = 100
"""PostgreSQL's own: with it and 64 locks a transaction there is room for some 14,000 locks."""

FULL_SECONDS = 10.0
"""How long there is no room for a lock."""

PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class CrowdVerdict:
    """`lost`, `doubled`: of all digests. `went_on`: how many arrived while no lock could be had,
    of lanes that were held."""

    lanes: int
    lost: int
    doubled: int
    went_on: int
    seconds: float
    examples: tuple[str, ...] = ()

    @property
    def kept(self) -> bool:
        return not (self.lost or self.doubled) and self.went_on > 0


@contextmanager
def default_postgres() -> Iterator[str]:
    """The URL of a database on a server with default settings."""
    server = Postgres(DEFAULT_CONNECTIONS)
    try:
        yield server.migrated()
    finally:
        server.close()


async def crowd(
    url: str, lanes: int, *, progress: Callable[[], object] = lambda: None
) -> CrowdVerdict:
    """One digest in each lane, and many more in some, which are held for a while."""
    store, platform = await Store.open(url), Platform()
    await platform.start()
    names = [f"T{number:05}" for number in range(lanes)]
    due = store.now().replace(second=0, microsecond=0)
    await seed(store, [f"a{number}" for number in range(lanes)], due, workspaces=names)
    many = [f"b{number}" for number in range(MORE)]
    await seed(store, many, due, workspaces=names[:TALKATIVE])
    began = time.monotonic()
    async with worker(url, platform, "one") as process:
        await running(process)
        await _arrived(platform, lanes // 10)
        before = len(platform.arrivals)
        async with asyncio.TaskGroup() as group:
            group.create_task(_take_all_room(url))
            await asyncio.sleep(FULL_SECONDS)
        went_on = len(platform.arrivals) - before
        progress()
        await _arrived(platform, lanes + MORE)
        await asyncio.sleep(1)  # for the outcomes, and for a double
    verdict = await judge(store, platform, "a crowd", "postgres", 1)
    await platform.stop()
    await store.close()
    return CrowdVerdict(
        lanes, verdict.lost, verdict.doubled + verdict.tripled, went_on, time.monotonic() - began
    )


MORE = 4_000
"""Digests beside the one of each lane, for TALKATIVE lanes: those are held for a while."""

TALKATIVE = 100


async def _take_all_room(url: str) -> None:
    greedy = await asyncpg.connect(url)
    with suppress(asyncpg.OutOfMemoryError):
        await greedy.execute("SELECT pg_advisory_lock(7, n) FROM generate_series(1, 1000000) AS n")
    await asyncio.sleep(FULL_SECONDS)
    await greedy.close()


async def _arrived(platform: Platform, count: int) -> None:
    enough = asyncio.Event()
    platform.on_arrival = lambda _: enough.set() if len(platform.arrivals) >= count else None
    async with asyncio.timeout(PATIENCE):
        await enough.wait()
