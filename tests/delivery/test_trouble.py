"""What the machine does to a running bot: restarts, locks, a full disk, rooms that hang."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.core.address import Address
from bot.core.chats import DeliveryState
from bot.core.errors import RetryLater, StoreError
from bot.core.ports import DigestRequest
from bot.core.reply import Reply
from bot.delivery.outbox import Outbox
from bot.delivery.rate_limit import Limits
from bot.store.delivery.ready import ReadyDelivery
from bot.store.delivery.writes import Operation
from bot.store.store import Store
from tests.databases import Clock, new_database, postgres
from tests.delivery.fakes import Composer, Platform
from tests.delivery.running import LIMITS, due, until_arriving, until_sent


async def test_a_second_bot_on_the_same_file_says_so_and_sends_nothing(tmp_path: Path) -> None:
    url = new_database("sqlite", tmp_path)
    first, second = await Store.open(url), await Store.open(url)
    outbox = Outbox(first, {}, Composer())
    await outbox.start()
    with pytest.raises(StoreError, match="another aiwork is running"):
        await Outbox(second, {}, Composer()).run()
    assert await second.deliveries.list() == ()  # asking works beside it
    await outbox.finish()
    for store in (first, second):
        await store.close()


async def test_rooms_that_hang_hold_up_nobody_else(tmp_path: Path) -> None:
    store = await Store.open(new_database("sqlite", tmp_path), clock=Clock())
    await due(store, *(f"{'hangs' if number % 3 == 0 else 'ok'}{number}" for number in range(30)))
    arrived: list[str] = []
    all_others, let_go = asyncio.Event(), asyncio.Event()

    class Hanging:
        async def send(self, at: Address, reply: Reply, *, silent: bool = False) -> str:
            if at.room.startswith("hangs"):
                await let_go.wait()
            arrived.append(at.room)
            if len(arrived) == 20:
                all_others.set()
            return "m"

    limits = {"test": Limits(in_flight=4)}
    outbox = Outbox(store, {"test": Hanging()}, Composer(), limits=limits)
    running = asyncio.create_task(outbox.run())
    async with asyncio.timeout(20):
        await all_others.wait()
    let_go.set()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await store.close()


async def test_a_disk_that_fills_up_in_the_middle_loses_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.delivery.outcome_writer.RETRY_SECONDS", 0.01)
    store = await Store.open(new_database("sqlite", tmp_path), clock=Clock())
    (chat,) = await due(store, "1")
    platform = Platform()
    full = asyncio.Event()
    commit = Outbox(store, {"test": platform}, Composer(), limits=LIMITS)
    write = commit._queue.write
    failures = 0

    async def failing(ops: object) -> set[int]:
        nonlocal failures
        if platform.arrived and failures < 3:  # the claim was written, the outcome cannot be
            failures += 1
            full.set()
            raise StoreError("the disk is full: free some space")
        return await write(ops)  # type: ignore[arg-type]

    monkeypatch.setattr(commit._queue, "write", failing)
    await commit.start()
    await commit.step()
    await commit.finish()
    assert full.is_set()
    assert [at for at, _ in platform.arrived] == [chat.at]
    assert [one.state for one in await store.deliveries.list(of=chat)] == [DeliveryState.SENT]
    assert [r.message for r in caplog.records if r.levelno == logging.ERROR] == [
        "deliveries wait: the disk is full: free some space"
    ]
    await store.close()


async def test_a_claim_that_failed_is_tried_again_and_was_never_in_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit went through, but its answer was lost."""
    monkeypatch.setattr("bot.delivery.outcome_writer.RETRY_SECONDS", 0.01)
    monkeypatch.setattr("bot.delivery.lanes.TAKEOVER_SECONDS", 0.01)
    store = await Store.open(new_database("sqlite", tmp_path), clock=Clock())
    (chat,) = await due(store, "1")
    platform = Platform()
    outbox = Outbox(store, {"test": platform}, Composer(), limits=LIMITS)
    write, failures = outbox._queue.write, 0

    async def deaf(ops: object) -> set[int]:
        nonlocal failures
        result = await write(ops)  # type: ignore[arg-type]
        failures += 1
        if failures == 1:
            raise StoreError("the connection to the database was lost")
        return result

    monkeypatch.setattr(outbox._queue, "write", deaf)
    await outbox.start()
    await outbox.step()
    await outbox.finish()
    (delivery,) = await store.deliveries.list(of=chat)
    assert (delivery.state, delivery.doubts, delivery.attempts) == (DeliveryState.SENT, 0, 2)
    assert len(platform.arrived) == 1
    await store.close()


