"""From due to sent, with everything that a platform may answer, on both databases."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest

from bot.core.address import Address
from bot.core.chats import EVERY_DAY, Delivery, DeliveryState
from bot.core.errors import Gone, Moved, Refused, RetryLater, Unknown
from tests.delivery.conftest import Office

ANN = Address("telegram", "1")
BOB = Address("telegram", "2")
TEAM = Address("slack", "C1", workspace="T1")


async def the_digest(office: Office, *, tries: int = 1, **after: float) -> Delivery:
    """Ann's digest becomes due and is tried; further tries come after that much time."""
    chat = await office.chat(ANN)
    await office.step(hours=1, minutes=30)
    for _ in range(tries - 1):
        await office.step(**after)
    return await office.latest(chat)


async def test_a_digest_is_sent_at_its_time_and_not_before(office: Office) -> None:
    chat = await office.chat(ANN)
    await office.step(hours=1, minutes=29)
    assert office.platform.arrived == []
    await office.step(minutes=1)
    assert office.platform.arrived == [(ANN, "item1")]
    delivery = await office.latest(chat)
    assert delivery.state is DeliveryState.SENT
    assert delivery.message_id == "m1"
    assert delivery.items == ("item1",)
    assert delivery.sent_at == office.clock.now


async def test_it_is_sent_once_however_often_the_bot_looks_or_restarts(office: Office) -> None:
    await the_digest(office, tries=3, minutes=10)
    await office.crash()
    await office.step(minutes=10)
    assert len(office.platform.arrived) == 1


async def test_every_day_brings_something_new_until_there_is_nothing_to_say(
    office: Office,
) -> None:
    chat = await office.chat(ANN, days=EVERY_DAY)
    await office.step(hours=1, minutes=30)
    for _ in range(3):
        await office.step(days=1)
    assert office.platform.texts == ["item1", "item2", "item3"]
    delivery = await office.latest(chat)
    assert delivery.state is DeliveryState.QUIET
    assert (await office.store.deliveries.status(chat)).seen == 3


async def test_compose_is_told_the_chat_its_day_its_topics_and_what_it_has_seen(
    office: Office,
) -> None:
    chat = await office.chat(TEAM, days=EVERY_DAY)
    await office.store.chats.subscribe(chat, "overwork")
    await office.step(hours=1, minutes=30)
    await office.step(days=1)
    first, second = office.composer.occasions
    assert first.chat.at == TEAM
    assert first.topics == ("overwork",)
    assert first.seen == {}
    assert list(second.seen) == ["item1"]
    assert second.slot.date - first.slot.date == timedelta(days=1)


async def test_a_wait_that_the_platform_asks_for_is_kept_even_after_a_restart(
    office: Office,
) -> None:
    office.platform.plan(RetryLater("Too Many Requests", after=1800))
    delivery = await the_digest(office)
    assert delivery.state is DeliveryState.PENDING
    assert delivery.reason == "Too Many Requests"
    await office.crash()
    await office.step(minutes=29)
    assert office.platform.arrived == []
    await office.step(minutes=1)
    assert office.platform.texts == ["item1"]


async def test_a_wait_that_outlives_the_digest_expires_it_with_the_reason(office: Office) -> None:
    office.platform.plan(RetryLater("Too Many Requests", after=12 * 3600))
    delivery = await the_digest(office)
    assert delivery.state is DeliveryState.EXPIRED
    assert "43200 s" in delivery.reason


async def test_a_parked_chat_waits_for_its_next_digest_too(office: Office) -> None:
    chat = await office.chat(ANN, days=EVERY_DAY)
    office.platform.plan(RetryLater("Too Many Requests", after=26 * 3600))
    await office.step(hours=1, minutes=30)
    await office.step(days=1)
    assert office.platform.arrived == []
    await office.step(hours=2)
    assert office.platform.texts == ["item1"]
    assert (await office.latest(chat)).state is DeliveryState.SENT


async def test_a_server_error_is_tried_again_until_it_passes(office: Office) -> None:
    office.platform.plan(*[RetryLater("Bad Gateway")] * 3)
    delivery = await the_digest(office, tries=4, minutes=1)
    assert delivery.state is DeliveryState.SENT
    assert delivery.attempts == 4
    assert delivery.reason == ""


async def test_a_platform_that_stays_away_makes_the_digest_expire(office: Office) -> None:
    office.platform.plan(*[RetryLater("Connection refused")] * 99)
    delivery = await the_digest(office, tries=30, minutes=15)
    assert delivery.state is DeliveryState.EXPIRED
    assert office.platform.arrived == []


async def test_a_retry_says_the_same_thing(office: Office) -> None:
    office.platform.plan(RetryLater("Bad Gateway"))
    chat = await office.chat(ANN)
    await office.step(hours=1, minutes=30)
    office.composer.pool.insert(0, "newer")
    await office.step(minutes=1)
    assert office.platform.texts == ["item1"]
    assert len(office.composer.occasions) == 1
    assert (await office.latest(chat)).items == ("item1",)


async def test_an_item_withdrawn_while_the_digest_waited_is_served_nowhere(
    office: Office,
) -> None:
    office.platform.plan(RetryLater("Bad Gateway"))
    chat = await office.chat(ANN)
    await office.step(hours=1, minutes=30)
    office.composer.pool.remove("item1")
    await office.step(minutes=1)
    assert office.platform.texts == ["item2"]
    assert (await office.latest(chat)).items == ("item2",)


async def test_a_lost_answer_is_sent_once_more_and_never_a_third_time(office: Office) -> None:
    office.platform.plan(*[Unknown("ReadTimeout")] * 5, after=True)
    delivery = await the_digest(office, tries=5, minutes=1)
    assert office.platform.texts == ["item1", "item1"]
    assert delivery.state is DeliveryState.UNKNOWN
    assert delivery.doubts == 2
    assert delivery.reason == "ReadTimeout"


