"""When Telegram is slow, away, or says no: nobody else waits, nothing comes more than twice."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from bot.core.address import Address
from bot.core.command_line import CommandLine
from bot.core.errors import RetryLater, SendError, Unknown
from bot.core.reply import Card, Pager, Reply
from tests.adapters.samples import EMOJI_4096, HOSTILE, LONG_QUOTE, LONG_WORD
from tests.adapters.telegram.parts import EN, Bench, quote, says
from tests.standin.telegram import Fault, Standin
from tests.standin.telegram_people import person
from tests.standin.telegram_rules import Refusal

FAULTS = {
    "429": Fault(429, "Too Many Requests: retry after 3", {"retry_after": 3}),
    "502": Fault(502, "Bad Gateway"),
    "reset before": Fault(),
    "reset after": Fault(after=True),
}
METHODS = (
    "getMe",
    "getUpdates",
    "deleteWebhook",
    "getMyCommands",
    "setMyCommands",
    "sendMessage",
    "editMessageText",
    "answerCallbackQuery",
    "answerInlineQuery",
)


@pytest.mark.parametrize("fault", FAULTS)
async def test_one_fault_of_each_method_loses_nothing_and_doubles_once_at_most(
    fault: str, telegram: Standin, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.handler.script["topics"] = Reply(
        (*says("page 2").blocks, Pager(2, 3, CommandLine("topics"))), replaces=True
    )
    bench.handler.deck = (Card("q1", "t", "n", quote("found")),)
    for method in METHODS:
        telegram.fail(method, FAULTS[fault])
    async with bench.running():
        telegram.says("hello")
        await telegram.until(lambda: telegram.sent)
        query = telegram.press("topics p2", telegram.sent[0])
        telegram.update(
            inline_query={"id": "search", "from": person(7), "query": "996", "offset": ""}
        )
        await telegram.until(lambda: telegram.edits and telegram.inline and telegram.alerts)
        telegram.says("good bye")
        await telegram.until(lambda: "answer to good bye" in telegram.texts(7))
    assert set(telegram.alerts) == {query}
    assert max(Counter(telegram.texts(7)).values()) <= 2
    assert bench.inbox.payloads == {}
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(said) == len(set(said)) <= len(METHODS)


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_digest_is_tried_once_and_says_what_became_of_it(
    fault: str, telegram: Standin, bench: Bench
) -> None:
    telegram.room(7)
    telegram.fail("sendMessage", FAULTS[fault])
    async with bench.running() as adapter:
        with pytest.raises(SendError) as error:
            await adapter.send(Address("telegram", "7"), says("digest"))
        expected = RetryLater if fault in ("429", "502") else Unknown
        assert type(error.value) is expected
        assert len(telegram.called("sendMessage")) == 1
        number = await adapter.send(Address("telegram", "7"), says("digest"), silent=True)
    assert (str(telegram.sent[-1].id), telegram.sent[-1].silent) == (number, True)


async def test_a_digest_when_nobody_listens_can_be_tried_again(
    telegram: Standin, bench: Bench
) -> None:
    async with bench.running() as adapter:
        await telegram.close()
        with pytest.raises(RetryLater):
            await adapter.send(Address("telegram", "7"), says("digest"))


async def test_two_hundred_failures_are_one_line_in_the_log(
    telegram: Standin, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "aiwork.telegram")
    telegram.fail("getUpdates", Fault(502), times=200)
    async with bench.running():
        telegram.says("hello")
        await telegram.until(lambda: telegram.sent)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


async def test_a_chat_that_hangs_and_one_in_a_flood_wait_hold_up_nobody(
    telegram: Standin, bench: Bench
) -> None:
    hung, flooded = telegram.room(1), telegram.room(2)
    hung.hang = asyncio.Event()
    flooded.refusal = Refusal(429, "Too Many Requests: retry after 3600", retry_after=3600)
    async with bench.running(grace=0.01):
        for n in range(4):
            for user in range(1, 53):
                telegram.says(f"word {n}", user=user)
        await telegram.until(lambda: len(telegram.sent) == 200)
        expected = [f"answer to word {n}" for n in range(4)]
        assert all(telegram.texts(user) == expected for user in range(3, 53))
        assert telegram.texts(1) == telegram.texts(2) == []
    assert len(_sends(telegram, 1)) == 1, "one connection, whatever else waits in that chat"
    assert len(_sends(telegram, 2)) == 1, "no knocking during the flood wait"
    assert len(bench.inbox.payloads) == 4, "what hangs is taken up after the next start"


def _sends(telegram: Standin, chat: int) -> list[object]:
    return [call for call in telegram.called("sendMessage") if call["chat_id"] == chat]


async def test_digests_that_hang_hold_up_no_answer(telegram: Standin, bench: Bench) -> None:
    async with bench.running() as adapter:
        digests = []
        for chat in range(100, 300):
            telegram.room(chat).hang = asyncio.Event()
            sending = adapter.send(Address("telegram", str(chat)), says("digest"))
            digests.append(asyncio.create_task(sending))
        await telegram.until(lambda: len(telegram.called("sendMessage")) >= 100)
        telegram.says("hello")
        await telegram.until(lambda: telegram.sent)
        for task in digests:
            task.cancel()
        await asyncio.gather(*digests, return_exceptions=True)
    assert telegram.texts(7) == ["answer to hello"]


async def test_a_short_flood_wait_is_waited_for(telegram: Standin, bench: Bench) -> None:
    telegram.fail("sendMessage", FAULTS["429"], times=3)
    async with bench.running():
        telegram.says("hello")
        await telegram.until(lambda: telegram.sent)
    assert [wait for wait in bench.clock.slept if wait == 3] == [3, 3, 3]


async def test_a_press_during_a_flood_wait_says_how_long_it_takes(
    telegram: Standin, bench: Bench
) -> None:
    async with bench.running():
        telegram.says("hello")
        await telegram.until(lambda: telegram.sent)
        flood = Refusal(429, "Too Many Requests: retry after 3600", retry_after=3600)
        telegram.rooms[7].refusal = flood
        first = telegram.press("quote", telegram.sent[0])
        await telegram.until(lambda: first in telegram.alerts and len(_sends(telegram, 7)) == 2)
        telegram.says("anything")
        await telegram.until(lambda: telegram.confirmed == 3)
        second = telegram.press("quote", telegram.sent[0])
        await telegram.until(lambda: second in telegram.alerts)
    assert telegram.alerts[second] == EN["telegram.busy"].replace("{minutes}", "60")


async def test_a_press_is_acknowledged_while_its_chat_hangs(
    telegram: Standin, bench: Bench
) -> None:
    async with bench.running(grace=0.01):
        telegram.says("hello")
        await telegram.until(lambda: telegram.sent)
        telegram.rooms[7].hang = asyncio.Event()
        telegram.says("hangs")
        await telegram.until(lambda: len(telegram.called("sendMessage")) == 2)
        query = telegram.press("quote", telegram.sent[0])
        await telegram.until(lambda: query in telegram.alerts)


async def test_groups_are_answered_within_their_limit(telegram: Standin, bench: Bench) -> None:
    telegram.room(-1, "group").refusal = Refusal(
        429, "Too Many Requests: retry after 37", retry_after=37
    )
    async with bench.running():
        telegram.says("/quote", room=-1)
        await telegram.until(lambda: telegram.called("sendMessage"))
        telegram.rooms[-1].refusal = None
        await telegram.until(lambda: telegram.sent)
    assert 37 in bench.clock.slept


@pytest.mark.parametrize(
    "text",
    [*HOSTILE.values(), LONG_QUOTE, LONG_WORD, EMOJI_4096, "\ud800 half", "@a " * 3000],
    ids=[*HOSTILE, "long quote", "long word", "emoji", "surrogate", "names"],
)
async def test_hostile_texts_arrive_as_text_and_complete(
    text: str, telegram: Standin, bench: Bench
) -> None:
    bench.handler.script["quote"] = quote(text)
    whole = f"{text}— A. Nonymous".replace("\ud800", "\ufffd")
    async with bench.running() as adapter:
        telegram.says("quote")
        await telegram.until(lambda: telegram.texts(7) and "Nonymous" in telegram.texts(7)[-1])
        got = "".join(telegram.texts(7))
        assert "".join(got.split()) == "".join(whole.split())
        alive = [
            sent.parsed.of(kind) for sent in telegram.sent for kind in ("mention", "bot_command")
        ]
        assert not any(alive)
        before = len(telegram.sent)
        await adapter.send(Address("telegram", "7"), quote(text))
        assert len(telegram.sent) == before + 1, "a digest is one message, whatever it holds"
