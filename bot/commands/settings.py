"""`settings` and `channel`: everything that can be chosen for a chat, as a form and as lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.commands.parse_settings import LANGUAGE_NAMES, Change, read_change
from bot.commands.parse_when import DAY_NAMES, TIMES, Wish, clock
from bot.commands.parse_zone import COMMON, zone_told
from bot.commands.registry import Who, command
from bot.commands.request import Request
from bot.commands.schedules import chat_of, first_schedule, outlook, with_wish
from bot.commands.subscribe import find_topic, followed
from bot.commands.target import Target, managed, read_target
from bot.core.chats import Chat, Schedule, days_in
from bot.core.command_line import CommandLine
from bot.core.language import Language
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


@command(
    "settings",
    "set",
    "prefs",
    "设置",
    "設置",
    "設定",
    examples=(
        ("settings", "设置"),
        ("settings language=both", "设置 语言=繁体"),
        ("settings time=08:30 zone=Shanghai", "设置 时间=08:30 时区=北京"),
    ),
    who=Who.MANAGERS,
)
async def settings(ask: Request) -> Reply:
    target = await read_target(ask)
    if not target.words:
        return await _shown(ask, target)
    return await _change(ask, target)


@command(
    "channel",
    "频道",
    "頻道",
    examples=(("channel", "频道"),),
)
async def channel(ask: Request) -> Reply:
    """Set up a room from somewhere else: choose it, or name it (`channel @news`)."""
    if not ask.args:
        line = CommandLine("channel")
        pick = Buttons((PickRoom(ask.say("button.pick_room"), line),))
        how = ask.spans("channel.how", line=Span(command=CommandLine("channel", "@name")))
        return Reply((Paragraph(how), pick))
    named = ask.args if ask.args.startswith("@") else f"@{ask.args.removeprefix('#')}"
    target = await read_target(replace(ask, line=CommandLine("channel", named)))
    await managed(ask, target)
    return await _shown(ask, target)


async def _change(ask: Request, target: Target) -> Reply:
    """Every value is read before any is stored, so that a mistake changes nothing."""
    store = await ask.store()
    chat = await store.chats.find(target.at)
    schedule = await store.schedules.of(chat) if chat else None
    topics = await store.chats.topics(chat) if chat else ()
    change = read_change(
        target.words, schedule, topics, lambda words: find_topic(ask, words, target).slug
    )
    await managed(ask, target)
    if minute := change.wakes(schedule):
        return _night_question(ask, target, minute)
    if change.language and _speaks_to(ask, target):
        ask = replace(ask, voice=replace(ask.voice, language=change.language))
    guessed = await _save(ask, await chat_of(ask, target), schedule, change)
    if change.only_subscribes:
        return await followed(ask, target, guessed=guessed)
    return await _shown(ask, target, saved=True, guessed=guessed)


def _night_question(ask: Request, target: Target, minute: int) -> Reply:
    yes = Act(ask.say("button.yes"), target.line("settings", f"{target.words} sure=yes"))
    no = Act(ask.say("button.no"), target.line("settings"))
    sentence = ask.spans("digest.night", time=Span(clock(minute), bold=True))
    return Reply((Paragraph(sentence), Buttons((yes, no))), replaces=True)


async def _save(ask: Request, chat: Chat, schedule: Schedule | None, change: Change) -> bool:
    """Store all of it; whether a first schedule was made whose zone nobody gave."""
    store = await ask.store()
    if change.topics is not None:
        await store.chats.set_topics(chat, change.topics)
    if change.language:
        await store.chats.set_language(chat, change.language)
    if change.silent is not None:
        await store.chats.set_silent(chat, change.silent)
    first = bool(change.topics) and schedule is None
    if change.on is None and change.wish == Wish() and not first:
        return False
    return await _save_schedule(ask, chat, schedule, change)


async def _save_schedule(
    ask: Request, chat: Chat, schedule: Schedule | None, change: Change
) -> bool:
    """Setting a time alone does not switch a digest on that is off; a first topic does."""
    base, guessed = (schedule, False) if schedule else await first_schedule(ask)
    on = change.on
    if on is None:
        on = schedule.on if schedule else bool(change.topics)
    wanted = with_wish(base, change.wish, ask.command.asker.id)
    pause = None if change.on else base.paused_until
    await (await ask.store()).schedules.set(chat, replace(wanted, on=on, paused_until=pause))
    return guessed and not change.wish.zone


def _speaks_to(ask: Request, target: Target) -> bool:
    """Whether the language that was set is that of the person who is answered now."""
    return target.own or target.at == ask.command.at


async def _shown(
    ask: Request, target: Target, *, saved: bool = False, guessed: bool = False
) -> Reply:
    store = await ask.store()
    chat = await store.chats.find(target.at)
    schedule = await store.schedules.of(chat) if chat else None
    blocks: list[Block] = [Heading(ask.say("settings.saved" if saved else "settings.title"))]
    if schedule and schedule.on:
        blocks += await outlook(ask, target, schedule, guessed)
    else:
        line = target.typed("digest on", "简报 开")
        blocks.append(Paragraph(ask.spans("schedule.off", line=line)))
    language = chat.language if chat else None
    blocks.append(_form(ask, target, schedule, language, bool(chat and chat.silent)))
    blocks.append(Buttons((Act(ask.say("button.topics"), target.line("subscriptions")),)))
    return Reply(tuple(blocks), replaces=True)


def _form(
    ask: Request, target: Target, schedule: Schedule | None, language: Language | None, silent: bool
) -> Form:
    now = schedule or Schedule(ask.services.default_zone, on=False)
    zones = dict.fromkeys((now.zone, *COMMON))
    days = tuple(Choice(name, ask.say(f"day.{n}")) for n, name in enumerate(DAY_NAMES))
    chosen = tuple(DAY_NAMES[day] for day in days_in(now.days))
    fields: tuple[Field, ...] = (
        _pick(
            ask,
            "language",
            {str(language): name for language, name in LANGUAGE_NAMES.items()},
            language or ask.voice.language,
        ),
        _pick(ask, "digest", _words(ask, "on", "off"), "on" if now.on else "off"),
        TimeField("time", ask.say("form.time"), clock(now.minute), TIMES),
        PickMany("days", ask.say("form.days"), days, chosen),
        _pick(ask, "cadence", _words(ask, "daily", "weekly"), now.cadence),
        _pick(ask, "zone", {zone: zone_told(zone) for zone in zones}, now.zone),
    )
    if ask.services.directories[ask.command.at.platform].can_be_silent:
        fields += (_pick(ask, "silent", _words(ask, "on", "off"), "on" if silent else "off"),)
    return Form(ask.say("settings.form"), fields, target.line("settings"), ask.say("form.save"))


def _pick(ask: Request, key: str, labels: Mapping[str, str], now: str) -> PickOne:
    choices = tuple(Choice(value, label) for value, label in labels.items())
    return PickOne(key, ask.say(f"form.{key}"), choices, now)


def _words(ask: Request, *values: str) -> dict[str, str]:
    return {value: ask.say(f"form.{value}") for value in values}