async def test_a_second_attempt_after_a_lost_answer_ends_the_doubt(office: Office) -> None:
    office.platform.plan(Unknown("ReadTimeout"))
    delivery = await the_digest(office, tries=2, minutes=1)
    assert office.platform.texts == ["item1"]
    assert delivery.state is DeliveryState.SENT
    assert delivery.doubts == 1


async def test_with_leave_a_lost_answer_is_never_sent_again(office: Office) -> None:
    await office.crash(once_more=False)
    office.platform.plan(Unknown("ReadTimeout"), after=True)
    delivery = await the_digest(office, tries=3, minutes=1)
    assert office.platform.texts == ["item1"]
    assert delivery.state is DeliveryState.UNKNOWN


async def test_what_may_have_arrived_never_ends_as_expired(office: Office) -> None:
    office.platform.plan(Unknown("ReadTimeout"), *[RetryLater("Bad Gateway")] * 99)
    delivery = await the_digest(office, tries=30, minutes=15)
    assert delivery.state is DeliveryState.UNKNOWN


async def test_an_exception_that_no_sender_may_raise_counts_as_a_lost_answer(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.platform.plan(KeyError("x"))
    delivery = await the_digest(office)
    assert delivery.doubts == 1
    assert "broke its promise" in caplog.text


@pytest.mark.parametrize("error", [RetryLater, Unknown, Refused, Gone])
async def test_what_no_database_takes_in_a_platforms_words_does_not_hold_up_the_outcome(
    office: Office, error: type[RetryLater | Unknown | Refused | Gone]
) -> None:
    office.platform.plan(error("bad\x00 words \ud800 of \u202e" + "x" * 9000))
    delivery = await the_digest(office)
    assert "bad words of xxx" in delivery.reason
    assert delivery.attempts == 1
    assert delivery.state is not DeliveryState.SENDING


async def test_a_chat_that_is_gone_gets_no_more(office: Office) -> None:
    chat = await office.chat(ANN, days=EVERY_DAY)
    office.platform.plan(Gone("bot was blocked by the user"))
    await office.step(hours=1, minutes=30)
    assert (await office.latest(chat)).state is DeliveryState.FAILED
    assert (await office.latest(chat)).reason == "bot was blocked by the user"
    await office.step(days=3)
    assert office.platform.arrived == []
    await office.store.chats.back(ANN)
    await office.step(days=1)
    assert office.platform.texts == ["item1"]


async def test_our_own_mistake_is_said_loudly_and_not_repeated(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.platform.plan(Refused("can't parse entities"))
    delivery = await the_digest(office, tries=3, minutes=10)
    assert delivery.state is DeliveryState.FAILED
    assert [r.levelno for r in caplog.records if "can't parse" in r.message] == [logging.ERROR]


async def test_a_moved_chat_gets_its_digest_at_the_new_address_at_once(office: Office) -> None:
    new = Address("telegram", "-1001")
    office.platform.plan(Moved(new))
    await office.chat(ANN, days=EVERY_DAY)
    await office.step(hours=1, minutes=30)
    assert office.platform.arrived == [(new, "item1")]
    assert await office.store.chats.find(ANN) is None
    await office.step(days=1)
    assert office.platform.arrived[-1][0] == new


async def test_two_chats_that_turn_out_to_be_one_get_one_digest(office: Office) -> None:
    await office.chat(ANN)
    await office.chat(BOB, minute=10 * 60)
    office.platform.plan(Moved(BOB))
    await office.step(hours=1, minutes=30)
    await office.step(hours=1)
    assert office.platform.arrived == [(BOB, "item1")]


async def test_a_digest_that_cannot_be_composed_holds_up_nobody_and_comes_when_it_can(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.composer.broken = True
    delivery = await the_digest(office)
    assert delivery.state is DeliveryState.PENDING
    assert "could not be composed" in caplog.text
    office.composer.broken = False
    await office.step(minutes=1)
    assert office.platform.texts == ["item1"]


async def test_switching_off_while_it_is_being_sent_stops_the_retry(office: Office) -> None:
    chat = await office.chat(ANN)
    office.platform.plan(RetryLater("Bad Gateway"))
    switched: list[asyncio.Task[object]] = []

    def off() -> None:
        switched.append(asyncio.ensure_future(office.store.schedules.suspend(chat)))

    office.platform.during = off
    await office.step(hours=1, minutes=30)
    await asyncio.gather(*switched)
    await office.step(minutes=5)
    assert office.platform.arrived == []
    assert (await office.latest(chat)).state is DeliveryState.CANCELLED


async def test_a_forgotten_chat_gets_nothing_although_its_digest_was_waiting(
    office: Office,
) -> None:
    await office.chat(ANN)
    await office.store.schedules.enqueue(office.clock.move(hours=2))
    await office.store.privacy.forget(ANN)
    await office.step()
    assert office.platform.arrived == []


async def test_one_chat_in_trouble_delays_no_other(office: Office) -> None:
    office.platform.plan(RetryLater("Too Many Requests", after=600))
    for room in range(20):
        await office.chat(Address("telegram", str(room)))
    await office.step(hours=1, minutes=30)
    assert len(office.platform.arrived) == 19


async def test_many_digests_at_once_all_arrive_each_once(office: Office) -> None:
    chats = [await office.chat(Address("telegram", str(room))) for room in range(150)]
    await office.step(hours=1, minutes=30)
    assert len({at for at, _ in office.platform.arrived}) == len(chats)
    assert len(office.platform.arrived) == len(chats)
