"""What keyboards, habits and people make of a line is read as it was meant."""

from __future__ import annotations

import pytest

from bot.core.plain_text import text_of
from bot.core.reply import Outcome
from tests.commands.desk import HOME, Desk


@pytest.mark.parametrize(
    "typed",
    ["quote twenty–years–in–two", "quote twenty—years—in—two", "／quote twenty-years-in-two",
     "ｑｕｏｔｅ twenty－years－in－two", "*quote twenty-years-in-two*",
     "`quote twenty-years-in-two`",
     '"quote twenty-years-in-two"', "“quote twenty-years-in-two”", "> quote twenty-years-in-two",
     "_*quote twenty-years-in-two*_", "quote\u3000twenty-years-in-two"],
)  # fmt: skip
async def test_a_line_is_read_through_what_stands_around_and_in_it(ask: Desk, typed: str) -> None:
    plain = await ask("quote twenty-years-in-two")
    assert text_of(await ask(typed)) == text_of(plain)


@pytest.mark.parametrize(
    ("typed", "told"),
    [("digest on 9", "09:00"), ("digest on noon", "12:00"), ("简报 开 九点半", "09:30"),
     ("简报 开 十一点", "11:00"), ("digest on ８：３０", "08:30"),
     ("digest on every day 7am", "07:00"),
     ("digest on at 9", "09:00")],
)  # fmt: skip
async def test_times_are_read_as_people_write_them(ask: Desk, typed: str, told: str) -> None:
    assert told in text_of(await ask(typed))


@pytest.mark.parametrize(
    ("typed", "days"),
    [("digest on weekends", "Sat and Sun"), ("digest on 8:30 mon fri", "Mon and Fri"),
     ("digest on Mon-Wed Fri", "Mon, Tue, Wed and Fri"),
     ("digest on monday and friday", "Mon and Fri"),
     ("digest on Mon, Wed, Fri", "Mon, Wed and Fri"), ("digest on 周一 周三", "Mon and Wed"),
     ("digest on 每周一", "Mon"), ("digest on 周一到周五", "weekdays")],
)  # fmt: skip
async def test_several_days_add_up(ask: Desk, typed: str, days: str) -> None:
    await ask(typed)
    store = await ask.services.open_store()
    chat = await store.chats.find(HOME)
    assert chat
    schedule = await store.schedules.of(chat)
    assert schedule
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    found = [name for n, name in enumerate(names) if schedule.days >> n & 1]
    wanted = names[:5] if days == "weekdays" else tuple(days.replace(" and ", ", ").split(", "))
    assert found == list(wanted)


@pytest.mark.parametrize("typed", ["digest on 8:30 9:30", "digest on Shanghai Berlin"])
async def test_two_times_or_zones_are_asked_back(ask: Desk, typed: str) -> None:
    reply = await ask(typed)
    assert reply.outcome is Outcome.REFUSED
    assert "Which one is it?" in text_of(reply)


@pytest.mark.parametrize("name", ["CST", "ist", "BST", "AST", "est"])
async def test_a_name_of_several_zones_is_asked_back_with_cities(ask: Desk, name: str) -> None:
    for typed in (f"digest on 9:30 {name}", f"settings zone={name}"):
        reply = await ask(typed)
        assert reply.outcome is Outcome.REFUSED
        assert "Write a city instead" in text_of(reply)


async def test_a_pause_in_full_width_digits_and_going_on_again(ask: Desk) -> None:
    await ask("digest on")
    assert (await ask("digest pause ３d")).outcome is Outcome.ANSWERED
    assert (await ask("digest resume")).outcome is Outcome.ANSWERED


async def test_two_topics_need_no_comma(ask: Desk) -> None:
    for typed in ("subscribe layoffs burnout", "subscribe layoffs and visas", "订阅 裁员和签证"):
        assert (await ask(typed)).outcome is Outcome.ANSWERED, typed


@pytest.mark.parametrize(
    "before", ["settings zone=Tokyo", "settings language=en", "settings time=8"]
)
async def test_the_first_subscription_switches_the_digest_on(ask: Desk, before: str) -> None:
    await ask(before)
    assert "Next" in text_of(await ask("subscribe layoffs"))


async def test_a_digest_that_a_person_switched_off_stays_off(ask: Desk) -> None:
    await ask("digest on")
    await ask("digest off")
    await ask("settings zone=Tokyo")
    assert "Switch it on" in text_of(await ask("subscribe layoffs"))


async def test_an_emoji_is_no_word_to_look_up(ask: Desk) -> None:
    assert text_of(await ask("996 :fire:")) == text_of(await ask("996"))
    assert text_of(await ask(":wave:")) == text_of(await ask("start"))


async def test_the_digest_can_be_set_to_a_time(ask: Desk) -> None:
    assert "08:30" in text_of(await ask("set digest to 8:30"))
    assert "The digest is off" in text_of(await ask("digest off"))
