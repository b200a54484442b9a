"""`settings` by line and by form: what was asked is kept, and a mistake changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.command import RoomKind
from bot.core.plain_text import text_of, unfold
from bot.core.reply import Audience, Outcome, PickMany, PickOne, Reply, TimeField, answer
from tests.commands.desk import ADA, HOME, NEWS, ROOM, Desk, form, lines, press


def chosen(reply: Reply) -> dict[str, str | tuple[str, ...]]:
    fields = form(reply).fields
    return {f.key: f.chosen for f in fields if isinstance(f, PickOne | PickMany | TimeField)}


async def test_what_is_chosen_stands_in_the_form(ask: Desk) -> None:
    await ask("digest on 08:30 mon,wed Tokyo")
    await ask("settings silent=on")
    assert chosen(await ask("settings")) == {
        "language": "en", "digest": "on", "time": "08:30", "days": ("mon", "wed"),
        "cadence": "daily", "zone": "Asia/Tokyo", "silent": "on", "only": "off", "holidays": "off",
        "reactions": "on",
    }  # fmt: skip


async def test_the_answers_of_the_form_are_a_line_that_sets_them(ask: Desk) -> None:
    wanted: dict[str, str | tuple[str, ...]] = {
        "language": "zh-Hant", "digest": "on", "time": "10:00", "days": ("tue", "thu"),
        "cadence": "daily", "zone": "Asia/Taipei", "silent": "on", "only": "off", "holidays": "off",
        "reactions": "on",
    }  # fmt: skip
    line = answer(form(await ask("settings")).line, wanted)
    reply = await ask(line)
    assert text_of(reply).startswith("已儲存")
    assert chosen(reply) == wanted


async def test_every_button_of_the_form_works_and_shows_its_choice(ask: Desk) -> None:
    await ask("digest on")
    for line in lines(await ask("settings")):
        await ask("settings days=weekdays cadence=daily")
        reply = await ask(line)
        assert reply.outcome is Outcome.ANSWERED, line
        key, _, value = line.removeprefix("settings ").partition("=")
        if value and value[0] not in "+-":
            assert value in chosen(reply)[key]
    assert isinstance(unfold(form(await ask("settings"))), tuple)


async def test_days_are_ticked_one_by_one(ask: Desk) -> None:
    await ask("digest on")
    reply = await ask("settings days=+sat")
    assert chosen(reply)["days"] == ("mon", "tue", "wed", "thu", "fri", "sat")
    reply = await ask("settings days=-mon")
    assert chosen(reply)["days"] == ("tue", "wed", "thu", "fri", "sat")


async def test_the_last_day_cannot_be_taken_away(ask: Desk) -> None:
    await ask("digest on mon")
    reply = await ask("settings days=-mon")
    assert reply.field == "days"
    assert chosen(await ask("settings"))["days"] == ("mon",)


async def test_a_weekly_digest_has_one_day(ask: Desk) -> None:
    await ask("digest on")
    assert chosen(await ask("settings cadence=weekly"))["days"] == ("mon",)
    assert chosen(await ask("settings days=+thu"))["days"] == ("thu",)
    assert chosen(await ask("settings cadence=daily"))["days"] == (
        "mon", "tue", "wed", "thu", "fri",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "language"),
    [("settings language=en", "en"), ("settings language=English", "en"),
     ("settings language=zh-Hans", "zh-Hans"), ("settings language=zh", "zh-Hans"),
     ("settings language=zh_TW", "zh-Hant"), ("settings language=both", "both"),
     ("settings language=中文", "zh-Hans"), ("设置 语言=繁体", "zh-Hant"),
     ("設定 語言=繁體中文", "zh-Hant"), ("设置 语言=双语", "both"), ("设置 语言 英文", "en"),
     ("settings language both", "both"), ("settings language=中文 + English", "both"),
     ("settings lang = both", "both")],
)  # fmt: skip
async def test_a_language_has_many_names(ask: Desk, typed: str, language: str) -> None:
    assert chosen(await ask(typed))["language"] == language


async def test_the_answer_is_already_in_the_language_that_was_chosen(ask: Desk) -> None:
    assert (await ask.say("settings language=zh-Hans")).startswith("已保存")
    assert "按话题" in await ask.say("help", language="en")
    assert (await ask.say("设置 语言=英文", language="zh-Hans")).startswith("Saved")


async def test_a_person_reads_their_own_language_in_every_room(ask: Desk) -> None:
    await ask("settings language=zh-Hans")
    await ask("settings language=both @here", at=ROOM, kind=RoomKind.GROUP)
    how: dict[str, Any] = {"at": ROOM, "kind": RoomKind.GROUP, "language": "en"}
    assert (await ask.say("topics", **how)).startswith("话题\n")
    stranger = type(ADA)("eve")
    assert (await ask.say("topics", asker=stranger, **how)).startswith("话题 / Topics\n")


async def test_setting_another_rooms_language_leaves_the_askers_alone(ask: Desk) -> None:
    assert (await ask.say("settings language=zh-Hans @news")).startswith("Saved")


@pytest.mark.parametrize(
    ("typed", "field"),
    [("time=25:00", "time"), ("time=soon", "time"), ("days=caturday", "days"), ("days=", "days"),
     ("cadence=hourly", "cadence"), ("zone=Atlantis", "zone"), ("zone=UTC+99", "zone"),
     ("language=tlh", "language"), ("silent=maybe", "silent"), ("digest=perhaps", "digest"),
     ("topics=layofs", "topics"), ("topics=xyzzy", "topics")],
)  # fmt: skip
async def test_a_mistake_names_its_field_and_nothing_is_stored(
    ask: Desk, typed: str, field: str
) -> None:
    others = "language=both digest=on silent=on topics=pay time=10:00 zone=Tokyo"
    kept = " ".join(pair for pair in others.split() if not pair.startswith(f"{field}="))
    for line in (f"settings {kept} {typed}", f"settings {typed} {kept}"):
        reply = await ask(line)
        assert reply.outcome is Outcome.REFUSED
        assert reply.field == field
        assert len(text_of(reply)) > 10
    assert await (await ask.store()).chats.find(HOME) is None


async def test_an_unknown_setting_is_named(ask: Desk) -> None:
    assert "I don't know the setting color." in await ask.say("settings color=red")
    assert "I don't know the setting foo." in await ask.say("settings foo")
    reply = await ask("settings foo")
    assert (await ask(lines(reply)[0])).outcome is Outcome.ANSWERED


async def test_setting_a_time_leaves_a_digest_that_is_off_off(ask: Desk) -> None:
    reply = await ask("settings time=10:00")
    assert chosen(reply)["time"] == "10:00"
    assert chosen(reply)["digest"] == "off"
    assert "weekdays at 10:00" in await ask.say("digest on")


async def test_choosing_a_first_topic_in_the_form_switches_the_digest_on(ask: Desk) -> None:
    await ask("settings topics=+layoffs")
    text = await ask.say("status")
    assert "Topics: Layoffs." in text
    assert "weekdays at 09:30" in text


async def test_topics_are_set_added_and_taken_away(ask: Desk) -> None:
    await ask("settings topics=layoffs,996")
    await ask("settings topics=+裁员,pay")
    assert "Topics: Layoffs, Overwork, Pay and equity." in await ask.say("subscriptions")
    await ask("settings topics=-layoffs")
    assert "Topics: Overwork, Pay and equity." in await ask.say("subscriptions")
    await ask("settings topics=none")
    assert "No topic chosen" in await ask.say("subscriptions")


async def test_a_pause_outlives_a_change_of_time(ask: Desk) -> None:
    await ask("digest on")
    await ask("digest pause 1w")
    await ask("settings time=10:00")
    assert "Paused until" in await ask.say("status")


async def test_a_time_at_night_is_asked_for_twice_and_then_believed(ask: Desk) -> None:
    reply = await ask("settings time=23:00 zone=Tokyo digest=on")
    assert "23:00 is outside waking hours." in text_of(reply)
    assert await (await ask.store()).chats.find(HOME) is None
    saved = await ask(press(reply, "Yes"))
    assert chosen(saved)["time"] == "23:00"
    assert chosen(saved)["zone"] == "Asia/Tokyo"
    again = await ask("settings time=23:00 days=mon")
    assert text_of(again).startswith("Saved")


async def test_a_first_schedule_made_here_says_whose_zone_it_has(ask: Desk) -> None:
    assert "Nobody gave a time zone" in await ask.say("settings digest=on")


async def test_an_offset_is_shown_as_people_write_it(ask: Desk) -> None:
    reply = await ask("settings zone=UTC+8")
    zone = next(field for field in form(reply).fields if field.key == "zone")
    assert isinstance(zone, PickOne)
    assert [choice.label for choice in zone.choices if choice.value == zone.chosen] == ["UTC+8"]


async def test_a_platform_without_silence_offers_none(ask: Desk) -> None:
    ask.host.can_be_silent = False
    assert "silent" not in chosen(await ask("settings"))


async def test_settings_of_a_room_stay_with_that_room(ask: Desk) -> None:
    how: dict[str, Any] = {"at": ROOM, "kind": RoomKind.CHANNEL, "personal": True}
    reply = await ask("settings @here", **how)
    line = answer(form(reply).line, {"time": "11:00", "digest": "on"})
    assert "weekdays at 11:00" in await ask.say(line, **how)
    assert "weekdays at 11:00" in await ask.say("status @here", **how)
    assert "No digest is set up" in await ask.say("status", **how)


async def test_channel_sets_up_a_room_from_elsewhere(ask: Desk) -> None:
    assert "Choose a channel" in await ask.say("channel")
    for typed in ("channel @news", "channel news", "频道 #news"):
        reply = await ask(typed)
        assert str(form(reply).line) == "settings @news"
    assert "I cannot see a room @moon" in await ask.say("channel moon")


async def test_what_is_asked_in_a_channel_about_oneself_is_for_the_asker_alone(ask: Desk) -> None:
    how: dict[str, Any] = {"at": ROOM, "kind": RoomKind.CHANNEL, "personal": True}
    for line in ("status", "settings", "subscriptions", "privacy export", "digest off"):
        assert (await ask(line, **how)).audience is Audience.PERSON, line
    for line in ("quote 996", "topics", "settings @here", "status @here"):
        assert (await ask(line, **how)).audience is Audience.ASKER, line
    assert "For the channel: status @here" in text_of(await ask("status", **how))


async def test_a_question_about_a_room_does_not_enter_it(ask: Desk) -> None:
    await ask("digest on @news")
    assert ask.host.entered == [NEWS]
    for line in ("settings @news", "status @news", "subscriptions @news"):
        await ask(line)
    assert ask.host.entered == [NEWS]


async def test_who_gives_a_zone_is_offered_its_public_holidays(ask: Desk) -> None:
    await ask("subscribe layoffs")
    reply = await ask("settings zone=Shanghai")
    assert "settings holidays=CN" in lines(reply)
    said = await ask.say("settings holidays=CN")
    assert "Not on public holidays: China." in said
    assert "Not on public holidays: China." in await ask.say("status")
    assert "settings holidays=CN" not in lines(await ask("settings zone=Shanghai"))[:1]
    assert "Not on public holidays" not in await ask.say("settings holidays=off")


async def test_the_next_digest_leaves_a_holiday_out(ask: Desk) -> None:
    ask.clock.now = ask.clock.now.replace(month=4, day=30)
    await ask("digest on 09:30 weekdays Shanghai")
    assert "2026-05-01" in await ask.say("status")
    await ask("settings holidays=china")
    assert "2026-05-06" in await ask.say("status")


async def test_a_year_that_is_not_published_is_told(ask: Desk) -> None:
    ask.clock.now = ask.clock.now.replace(year=2034, month=12)
    await ask("digest on 09:30 weekdays Shanghai")
    assert "2034 is not published yet" in await ask.say("settings holidays=CN")


async def test_holidays_are_kept_in_words_by_the_zone_that_is_known(ask: Desk) -> None:
    refused = await ask.say("skip public holidays")
    assert "Write a country whose public holidays to keep" in refused
    await ask("digest on 09:30 weekdays Tokyo")
    assert "Not on public holidays: Japan." in await ask.say("skip public holidays")
    assert "法定节假日不发" in await ask.say("按中国的放假安排休息", language="zh-Hans")


async def test_a_country_nobody_keeps_is_refused_with_those_that_are(ask: Desk) -> None:
    reply = await ask("settings holidays=narnia")
    assert reply.outcome is Outcome.REFUSED
    assert "CN, HK, TW, SG, US, GB, DE, JP" in text_of(reply)