async def test_a_digest_with_nothing_to_say_is_told_so_when_the_commit_beside_it_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.outcome_writer.RETRY_SECONDS", 0.01)
    monkeypatch.setattr("bot.delivery.lanes.TAKEOVER_SECONDS", 0.01)
    store = await Store.open(new_database("sqlite", tmp_path), clock=Clock())
    await due(store, "talks", "silent")

    class Silent(Composer):
        def choose(self, request: DigestRequest) -> Sequence[str]:
            return [] if request.chat.at.room == "silent" else super().choose(request)

    outbox = Outbox(store, {"test": Platform()}, Silent(), limits=LIMITS)
    write, failures = outbox._queue.write, 0

    async def failing(ops: Sequence[Operation]) -> set[int]:
        nonlocal failures
        failures += 1
        if failures == 1:
            raise StoreError("the disk is full: free some space")
        return await write(ops)

    monkeypatch.setattr(outbox._queue, "write", failing)
    await outbox.start()
    await outbox.step()
    await outbox.finish()
    states = {one.at.room: one.state for one in await store.deliveries.list()}
    assert states == {"talks": DeliveryState.SENT, "silent": DeliveryState.QUIET}
    await store.close()


async def test_a_postgres_that_restarts_in_the_middle_loses_and_doubles_nothing() -> None:
    server = postgres()
    store = await Store.open(server.migrated(), clock=Clock())
    await due(store, *(str(number) for number in range(40)))
    platform = Platform()
    outbox = Outbox(store, {"test": platform}, Composer(), limits=LIMITS)
    running = asyncio.create_task(outbox.run())
    await until_arriving(platform, 20)
    await asyncio.to_thread(server.stop)
    await asyncio.to_thread(server.start)
    await until_sent(store, 40)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert len(platform.arrived) == len({at for at, _ in platform.arrived}) == 40
    await store.close()


async def test_what_was_sent_while_a_page_was_read_is_not_claimed_by_that_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = await Store.open(new_database("sqlite", tmp_path), clock=Clock())
    (chat,) = await due(store, "1")
    platform = Platform()
    platform.plan(RetryLater("connection refused"))
    outbox = Outbox(store, {"test": platform}, Composer(), limits=LIMITS)
    ready, write = outbox._queue.read_ready, outbox._queue.write
    read, over = asyncio.Event(), asyncio.Event()
    reads = writes = 0

    async def reading(*wanted: Any) -> list[ReadyDelivery]:
        nonlocal reads
        page = await ready(*wanted)
        reads += 1
        if reads == 1:
            outbox._lanes.notify_enqueued()  # so that it is read again at once
        if reads == 2:
            assert page  # it waits still, since its claim is held up
            read.set()
            await over.wait()
        return page

    async def writing(ops: Sequence[Operation]) -> set[int]:
        nonlocal writes
        await read.wait()
        claimed = await write(ops)
        writes += 1
        if writes == 2:  # the claim, and what became of it
            asyncio.get_running_loop().call_soon(over.set)
        return claimed

    monkeypatch.setattr(outbox._queue, "read_ready", reading)
    monkeypatch.setattr(outbox._queue, "write", writing)
    await outbox.start()
    await outbox.step()
    assert isinstance(store.now, Clock)
    store.now.move(seconds=5)
    await outbox.step()
    await outbox.finish()
    (delivery,) = await store.deliveries.list(of=chat)
    assert (delivery.state, delivery.attempts, len(platform.arrived)) == (DeliveryState.SENT, 2, 1)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    await store.close()
