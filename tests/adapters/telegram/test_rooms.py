"""The life of chats, and what Telegram knows about people and rooms."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.address import Address
from bot.core.command import Person
from bot.core.errors import Gone, Moved
from tests.adapters.telegram.parts import EN, HANS, Bench, says
from tests.standin.telegram import Fault, Standin
from tests.standin.telegram_people import BOT, person
from tests.standin.telegram_rules import Refusal

GROUP = -1001
AT = Address("telegram", str(GROUP))
LIN = Person("7", Address("telegram", "7"))


def membership(telegram: Standin, room: int, old: str, new: str, **rights: Any) -> None:
    chat = telegram.rooms[room].as_json()
    telegram.update(
        my_chat_member={
            "chat": chat,
            "from": person(7),
            "date": 1_790_000_000,
            "old_chat_member": {"user": BOT, "status": old, "until_date": 0},
            "new_chat_member": {"user": BOT, "status": new, "until_date": 0, **rights},
        }
    )


async def test_being_added_is_answered_with_one_welcome(telegram: Standin, bench: Bench) -> None:
    telegram.room(GROUP, "group")
    async with bench.running():
        membership(telegram, GROUP, "left", "member")
        membership(telegram, GROUP, "member", "member")
        telegram.says("", room=GROUP, new_chat_members=[BOT])
        await telegram.until(lambda: telegram.confirmed == 3)
    assert bench.handler.lines == ["start"]
    assert telegram.texts(GROUP) == ["answer to start"]


async def test_blocking_and_unblocking_are_passed_on(telegram: Standin, bench: Bench) -> None:
    telegram.room(7)
    async with bench.running():
        membership(telegram, 7, "member", "kicked")
        membership(telegram, 7, "kicked", "member")
        await telegram.until(lambda: telegram.confirmed == 2)
    assert bench.rooms.told == [
        ("gone", "telegram:/7", "bot was blocked by the user"),
        ("back", "telegram:/7"),
    ]
    assert telegram.sent == []


async def test_a_word_revives_a_chat(telegram: Standin, bench: Bench) -> None:
    async with bench.running():
        telegram.says("hello")
        await telegram.until(lambda: telegram.sent)
    assert bench.rooms.told == [("back", "telegram:/7")]


async def test_an_upgraded_group_moves_once_and_is_not_welcomed_again(
    telegram: Standin, bench: Bench
) -> None:
    telegram.room(-45, "group")
    telegram.room(GROUP, "supergroup")
    async with bench.running():
        telegram.says("", room=-45, migrate_to_chat_id=GROUP)
        await telegram.until(lambda: telegram.confirmed == 1)
        membership(telegram, GROUP, "left", "member")
        await telegram.until(lambda: telegram.confirmed == 2)
    assert bench.rooms.told[0] == ("moved", "telegram:/-45", f"telegram:/{GROUP}")
    assert telegram.sent == []


async def test_a_digest_to_an_upgraded_group_says_where_it_moved(
    telegram: Standin, bench: Bench
) -> None:
    telegram.room(-45, "group").refusal = _upgraded()
    async with bench.running() as adapter:
        with pytest.raises(Moved) as moved:
            await adapter.send(Address("telegram", "-45"), says("digest"))
    assert moved.value.to == AT


async def test_an_answer_follows_an_upgraded_group(telegram: Standin, bench: Bench) -> None:
    telegram.room(-45, "group").refusal = _upgraded()
    telegram.room(GROUP, "supergroup")
    async with bench.running():
        telegram.says("/quote", room=-45)
        await telegram.until(lambda: telegram.sent)
    assert telegram.texts(GROUP) == ["answer to quote"]
    assert ("moved", "telegram:/-45", f"telegram:/{GROUP}") in bench.rooms.told


def _upgraded() -> Refusal:
    why = "Bad Request: group chat was upgraded to a supergroup chat"
    return Refusal(400, why, migrate_to_chat_id=GROUP)


async def test_an_answer_to_somebody_who_blocked_us_makes_the_chat_gone(
    telegram: Standin, bench: Bench
) -> None:
    telegram.room(7).refusal = Refusal(403, "Forbidden: bot was blocked by the user")
    async with bench.running():
        telegram.says("hello")
        await telegram.until(lambda: telegram.confirmed == 1)
    assert ("gone", "telegram:/7", "Forbidden: bot was blocked by the user") in bench.rooms.told


async def test_a_deleted_topic_is_told_to_an_administrator_once(
    telegram: Standin, bench: Bench
) -> None:
    room = telegram.room(GROUP, "supergroup", title="Team <3")
    room.members |= {8: {"status": "administrator"}, 9: {"status": "creator"}}
    telegram.room(9).refusal = Refusal(
        403, "Forbidden: bot can't initiate conversation with a user"
    )
    telegram.room(8)
    topic = Address("telegram", str(GROUP), thread="12")
    async with bench.running() as adapter:
        for _ in range(2):
            with pytest.raises(Gone):
                await adapter.send(topic, says("digest"))
        await telegram.until(lambda: telegram.sent)
        await adapter.send(AT, says("digest"))
    both = f"{HANS['telegram.topic_gone']} / {EN['telegram.topic_gone']}"
    assert telegram.texts(8) == [both.replace("{title}", "Team <3")]
    assert telegram.texts(GROUP) == ["digest"]


async def test_without_an_administrator_in_reach_the_group_hears_of_its_deleted_topic(
    telegram: Standin, bench: Bench
) -> None:
    telegram.room(GROUP, "supergroup").members[9] = {"status": "creator"}
    async with bench.running() as adapter:
        with pytest.raises(Gone):
            await adapter.send(Address("telegram", str(GROUP), thread="12"), says("digest"))
        await telegram.until(lambda: telegram.sent)
    assert [sent.thread for sent in telegram.sent] == [None]


async def test_only_administrators_manage_a_group(telegram: Standin, bench: Bench) -> None:
    telegram.room(GROUP, "supergroup").members |= {
        7: {"status": "member"},
        8: {"status": "administrator"},
        9: {"status": "creator"},
    }
    async with bench.running() as adapter:
        may = {n: await adapter.directory.may_manage(Person(str(n)), AT) for n in (7, 8, 9, 10)}
        await adapter.directory.may_manage(Person("8"), AT)
        assert may == {7: False, 8: True, 9: True, 10: False}
        assert await adapter.directory.may_manage(Person(str(GROUP)), AT), (
            "an anonymous administrator"
        )
        assert await adapter.directory.may_manage(LIN, Address("telegram", "7"))
        assert not await adapter.directory.may_manage(LIN, Address("telegram", "8"))
        assert not await adapter.directory.may_manage(LIN, Address("telegram", "", inline="AAx"))
    assert len(telegram.called("getChatMember")) == 4, "asked once a minute and person"


async def test_when_telegram_is_away_nobody_manages_and_nothing_is_remembered(
    telegram: Standin, bench: Bench
) -> None:
    telegram.room(GROUP, "supergroup").members[8] = {"status": "administrator"}
    async with bench.running() as adapter:
        telegram.fail("getChatMember", Fault(502))
        assert not await adapter.directory.may_manage(Person("8"), AT)
        assert await adapter.directory.may_manage(Person("8"), AT)


async def test_rooms_are_found_by_name_or_id_and_private_chats_are_not(
    telegram: Standin, bench: Bench
) -> None:
    news = telegram.room(-1009, "channel", username="worknews")
    news.members[7] = {"status": "member"}
    telegram.room(8)
    channel = Address("telegram", "-1009")
    async with bench.running() as adapter:
        for name in ("@worknews", "worknews", "https://t.me/worknews", "@-1009", "-1009"):
            assert await adapter.directory.find_room(LIN, AT, name) == channel
        for name in ("@nobody", "8", "@8", "", "@"):
            assert await adapter.directory.find_room(LIN, AT, name) is None


async def test_what_is_missing_to_post_somewhere_is_said(telegram: Standin, bench: Bench) -> None:
    channel = telegram.room(-1009, "channel")
    telegram.room(GROUP, "supergroup")
    async with bench.running() as adapter:
        at = Address("telegram", "-1009")
        assert await adapter.directory.ensure_can_post(AT) is None
        assert await adapter.directory.ensure_can_post(Address("telegram", "7")) is None
        channel.members[BOT["id"]] = {"status": "administrator", "can_post_messages": False}
        assert await adapter.directory.ensure_can_post(at) == EN["telegram.let_in"].replace(
            "{bot}", "@aiwork_bot"
        )
        channel.members[BOT["id"]] = {"status": "administrator", "can_post_messages": True}
        assert await adapter.directory.ensure_can_post(at) is None


async def test_a_room_is_found_by_those_alone_who_are_in_it(
    telegram: Standin, bench: Bench
) -> None:
    news = telegram.room(-1009, "supergroup", username="worknews")
    room = Address("telegram", "-1009")
    async with bench.running() as adapter:
        for stranger in ({"status": "left"}, {"status": "kicked"},
                         {"status": "restricted", "is_member": False}):  # fmt: skip
            news.members[7] = stranger
            assert await adapter.directory.find_room(LIN, AT, "@worknews") is None
            bench.clock.time += 61
        news.members[7] = {"status": "member"}
        assert await adapter.directory.find_room(LIN, AT, "-1009") == room
        news.members[7] = {"status": "left"}
        bench.clock.time += 61  # asked again after a minute
        assert await adapter.directory.find_room(LIN, AT, "-1009") is None
