"""Many workspaces at one minute: as many as can be served at a time, the others in their turn."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from bot.core.address import Address
from bot.core.reply import Reply
from bot.delivery.outbox import Outbox
from bot.delivery.rate_limit import UNLIMITED, Limits
from bot.store.store import Store
from tests.databases import KINDS, Clock, new_database, postgres
from tests.delivery.fakes import Composer
from tests.delivery.running import until_sent
from tests.seeding import seed


@pytest.mark.parametrize("kind", KINDS)
async def test_many_workspaces_get_their_digests_each_once_a_few_at_a_time(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.lanes.MAX_LANES", 7)
    async with morning(new_database(kind, tmp_path), {f"T{n}": 1 + n % 7 for n in range(30)}) as m:
        await until_sent(m.store, m.digests)
        assert m.most_lanes <= 7
    assert Counter(m.arrived) == Counter(dict.fromkeys(m.arrived, 1))
    assert len(m.arrived) == m.digests


@pytest.mark.parametrize("kind", KINDS)
async def test_a_workspace_with_one_digest_does_not_wait_behind_those_with_hundreds(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.lanes.MAX_LANES", 2)
    monkeypatch.setattr("bot.delivery.lanes.TURN_SECONDS", 0.05)
    monkeypatch.setattr("bot.delivery.lanes.TAKEOVER_SECONDS", 0.01)
    monkeypatch.setattr("bot.delivery.outbox.LOOK_SECONDS", 0.02)
    sizes = {"LARGE1": 150, "LARGE2": 150, "LARGE3": 150, "SMALL": 1}
    limits = Limits(per_second=300)
    async with morning(new_database(kind, tmp_path), sizes, limits) as m:
        await until_sent(m.store, m.digests)
    workspaces = [at.workspace for at in m.arrived]
    assert workspaces.index("SMALL") < 150
    last_first = max(workspaces.index(name) for name in sizes)
    assert last_first < 300, "a large one waited until another was done"
    assert len(set(m.arrived)) == len(m.arrived) == m.digests


async def test_a_server_without_room_for_more_locks_costs_no_lane_that_is_held(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.store.delivery.locks.FULL_SECONDS", 0.05)
    monkeypatch.setattr("bot.delivery.lanes.TAKEOVER_SECONDS", 0.01)
    monkeypatch.setattr("bot.delivery.outbox.LOOK_SECONDS", 0.02)
    monkeypatch.setattr("bot.delivery.lanes.MAX_LANES", 1)
    url = postgres().migrated()
    async with morning(url, {"HELD": 1, "T1": 1, "T2": 1}, hold=True) as m:
        await m.under_way.wait()
        session = m.outbox._queue.locks.session
        async with no_room_for_locks(url):
            monkeypatch.setattr("bot.delivery.lanes.MAX_LANES", 3)
            await told(caplog, "max_locks_per_transaction")
            m.go_on.set()
            await m.outbox._writer.flush()
        await until_sent(m.store, 3)
        assert m.outbox._queue.locks.session == session
    assert m.arrived[0].workspace == "HELD"
    assert len(m.arrived) == len(set(m.arrived)) == 3
    said = [one for one in caplog.records if "max_locks_per_transaction" in one.message]
    assert len([one for one in said if one.name == "aiwork.store"]) == 1


class Morning:
    """Digests of some workspaces that are due, and an outbox that sends them."""

    def __init__(self, store: Store, sizes: dict[str, int], limits: Limits, hold: bool) -> None:
        self.store = store
        self.digests = sum(sizes.values())
        self.arrived: list[Address] = []
        self.under_way, self.go_on = asyncio.Event(), asyncio.Event()
        if not hold:
            self.go_on.set()
        self.most_lanes = 0
        self.outbox = Outbox(store, {"test": self}, Composer(), limits={"test": limits})
        self.due = store.now().replace(hour=9, minute=0)

    async def send(self, at: Address, reply: Reply, *, silent: bool = False) -> str:
        self.most_lanes = max(self.most_lanes, len(self.outbox._lanes._running))
        self.under_way.set()
        await self.go_on.wait()
        self.arrived.append(at)
        return f"m{len(self.arrived)}"


@asynccontextmanager
async def morning(
    url: str, sizes: dict[str, int], limits: Limits = UNLIMITED, *, hold: bool = False
) -> AsyncIterator[Morning]:
    store = await Store.open(url, clock=Clock("2026-03-02T09:30"))
    found = Morning(store, sizes, limits, hold)
    for name, size in sizes.items():
        rooms = [f"{name}-{number}" for number in range(size)]
        await seed(store, rooms, found.due, workspaces=[name])
    running = asyncio.create_task(found.outbox.run())
    try:
        yield found
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await store.close()


@asynccontextmanager
async def no_room_for_locks(url: str) -> AsyncIterator[None]:
    """Somebody else on the server has taken every lock that there is room for."""
    greedy = await asyncpg.connect(url)
    with pytest.raises(asyncpg.OutOfMemoryError):
        await greedy.execute("SELECT pg_advisory_lock(7, n) FROM generate_series(1, 1000000) AS n")
    try:
        yield
    finally:
        await greedy.close()


async def told(caplog: pytest.LogCaptureFixture, words: str) -> None:
    async with asyncio.timeout(20):
        while True:
            if any(words in record.message for record in caplog.records):
                return
            await asyncio.sleep(0.01)
