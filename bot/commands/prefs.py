"""`settings` and `channel`: everything that can be chosen for a chat, as a form and as lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.commands.registry import Who, command
from bot.commands.request import Request
from bot.commands.schedules import chat_of, first_schedule, outlook, with_wish
from bot.commands.subscribe import find_topic, subscriptions
from bot.commands.target import Target, managed, read_target
from bot.commands.when import DAY_NAMES, Wish, at_night, clock, read_clock, read_days
from bot.commands.zones import COMMON, find_zone
from bot.core.chats import WORKDAYS, Cadence, Chat, Schedule, days_in
from bot.core.command import Line
from bot.core.errors import BadArgument
from bot.core.language import Language, language_of
from bot.core.reply import (
    Act,
    Block,
    Buttons,
    Choice,
    Field,
    Form,
    Heading,
    Paragraph,
    PickMany,
    PickOne,
    PickRoom,
    Reply,
    Span,
    TimeField,
)
from bot.core.text import cut

TIMES = ("08:00", "08:30", "09:00", "09:30", "10:00", "12:00", "18:00")

_PAIR = re.compile(r"(\w+)=(.*?)(?=\s+\w+=|$)")
_NONE = "none"

_LANGUAGE_NAMES = {
    Language.EN: "English",
    Language.HANS: "简体中文",
    Language.HANT: "繁體中文",
    Language.BOTH: "中文 + English",
}
"""Each in its own language, so that whoever needs it can read it."""


@command(
    "settings",
    "set",
    "prefs",
    "设置",
    "設置",
    "設定",
    examples=(
        ("settings", "设置"),
        ("settings language=both", "设置 language=zh-Hans"),
        ("settings time=08:30 zone=Shanghai", "设置 time=08:30 zone=北京"),
    ),
    who=Who.MANAGERS,
)
async def settings(ask: Request) -> Reply:
    target = await read_target(ask)
    if not target.words:
        return await _shown(ask, target)
    values = _read(target.words)
    await managed(ask, target)
    if night := _night_question(ask, target, values):
        return night
    chat = await chat_of(ask, target)
    ask = await _save(ask, target, chat, values)
    if set(values) == {"topics"}:
        return await subscriptions.run(replace(ask, line=target.line("subscriptions")))
    return await _shown(ask, target, saved=True)


@command(
    "channel",
    "频道",
    "頻道",
    examples=(("channel", "频道"),),
)
async def channel(ask: Request) -> Reply:
    """Set up a room from somewhere else: choose it, or name it (`channel @news`)."""
    if not ask.args:
        line = Line("channel")
        pick = Buttons((PickRoom(ask.say("button.pick_room"), line),))
        how = ask.spans("channel.how", line=Span(command=Line("channel", "@name")))
        return Reply((Paragraph(how), pick))
    named = ask.args if ask.args.startswith("@") else f"@{ask.args.removeprefix('#')}"
    target = await read_target(replace(ask, line=Line("channel", named)))
    await managed(ask, target)
    return await _shown(ask, target)


def _read(words: str) -> dict[str, str]:
    values = {key.lower(): value.strip() for key, value in _PAIR.findall(words)}
    known = ("language", "digest", "time", "days", "cadence", "zone", "topics", "silent", "sure")
    if not values or (odd := [key for key in values if key not in known]):
        named = Span(cut(odd[0] if values else words, 40), bold=True)
        offers = [Line("settings"), Line("settings", "time=09:30")]
        raise BadArgument("settings.unknown", words=named, offers=offers)
    return values


def _night_question(ask: Request, target: Target, values: dict[str, str]) -> Reply | None:
    minute = read_clock(values.get("time", ""))
    if minute is None or not at_night(minute) or values.get("sure"):
        return None
    yes = Act(ask.say("button.yes"), target.line("settings", f"{target.words} sure=yes"))
    no = Act(ask.say("button.no"), target.line("settings"))
    sentence = ask.spans("digest.night", time=Span(clock(minute), bold=True))
    return Reply((Paragraph(sentence), Buttons((yes, no))), replaces=True)


async def _save(ask: Request, target: Target, chat: Chat, values: dict[str, str]) -> Request:
    """Every value is read before any is stored, so that a mistake changes nothing."""
    store = await ask.store()
    schedule = await store.schedules.of(chat)
    wish = _wish(values, schedule)
    topics = language = silent = turn = None
    if "topics" in values:
        topics = _topics(ask, target, values["topics"], await store.chats.topics(chat))
    if "language" in values:
        language = _language(values["language"])
    if "silent" in values:
        silent = _flag(values["silent"], "silent")
    if "digest" in values:
        turn = _flag(values["digest"], "digest")
    if topics is not None:
        await store.chats.set_topics(chat, topics)
    if language:
        await store.chats.set_language(chat, language)
        if _speaks_to(ask, target):
            ask = replace(ask, voice=replace(ask.voice, language=language))
    if silent is not None:
        await store.chats.set_silent(chat, silent)
    if turn is not None or wish != Wish():
        await _save_schedule(ask, chat, schedule, wish, turn)
    return ask


async def _save_schedule(
    ask: Request, chat: Chat, schedule: Schedule | None, wish: Wish, turn: bool | None
) -> None:
    """Setting a time alone does not switch a digest on that is off."""
    store = await ask.store()
    base = schedule or (await first_schedule(ask))[0]
    on = turn if turn is not None else bool(schedule and schedule.on)
    changed = with_wish(base, wish, ask.command.asker.id)
    await store.schedules.set(chat, replace(changed, on=on))


def _wish(values: dict[str, str], schedule: Schedule | None) -> Wish:
    minute = days = cadence = zone = None
    if "time" in values and (minute := read_clock(values["time"])) is None:
        raise BadArgument("settings.bad_time", field="time")
    if "days" in values and not (days := _days(values["days"], schedule)):
        raise BadArgument("settings.bad_days", field="days")
    if "cadence" in values:
        if values["cadence"] not in tuple(Cadence):
            raise BadArgument("settings.bad_cadence", field="cadence")
        cadence = Cadence(values["cadence"])
    if "zone" in values and (zone := find_zone(values["zone"])) is None:
        raise BadArgument("settings.bad_zone", field="zone")
    return Wish(minute, days, cadence, zone)


def _days(value: str, schedule: Schedule | None) -> int | None:
    """A mask; `+fri` and `-fri` change the days there are, of which a weekly digest has one."""
    mask = read_days(value.lstrip("+-"))
    if mask is None or not value.startswith(("+", "-")):
        return mask
    now = schedule.days if schedule else WORKDAYS
    if value.startswith("-"):
        return now & ~mask
    return mask if schedule and schedule.cadence is Cadence.WEEKLY else now | mask


def _language(value: str) -> Language:
    by_name = {name.lower(): language for language, name in _LANGUAGE_NAMES.items()}
    found = by_name.get(value.lower()) or language_of(value)
    if found is None:
        raise BadArgument("settings.bad_language", field="language")
    return found


def _topics(ask: Request, target: Target, value: str, now: Sequence[str]) -> tuple[str, ...]:
    """Slugs; `+pay` and `-pay` change the topics there are, `none` drops all."""
    words = [] if value in (_NONE, "") else value.lstrip("+-").split(",")
    slugs = tuple(find_topic(ask, one, "subscribe", target).slug for one in words)
    if value.startswith("-"):
        return tuple(slug for slug in now if slug not in slugs)
    return (*now, *slugs) if value.startswith("+") else slugs


def _flag(value: str, field: str) -> bool:
    if value.lower() not in ("on", "off", "yes", "no"):
        raise BadArgument("settings.bad_flag", field=field)
    return value.lower() in ("on", "yes")


def _speaks_to(ask: Request, target: Target) -> bool:
    """Whether the language that was set is that of the person who is answered now."""
    return target.own or target.at == ask.command.at


async def _shown(ask: Request, target: Target, *, saved: bool = False) -> Reply:
    store = await ask.store()
    chat = await store.chats.find(target.at)
    schedule = await store.schedules.of(chat) if chat else None
    blocks: list[Block] = [Heading(ask.say("settings.saved" if saved else "settings.title"))]
    if schedule and schedule.on:
        blocks += await outlook(ask, target, schedule, guessed=False)
    else:
        line = Span(command=target.line("digest", "on"))
        blocks.append(Paragraph(ask.spans("schedule.off", line=line)))
    language = chat.language if chat else None
    blocks.append(_form(ask, target, schedule, language, bool(chat and chat.silent)))
    blocks.append(Buttons((Act(ask.say("button.topics"), target.line("subscriptions")),)))
    return Reply(tuple(blocks), replaces=True)


def _form(
    ask: Request, target: Target, schedule: Schedule | None, language: Language | None, silent: bool
) -> Form:
    now = schedule or Schedule(ask.house.default_zone, on=False)
    zones = dict.fromkeys((now.zone, *COMMON))
    days = tuple(Choice(name, ask.say(f"day.{n}")) for n, name in enumerate(DAY_NAMES))
    chosen = tuple(DAY_NAMES[day] for day in days_in(now.days))
    fields: tuple[Field, ...] = (
        _pick(
            ask,
            "language",
            {str(k): v for k, v in _LANGUAGE_NAMES.items()},
            language or ask.voice.language,
        ),
        _pick(ask, "digest", _words(ask, "on", "off"), "on" if now.on else "off"),
        TimeField("time", ask.say("form.time"), clock(now.minute), TIMES),
        PickMany("days", ask.say("form.days"), days, chosen),
        _pick(ask, "cadence", _words(ask, "daily", "weekly"), now.cadence),
        _pick(ask, "zone", {zone: zone for zone in zones}, now.zone),
    )
    if ask.house.hosts[ask.command.at.platform].can_be_silent:
        fields += (_pick(ask, "silent", _words(ask, "on", "off"), "on" if silent else "off"),)
    return Form(ask.say("settings.form"), fields, target.line("settings"), ask.say("form.save"))


def _pick(ask: Request, key: str, labels: Mapping[str, str], now: str) -> PickOne:
    choices = tuple(Choice(value, label) for value, label in labels.items())
    return PickOne(key, ask.say(f"form.{key}"), choices, now)


def _words(ask: Request, *values: str) -> dict[str, str]:
    return {value: ask.say(f"form.{value}") for value in values}
