"""Saving an entry, hiding one, and digests that stay with one's own topics."""

from __future__ import annotations

import json

import pytest

from bot.core.chats import KeptKind
from bot.core.command import RoomKind
from bot.core.plain_text import text_of
from bot.core.reply import File, Outcome, Reply
from tests.commands.desk import BOB, HOME, ROOM, Desk, lines


def files(reply: Reply) -> list[File]:
    return [block for block in reply.blocks if isinstance(block, File)]


def ids_on(ask: Desk, topic: str) -> list[str]:
    found = [one.id for one in ask.library.quotes_of(topic)]
    return found + [one.id for one in ask.library.facts_of(topic)]


async def test_what_is_saved_is_listed_opened_and_taken_off_again(ask: Desk) -> None:
    assert "Nothing is saved here yet." in await ask.say("saved")
    assert "saved remove nba-salaries" in lines(await ask("save nba-salaries"))
    await ask("save meta-cuts-600")
    reply = await ask("saved")
    assert lines(reply)[:2] == ["fact meta-cuts-600", "quote nba-salaries"]
    await ask("saved remove nba-salaries")
    assert "nba-salaries" not in await ask.say("saved")


async def test_what_is_saved_is_searched_by_words_and_by_topic(ask: Desk) -> None:
    for name in ("nba-salaries", "meta-cuts-600", "green-card-or-not"):
        await ask(f"save {name}")
    assert lines(await ask("saved NBA"))[:1] == ["quote nba-salaries"]
    assert "green-card-or-not" in await ask.say("我的收藏 签证")
    assert "meta-cuts-600" not in await ask.say("saved visas")
    reply = await ask("saved hype")
    assert reply.outcome is Outcome.NOTHING_FOUND
    assert "Nothing of that is saved here." in text_of(reply)


async def test_what_is_saved_is_a_file_to_read_or_for_machines(ask: Desk) -> None:
    for name in ("nba-salaries", "meta-cuts-600", "meta-talent-war"):
        await ask(f"save {name}")
    assert "saved export" in lines(await ask("saved"))
    (file,) = files(await ask("saved export"))
    quote = ask.library.quotes["nba-salaries"]
    assert file.name == "aiwork-saved.md"
    assert f"> {quote.text.splitlines()[0]}" in file.text
    assert file.text.count("\n---\n") == 2
    (data,) = files(await ask("saved export json"))
    assert [row["id"] for row in json.loads(data.text)] == [
        "meta-talent-war", "meta-cuts-600", "nba-salaries",
    ]  # fmt: skip
    assert json.loads(data.text)[2]["text"] == quote.text


async def test_nothing_saved_is_no_file(ask: Desk) -> None:
    assert "Nothing is saved here yet." in await ask.say("saved export")


async def test_what_is_hidden_never_comes_and_can_be_brought_back(ask: Desk) -> None:
    await ask("subscribe visas")
    for name in ids_on(ask, "visas"):
        await ask(f"hide {name}")
    assert "Nothing unseen on Visas today" in await ask.say("digest")
    await ask("hidden back green-card-or-not")
    assert "Nothing unseen on Visas" not in await ask.say("digest")


async def test_a_hidden_topic_is_told_by_its_name(ask: Desk) -> None:
    await ask("hide hype")
    assert "Hype" in await ask.say("hidden")
    assert "hidden back hype" in lines(await ask("hidden"))


async def test_only_my_topics_is_silent_when_they_are_used_up(ask: Desk) -> None:
    await ask("subscribe visas")
    await ask("settings only=on")
    for name in ids_on(ask, "visas"):
        await ask(f"hide {name}")
    text = await ask.say("digest")
    assert "Nothing unseen on" not in text


async def test_only_my_topics_says_how_often_and_what_to_add(ask: Desk) -> None:
    await ask("subscribe visas")
    text = await ask.say("settings only=on")
    assert "on average something comes every 4 digest days" in text
    assert "To hear more often: subscribe " in text
    await ask("settings only=off")
    assert "digest days" not in await ask.say("subscribe pay")


async def test_saving_and_hiding_are_part_of_export_and_deletion(ask: Desk) -> None:
    await ask("save nba-salaries")
    held = json.loads(text_of(await ask("privacy export")).partition("\n")[2])
    assert [row["item"] for row in held["kept"]] == ["quote:nba-salaries"]
    await ask("privacy delete sure")
    assert "Nothing is saved here yet." in await ask.say("saved")


async def test_without_an_id_it_is_said_how_to_save_and_what_is_not_listed_is_told(
    ask: Desk,
) -> None:
    assert "Which one? Every card has a button for it" in await ask.say("save")
    assert "That is not on the list." in await ask.say("saved remove nba-salaries")


async def test_what_was_withdrawn_since_can_still_be_taken_off(ask: Desk) -> None:
    await ask("save nba-salaries")
    store = await ask.store()
    chat = await store.chats.find(HOME)
    assert chat
    await store.kept.add(chat, KeptKind.SAVED, "quote:long-gone")
    await ask("saved remove long-gone")
    assert "long-gone" not in await ask.say("saved")


async def test_what_is_no_entry_is_said_with_where_ids_stand(ask: Desk) -> None:
    reply = await ask("save nothing-like-that")
    assert reply.outcome is Outcome.REFUSED
    assert "nothing-like-that" in text_of(reply)


@pytest.mark.parametrize("typed", ["hide nba-salaries", "hidden back nba-salaries"])
async def test_in_a_room_only_managers_hide(typed: str, ask: Desk) -> None:
    reply = await ask(typed, asker=BOB, at=ROOM, kind=RoomKind.GROUP)
    assert reply.outcome is Outcome.REFUSED
