"""Digests when time itself does not go on as it should."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.address import Address
from bot.core.chats import EVERY_DAY, DeliveryState
from bot.core.errors import RetryLater
from tests.delivery.conftest import Office

ANN = Address("telegram", "1")


async def test_digests_of_a_platform_that_was_taken_away_expire_in_sight(office: Office) -> None:
    chat = await office.chat(Address("console", "terminal"))
    await office.step(hours=1, minutes=30)
    assert (await office.latest(chat)).state is DeliveryState.PENDING
    await office.outbox._queue.expire(office.clock.move(hours=7))
    assert (await office.latest(chat)).state is DeliveryState.EXPIRED
    assert (await office.latest(chat)).reason == "nobody could send it"


async def test_a_clock_that_jumps_back_an_hour_sends_nothing_twice(office: Office) -> None:
    await office.chat(ANN, days=EVERY_DAY)
    await office.step(hours=1, minutes=40)
    await office.step(hours=-1)
    await office.step(minutes=30)
    assert len(office.platform.arrived) == 1
    await office.step(hours=25)
    assert len(office.platform.arrived) == 2


async def test_a_digest_that_was_due_is_not_held_back_by_a_clock_that_is_set_back(
    office: Office,
) -> None:
    await office.chat(ANN, days=EVERY_DAY)
    await office.step(hours=1)
    await office.store.schedules.enqueue(office.clock.move(minutes=31))
    await office.step(hours=-1)
    assert len(office.platform.arrived) == 1


async def test_nor_is_it_when_the_process_died_in_between(office: Office) -> None:
    await office.chat(ANN, days=EVERY_DAY)
    await office.store.schedules.enqueue(office.clock.move(hours=1, minutes=31))
    await office.outbox.finish()
    office.clock.move(hours=-1)
    arrived = asyncio.Event()
    office.platform.during = arrived.set
    running = asyncio.create_task(office.new_outbox().run())
    async with asyncio.timeout(30):
        await arrived.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await office.outbox.start()


async def test_a_digest_that_only_a_wrong_clock_called_due_keeps_its_time(office: Office) -> None:
    chat = await office.chat(Address("console", "terminal"), days=EVERY_DAY)  # nobody sends it
    await office.step(days=1, hours=1, minutes=30)
    tomorrow = office.clock.now
    await office.step(days=-1)
    assert (await office.latest(chat)).not_before == tomorrow


async def test_a_clock_trimmed_by_seconds_does_not_send_a_popular_slot_in_one_wave(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.chats.schedules.BATCH", 20)
    for number in range(20):
        await office.chat(Address("telegram", str(number)))
    await office.step(hours=1, minutes=30, seconds=5)
    early = len(office.platform.arrived)
    await office.step(seconds=-2)
    assert len(office.platform.arrived) == early < 10
    await office.step(minutes=3)
    assert len(office.platform.arrived) == 20


async def test_a_room_that_the_platform_wants_left_alone_is_when_the_clock_is_set_back(
    office: Office,
) -> None:
    chat = await office.chat(ANN, days=EVERY_DAY)
    office.platform.plan(RetryLater("Too Many Requests", after=600))
    await office.step(hours=1, minutes=31)
    await office.step(minutes=-5)
    assert not office.platform.arrived
    await office.step(minutes=16)
    assert (await office.latest(chat)).state is DeliveryState.SENT


async def test_a_clock_that_jumps_ahead_an_hour_loses_nothing(office: Office) -> None:
    await office.chat(ANN, days=EVERY_DAY)
    await office.step(hours=2, minutes=20)
    assert len(office.platform.arrived) == 1
    await office.step(hours=-1)
    assert len(office.platform.arrived) == 1
    await office.step(hours=25)
    assert len(office.platform.arrived) == 2
