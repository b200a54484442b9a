"""`digest`: today's, on, off, paused; how people say when, and what the answer says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.address import Address
from bot.core.chats import Schedule
from bot.core.command import RoomKind
from bot.core.command_line import CommandLine
from bot.core.plain_text import text_of
from bot.core.reply import Act, Audience, Outcome
from tests.commands.desk import HOME, ROOM, Desk, buttons, lines, press
from tests.databases import Clock


async def schedule(ask: Desk, at: Address = HOME) -> Schedule:
    store = await ask.store()
    chat = await store.chats.find(at)
    assert chat
    found = await store.schedules.of(chat)
    assert found
    return found


async def test_todays_digest_is_shown_as_it_would_be_sent(ask: Desk) -> None:
    reply = await ask("digest")
    text = text_of(reply)
    assert text.splitlines()[0].endswith(" · 2026-03-02")
    assert "Worth reading:" in text
    assert text.count("\n— ") == 1
    assert lines(reply)[0] == "quote"
    assert lines(reply)[1].startswith("article ")
    assert lines(reply)[2].startswith("save ")
    assert lines(reply)[3:] == ["settings", "digest off"]
    assert reply.audience is Audience.ASKER
    assert await (await ask.store()).chats.find(HOME) is None


@pytest.mark.parametrize("typed", ["digest now", "digest today", "简报", "日报", "簡報 現在", "d"])
async def test_now_is_asked_for_in_many_ways(ask: Desk, typed: str) -> None:
    assert await ask.say(typed) == await ask.say("digest")


async def test_a_digest_on_topics_brings_one_quote_of_each_in_turn(ask: Desk) -> None:
    await ask("subscribe layoffs, pay, safety")
    texts = {topic: {q.text for q in ask.library.quotes_of(topic)}
             for topic in ("layoffs", "pay", "safety")}  # fmt: skip
    told = []
    for _ in range(3):
        text = await ask.say("digest")
        told.append({topic for topic in texts if any(words in text for words in texts[topic])})
        ask.clock.move(days=1)
    assert all(len(topics) >= 2 for topics in told)
    assert set().union(*told) == set(texts)


async def test_a_weekly_chat_sees_the_weekly_digest(ask: Desk) -> None:
    await ask("digest on weekly")
    text = await ask.say("digest")
    assert text.startswith("AI work culture: the week to 2026-03-02")
    assert text.count("\n— ") == 5


async def test_the_date_is_that_of_the_chat(ask: Desk) -> None:
    ask.clock.move(hours=15)
    assert "2026-03-02" in await ask.say("digest")
    await ask("digest on 09:30 北京")
    assert "2026-03-03" in await ask.say("digest")


async def test_on_means_working_days_at_half_past_nine(ask: Desk) -> None:
    text = await ask.say("digest on")
    assert "The digest is on.\nDigest: weekdays at 09:30, UTC.\nNext: Mon 2026-03-02 09:30." in text
    assert "Nobody gave a time zone" in text
    assert (await schedule(ask)).by == "ada"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("digest on 08:30 weekdays Shanghai", "weekdays at 08:30, Asia/Shanghai"),
        ("digest on Shanghai weekdays 08:30", "weekdays at 08:30, Asia/Shanghai"),
        ("简报 开 08:30 工作日 北京", "weekdays at 08:30, Asia/Shanghai"),
        ("簡報 開 上午8點半 每天 台北", "every day at 08:30, Asia/Taipei"),
        ("日报 开 下午3点 周一三五 上海", "Mon, Wed, Fri at 15:00, Asia/Shanghai"),
        ("digest on 周一周三 9点05", "Mon, Wed at 09:05, UTC"),
        ("digest on 9：30 每日", "every day at 09:30, UTC"),
        ("digest on 8am mon,wed new york", "Mon, Wed at 08:00, America/New_York"),
        ("digest on 6:45 pm tue-thu los angeles", "Tue, Wed, Thu at 18:45, America/Los_Angeles"),
        ("digest on fri-mon 12:00 UTC", "Mon, Fri, Sat, Sun at 12:00, UTC"),
        ("digest on daily 10:00 UTC+8", "every day at 10:00, UTC+8"),
        ("digest on daily 10:00 utc-3:00", "every day at 10:00, UTC-3"),
        ("digest on 10:00 UTC+5:30", "weekdays at 10:00, Asia/Kolkata"),
        ("digest on 10:00 Europe/Berlin", "weekdays at 10:00, Europe/Berlin"),
        ("digest on 10:00 america/argentina/buenos_aires",
         "weekdays at 10:00, America/Argentina/Buenos_Aires"),
        ("digest on 10:00 湾区", "weekdays at 10:00, America/Los_Angeles"),
        ("digest on weekly", "weekly, Mon at 09:30, UTC"),
        ("digest on weekly fri 16:00", "weekly, Fri at 16:00, UTC"),
        ("简报 开 每周 周五 16:00", "weekly, Fri at 16:00, UTC"),
        ("digest 08:15", "weekdays at 08:15, UTC"),
        ("digest saturday,sunday", "Sat, Sun at 09:30, UTC"),
        ("digest on monday 7:00", "Mon at 07:00, UTC"),
    ],
)  # fmt: skip
async def test_time_days_and_zone_are_read_in_any_order_and_language(
    ask: Desk, typed: str, told: str
) -> None:
    assert f"Digest: {told}." in await ask.say(typed)


async def test_what_is_not_said_stays_as_it_was(ask: Desk) -> None:
    await ask("digest on 08:00 mon,wed Tokyo")
    assert "Mon, Wed at 10:00, Asia/Tokyo" in await ask.say("digest on 10:00")
    assert "every day at 10:00, Asia/Tokyo" in await ask.say("digest on daily")
    assert "weekly, Mon at 10:00, Asia/Tokyo" in await ask.say("digest on weekly")
    assert "weekdays at 10:00, Asia/Tokyo" in await ask.say("digest on weekdays")


@pytest.mark.parametrize(
    "typed",
    [
        "digest on foo",
        "digest foo",
        "digest on 25:00",
        "digest on 09:60",
        "digest on UTC+27",
        "简报 开 明天",
    ],
)
async def test_what_cannot_be_read_is_named_with_a_line_that_works(ask: Desk, typed: str) -> None:
    reply = await ask(typed)
    assert reply.outcome is Outcome.REFUSED
    word = typed.split()[-1].lower()
    assert text_of(reply) == (
        f"I cannot read {word} as a time, a day or a zone. Try: digest on 09:30 weekdays Shanghai"
    )
    assert await (await ask.store()).chats.find(HOME) is None


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("digest on 02:00", "02:00"),
        ("digest on 9pm", "21:00"),
        ("简报 开 晚上11点", "23:00"),
        ("digest 6:59", "06:59"),
        ("digest on 12am", "00:00"),
    ],
)
async def test_a_time_at_night_is_asked_for_twice(ask: Desk, typed: str, time: str) -> None:
    reply = await ask(typed)
    assert text_of(reply).startswith(f"{time} is outside waking hours.")
    assert await (await ask.store()).chats.find(HOME) is None
    assert f"weekdays at {time}" in text_of(await ask(press(reply, "Yes")))


@pytest.mark.parametrize("time", ["07:00", "20:59"])
async def test_a_time_by_day_is_not_questioned(ask: Desk, time: str) -> None:
    assert "The digest is on." in await ask.say(f"digest on {time}")


async def test_off_keeps_the_subscriptions(ask: Desk) -> None:
    await ask("subscribe layoffs")
    reply = await ask("digest off")
    assert text_of(reply) == "The digest is off. Subscriptions are kept."
    assert not (await schedule(ask)).on
    assert "The digest is on." in text_of(await ask(press(reply, "Undo")))
    assert "Topics: Layoffs." in await ask.say("status")


@pytest.mark.parametrize("typed", ["digest off", "digest stop", "简报 关", "簡報 關閉", "日报 停"])
async def test_what_is_not_on_cannot_be_switched_off(ask: Desk, typed: str) -> None:
    reply = await ask(typed)
    assert "No digest is set up here." in text_of(reply)
    assert lines(reply) == ["digest on"]


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("digest pause 3d", "Thu 2026-03-05 08:00"),
        ("简报 暂停 3天", "Thu 2026-03-05 08:00"),
        ("簡報 暫停 1週", "Mon 2026-03-09 08:00"),
        ("digest pause 12 hours", "Mon 2026-03-02 20:00"),
        ("digest pause 2w", "Mon 2026-03-16 08:00"),
        ("digest pause 1 day", "Tue 2026-03-03 08:00"),
    ],
)
async def test_a_pause_ends_by_itself(ask: Desk, typed: str, until: str) -> None:
    await ask("digest on")
    text = await ask.say(typed)
    assert f"Paused until {until}." in text
    assert (await schedule(ask)).next_due > ask.clock.now  # type: ignore[operator]
    assert f"Paused until {until}." in await ask.say("status")


async def test_go_on_ends_a_pause(ask: Desk) -> None:
    await ask("digest on")
    reply = await ask("digest pause 1w")
    await ask(press(reply, "Go on"))
    assert (await schedule(ask)).next_due == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("how_long", ["", "soon", "0d", "400d", "53w", "3", "3x", "-1d"])
async def test_a_pause_that_cannot_be_read_changes_nothing(ask: Desk, how_long: str) -> None:
    await ask("digest on")
    reply = await ask(f"digest pause {how_long}")
    assert "Pause for how long? Write 12h, 3d or 2w" in text_of(reply)
    assert (await schedule(ask)).paused_until is None


async def test_after_todays_digest_a_new_time_begins_tomorrow(ask: Desk, clock: Clock) -> None:
    await ask("digest on 09:00")
    store = await ask.store()
    await store.schedules.enqueue(clock.move(hours=2))
    text = await ask.say("digest on 15:00")
    assert "Next: Tue 2026-03-03 15:00." in text
    assert "Today's digest has been sent already" in text
    clock.move(days=1)
    assert "has been sent already" not in await ask.say("digest on 16:00")


async def test_when_its_topics_are_used_up_a_neighbouring_one_is_brought_and_named(
    ask: Desk,
) -> None:
    await ask("subscribe safety")
    seen = [f"quote:{one.id}" for one in ask.library.quotes_of("safety")]
    seen += [f"fact:{one.id}" for one in ask.library.facts_of("safety")]
    await deliver(ask, tuple(seen))
    assert "Nothing unseen on Safety and ethics today; from " in await ask.say("digest")


async def test_what_is_brought_again_says_so(ask: Desk, clock: Clock) -> None:
    await ask("subscribe safety")
    items = [f"quote:{one}" for one in ask.library.quotes]
    items += [f"fact:{one}" for one in ask.library.facts]
    await deliver(ask, (*items, *(f"article:{one}" for one in ask.library.articles)))
    assert (await ask("digest")).outcome is Outcome.NOTHING_FOUND
    clock.move(days=31)
    assert "Once more:" in await ask.say("digest")


async def deliver(ask: Desk, items: tuple[str, ...]) -> None:
    """A digest that was sent, as the outbox would have recorded it."""
    from sqlalchemy import insert, update

    from bot.store.database.tables import delivery, delivery_item

    store = await ask.store()
    await store.schedules.enqueue(ask.clock.move(hours=2))
    async with store.database.write() as connection:
        await connection.execute(
            update(delivery).values(state="sent", sent_at=ask.clock.now, message_id="1")
        )
        rows = [
            {"delivery_id": 1, "position": position, "item": item}
            for position, item in enumerate(items)
        ]
        await connection.execute(insert(delivery_item), rows)


async def test_in_a_channel_the_asker_sees_and_stops_their_own_digest(ask: Desk) -> None:
    how: dict[str, Any] = {"at": ROOM, "kind": RoomKind.CHANNEL, "personal": True}
    await ask("digest on", **how)
    await ask("digest on @here", **how)
    own = await ask("digest", **how)
    await ask(press(own, "Stop the digest"), **how)
    assert not (await schedule(ask)).on
    assert (await schedule(ask, ROOM)).on
    rooms = await ask("digest @here", **how)
    assert "digest off @here" in lines(rooms)


async def test_the_answer_to_a_change_leads_to_the_other_settings(ask: Desk) -> None:
    reply = await ask("digest on @news")
    assert lines(reply)[-3:] == ["subscriptions @news", "settings @news", "digest off @news"]
    assert (await ask(CommandLine("digest", "pause 1d @news"))).outcome is Outcome.ANSWERED
    assert (await ask("digest off @news")).outcome is Outcome.ANSWERED


async def test_a_zone_that_was_guessed_is_asked_for_by_the_time_on_peoples_clocks(
    ask: Desk,
) -> None:
    reply = await ask("subscribe layoffs")
    labels = {str(one.line): one.label for one in buttons(reply) if isinstance(one, Act)}
    assert labels["settings zone=Asia/Shanghai"] == "it is 16:00 (Shanghai)"
    assert labels["settings zone=America/Los_Angeles"] == "it is 00:00 (Los Angeles)"
    await ask("settings zone=Asia/Shanghai")
    assert "Asia/Shanghai" in await ask.say("status")


async def test_a_schedule_reads_well_in_chinese(ask: Desk) -> None:
    text = await ask.say("简报 开 08:30 周一周三 北京", language="zh-Hans")
    assert "简报：周一、周三 08:30，Asia/Shanghai。" in text
    assert "下一份：周三 2026-03-04 08:30。" in text
    hant = await ask.say("簡報 開", language="zh-Hant")
    assert "簡報：週一、週三 08:30" in hant


async def test_in_both_a_schedule_is_a_sentence_in_each_language(ask: Desk) -> None:
    text = await ask.say("digest on 08:30 mon,wed 北京", language="both")
    assert (
        "简报：周一、周三 08:30，Asia/Shanghai。 / Digest: Mon, Wed at 08:30, Asia/Shanghai."
        in text
    )


def test_the_clock_of_these_tests_stands_on_a_monday(clock: Clock) -> None:
    assert clock.now.weekday() == 0
    assert clock.now.utcoffset() == timedelta()


async def test_status_says_what_comes_first_and_why(ask: Desk) -> None:
    await ask("subscribe layoffs")
    assert "not had yet on your topics." in await ask.say("status")
    await ask("save meta-cuts-600")
    await ask("save layoffs-deter-founders")
    assert "like what was saved here." in await ask.say("status")
    assert "Saved" in await ask.say("settings reactions=off")
    assert "not had yet on your topics." in await ask.say("status")
