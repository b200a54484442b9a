"""Digests when time itself does not go on as it should."""

from __future__ import annotations

from bot.core.address import Address
from bot.core.chats import EVERY_DAY, DeliveryState
from tests.delivery.conftest import Office

ANN = Address("telegram", "1")


async def test_digests_of_a_platform_that_was_taken_away_expire_in_sight(office: Office) -> None:
    chat = await office.chat(Address("console", "terminal"))
    await office.step(hours=1, minutes=30)
    assert (await office.latest(chat)).state is DeliveryState.PENDING
    await office.outbox._desk.expire(office.clock.move(hours=7))
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


async def test_a_clock_that_jumps_ahead_an_hour_loses_nothing(office: Office) -> None:
    await office.chat(ANN, days=EVERY_DAY)
    await office.step(hours=2, minutes=20)
    assert len(office.platform.arrived) == 1
    await office.step(hours=-1)
    assert len(office.platform.arrived) == 1
    await office.step(hours=25)
    assert len(office.platform.arrived) == 2
