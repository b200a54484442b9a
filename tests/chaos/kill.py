"""A real process delivering over HTTP is killed at random moments, again and again."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from sqlalchemy import func, select

from bot.core.chats import DeliveryState
from bot.store.database.tables import chat, delivery
from bot.store.store import Store
from tests.chaos.platform import Platform
from tests.seeding import seed

SUPPLY = 300
"""Digests at hand when a process starts, so that it has work whenever it is killed."""

WORK_SECONDS = 0.7
"""The kill comes at a random moment of the work, which takes that long when nothing else runs."""

STARTING = 0.1
"""So many of the kills come while a process still starts; it is then started again."""

SETTLE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of all digests. `lost`: neither arrived nor accounted for. `doubled`: arrived
    twice; `tripled`: more often. `unexplained`: doubled without having been in flight at a kill."""

    what: str
    database: str
    kills: int
    digests: int
    lost: int
    doubled: int
    tripled: int
    unexplained: int
    unknown: int
    takeover_seconds: float = 0.0
    doubles_allowed: bool = True

    @property
    def kept(self) -> bool:
        doubled = 0 if self.doubles_allowed else self.doubled
        broken = self.lost or self.tripled or self.unexplained or doubled
        return not broken and self.kills > 0 and self.takeover_seconds <= 20


@asynccontextmanager
async def worker(
    url: str, platform: Platform, name: str, *words: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.chaos.worker", url, str(platform.port), name, *words,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)
            process.kill()
        await process.wait()


async def kill_test(
    url: str,
    database: str,
    kills: int,
    rng: random.Random,
    *,
    leave: bool = False,
    lanes: int = 1,
    progress: Callable[[], object] = lambda: None,
) -> Verdict:
    """`kills` times: start, clear up what the last kill left, get new work, live for a random
    time, SIGKILL. Then let one finish. Each lane has a digest at least."""
    workspaces = ("",) if lanes == 1 else tuple(f"T{number}" for number in range(lanes))
    words = ("leave",) if leave else ()
    store = await Store.open(url)
    platform = Platform()
    await platform.start()
    for number in range(kills):
        if rng.random() < STARTING:
            async with worker(url, platform, "newborn", *words):
                await asyncio.sleep(rng.random() * 0.3)
        async with worker(url, platform, f"w{number}", *words) as process:
            await running(process)
            await settled(store)  # what the last kill left in doubt is cleared up, not killed again
            at_work = asyncio.Event()
            platform.on_arrival = lambda _, at_work=at_work: at_work.set()  # type: ignore[misc]
            await top_up(store, workspaces, max(SUPPLY, lanes))
            await asyncio.wait_for(at_work.wait(), SETTLE_SECONDS)
            await asyncio.sleep(rng.random() * WORK_SECONDS)
            process.kill()
        progress()
    async with worker(url, platform, "last", *words):
        await settled(store)
    verdict = await judge(store, platform, "leave" if leave else "once more", database, kills)
    await platform.stop()
    await store.close()
    return verdict


async def running(process: asyncio.subprocess.Process) -> None:
    assert process.stdout is not None
    await process.stdout.readline()  # it says so


async def top_up(store: Store, workspaces: Sequence[str] = ("",), supply: int = SUPPLY) -> None:
    """Add chats whose digest is due, until there is work for one life."""
    async with store.database.read() as connection:
        chats = await connection.scalar(select(func.count()).select_from(chat)) or 0
        ended = delivery.c.state.not_in((DeliveryState.PENDING, DeliveryState.SENDING))
        done = await connection.scalar(select(func.count()).where(ended)) or 0
    missing = supply - (chats - done)
    if missing > 0:
        due = store.now().replace(second=0, microsecond=0)
        rooms = [str(number) for number in range(chats, chats + missing)]
        await seed(store, rooms, due, workspaces=workspaces)


async def settled(store: Store) -> None:
    """Wait until no digest is on its way."""
    for _ in range(SETTLE_SECONDS * 5):
        async with store.database.read() as connection:
            chats = await connection.scalar(select(func.count()).select_from(chat))
            ended = delivery.c.state.not_in((DeliveryState.PENDING, DeliveryState.SENDING))
            if await connection.scalar(select(func.count()).where(ended)) == chats:
                return
        await asyncio.sleep(0.2)


async def judge(store: Store, platform: Platform, what: str, database: str, kills: int) -> Verdict:
    count = Counter(arrival.chat for arrival in platform.arrivals)
    known = {str(one.at): one for one in await store.deliveries.list(limit=10_000_000)}
    async with store.database.read() as connection:
        digests = await connection.scalar(select(func.count()).select_from(chat)) or 0
    unknown = {at for at, one in known.items() if one.state is DeliveryState.UNKNOWN}
    arrived = {at for at, times in count.items() if times}
    missing = digests - len(known)
    return Verdict(
        what=what,
        database=database,
        kills=kills,
        digests=digests,
        lost=missing + sum(at not in arrived and at not in unknown for at in known),
        doubled=sum(times == 2 for times in count.values()),
        tripled=sum(times > 2 for times in count.values()),
        unexplained=sum(times > 1 and not known[at].doubts for at, times in count.items()),
        unknown=len(unknown),
        doubles_allowed=what != "leave",
    )
