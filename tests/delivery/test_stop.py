"""A stop: what is under way arrives, once, and is written down."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.core.address import Address
from bot.core.chats import DeliveryState
from bot.core.reply import Reply
from bot.delivery.outbox import Outbox
from bot.store.store import Store
from tests.databases import Clock, new_database, postgres
from tests.delivery.fakes import Composer, Platform
from tests.delivery.running import LIMITS, due, until_arriving, until_sent


async def test_a_running_bot_sends_what_becomes_due_and_stops_when_told(tmp_path: Path) -> None:
    store = await Store.open(new_database("sqlite", tmp_path), clock=Clock())
    (chat,) = await due(store, "1")
    platform = Platform()
    running = asyncio.create_task(Outbox(store, {"test": platform}, Composer()).run())
    await until_arriving(platform, 1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert [one.state for one in await store.deliveries.list(of=chat)] == [DeliveryState.SENT]
    await store.close()


async def test_a_message_under_way_is_finished_by_a_stop(tmp_path: Path) -> None:
    store = await Store.open(new_database("sqlite", tmp_path), clock=Clock())
    (chat,) = await due(store, "1")
    started, go_on = asyncio.Event(), asyncio.Event()

    class Slow:
        async def send(self, at: Address, reply: Reply, *, silent: bool = False) -> str:
            started.set()
            await go_on.wait()
            return "m1"

    running = asyncio.create_task(Outbox(store, {"test": Slow()}, Composer()).run())
    await started.wait()
    running.cancel()
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(running, return_exceptions=True)
    assert [one.state for one in await store.deliveries.list(of=chat)] == [DeliveryState.SENT]
    await store.close()


async def test_a_message_that_a_stop_cannot_wait_for_is_in_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.outbox.DRAIN_SECONDS", 0.02)
    store = await Store.open(new_database("sqlite", tmp_path), clock=Clock())
    (chat,) = await due(store, "1")
    started = asyncio.Event()

    class Stuck:
        async def send(self, at: Address, reply: Reply, *, silent: bool = False) -> str:
            started.set()
            await asyncio.Event().wait()
            return ""

    running = asyncio.create_task(Outbox(store, {"test": Stuck()}, Composer()).run())
    await started.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    (delivery,) = await store.deliveries.list(of=chat)
    assert (delivery.state, delivery.doubts) == (DeliveryState.PENDING, 1)
    assert "stopped in mid-send" in delivery.reason
    await store.close()


async def test_a_worker_that_is_stopped_keeps_its_lane_until_its_messages_have_arrived(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As at each rolling restart; the other would take what is under way for lost."""
    monkeypatch.setattr("bot.delivery.outbox.LOOK_SECONDS", 0.02)
    url, clock = postgres().migrated(), Clock()
    stores = [await Store.open(url, clock=clock) for _ in range(2)]
    await due(stores[0], *(str(number) for number in range(20)))
    arrived: list[str] = []
    under_way, go_on, looked_often = asyncio.Event(), asyncio.Event(), asyncio.Event()
    looks = 0

    class Slow:
        async def send(self, at: Address, reply: Reply, *, silent: bool = False) -> str:
            arrived.append(at.room)
            if len(arrived) == 20:
                under_way.set()
            await go_on.wait()
            return "m"

    boxes = [Outbox(store, {"test": Slow()}, Composer(), limits=LIMITS) for store in stores]
    stopped = asyncio.create_task(boxes[0].run())
    await under_way.wait()
    take = boxes[1]._queue.locks.take

    async def taking(lane: int) -> Collection[int]:
        nonlocal looks
        looks += 1
        if looks == 5:
            looked_often.set()
        return await take(lane)

    boxes[1]._queue.locks.take = taking  # type: ignore[method-assign, assignment]
    stopped.cancel()
    other = asyncio.create_task(boxes[1].run())
    async with asyncio.timeout(20):
        await looked_often.wait()
    go_on.set()
    await asyncio.gather(stopped, return_exceptions=True)
    await until_sent(stores[0], 20)
    assert sorted(arrived) == sorted(set(arrived))
    other.cancel()
    await asyncio.gather(other, return_exceptions=True)
    for store in stores:
        await store.close()


async def test_a_stop_in_the_middle_of_a_statement_keeps_the_lanes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """PostgreSQL would end the session with it, and another process send what is under way."""
    store = await Store.open(postgres().migrated(), clock=Clock())
    (chat,) = await due(store, "1")
    under_way, beating, go_on = asyncio.Event(), asyncio.Event(), asyncio.Event()

    class Slow:
        async def send(self, at: Address, reply: Reply, *, silent: bool = False) -> str:
            under_way.set()
            await go_on.wait()
            return "m"

    outbox = Outbox(store, {"test": Slow()}, Composer(), limits=LIMITS)
    locks = outbox._queue.locks

    async def beat() -> None:
        async with locks.write() as connection:
            beating.set()
            await connection.execute(text("SELECT pg_sleep(0.2)"))

    running = asyncio.create_task(outbox.run())
    await under_way.wait()
    monkeypatch.setattr(locks, "beat", beat)
    await beating.wait()
    running.cancel()
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(running, return_exceptions=True)
    (delivery,) = await store.deliveries.list(of=chat)
    assert (delivery.state, delivery.doubts) == (DeliveryState.SENT, 0)
    await store.close()
