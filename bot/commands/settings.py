"""`settings`: everything that can be chosen for a chat, as lines."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.digest import digest
from bot.commands.parse_settings import SettingsChange, read_settings_change
from bot.commands.parse_when import ScheduleChange, format_clock
from bot.commands.registry import Who, command
from bot.commands.request import Request
from bot.commands.schedules import apply_change, propose_schedule, remember_chat
from bot.commands.settings_form import show_settings
from bot.commands.target import TargetChat, read_target, require_manager
from bot.commands.topic_choice import find_topic, show_subscriptions
from bot.core.chats import Chat, Schedule
from bot.core.reply import (
    Act,
    Buttons,
    Paragraph,
    Reply,
    Span,
)

_DIGEST = {"digest", "简报", "簡報"}
"""`set digest to 8:30` is about its time, `set digest off` about the digest."""


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
    personal=True,
)
async def settings(request: Request) -> Reply:
    target = await read_target(request)
    if not target.words:
        return await show_settings(request, target)
    word, _, when = target.words.partition(" ")
    if word.lower() in _DIGEST and when.startswith(("to ", "at ", "到", "在")):
        return await digest.run(replace(request, line=target.line("digest", f"on {when}")))
    return await _change(request, target)


async def _change(request: Request, target: TargetChat) -> Reply:
    """Every value is read before any is stored, so that a mistake changes nothing."""
    store = await request.store()
    chat = await store.chats.find(target.at)
    schedule = await store.schedules.of(chat) if chat else None
    topics = await store.chats.topics(chat) if chat else ()
    change = read_settings_change(
        target.words, schedule, topics, lambda words: find_topic(request, words, target).slug
    )
    await require_manager(request, target)
    if minute := change.wakes(schedule):
        return _night_question(request, target, minute)
    if change.language and _speaks_to(request, target):
        request = replace(request, voice=replace(request.voice, language=change.language))
    guessed = await _save(request, await remember_chat(request, target), schedule, change)
    if change.only_subscribes:
        return await show_subscriptions(request, target, guessed=guessed)
    zoned = change.schedule_change.zone is not None
    return await show_settings(request, target, saved=True, guessed=guessed, zoned=zoned)


def _night_question(request: Request, target: TargetChat, minute: int) -> Reply:
    yes = Act(request.say("button.yes"), target.line("settings", f"{target.words} sure=yes"))
    no = Act(request.say("button.no"), target.line("settings"))
    sentence = request.spans("digest.night", time=Span(format_clock(minute), bold=True))
    return Reply((Paragraph(sentence), Buttons((yes, no))), replaces=True)


async def _save(
    request: Request, chat: Chat, schedule: Schedule | None, change: SettingsChange
) -> bool:
    """Store all of it; whether a first schedule was made whose zone nobody gave."""
    store = await request.store()
    if change.topics is not None:
        await store.chats.set_topics(chat, change.topics)
    if change.language:
        await store.chats.set_language(chat, change.language)
    if change.silent is not None:
        await store.chats.set_silent(chat, change.silent)
    if change.only is not None:
        await store.chats.set_only(chat, change.only)
    if change.reactions is not None:
        await store.chats.set_reactions(chat, change.reactions)
    first = bool(change.topics) and schedule is None
    unplanned = change.on is None and change.schedule_change == ScheduleChange()
    if unplanned and change.holidays is None and not first:
        return False
    return await _save_schedule(request, chat, schedule, change)


async def _save_schedule(
    request: Request, chat: Chat, schedule: Schedule | None, change: SettingsChange
) -> bool:
    """Setting a time alone does not switch a digest on that is off; a first topic does."""
    base, guessed = (schedule, False) if schedule else await propose_schedule(request)
    decided = bool(schedule and schedule.by)  # somebody has switched it on or off
    on = change.on
    if on is None:
        on = schedule.on if schedule and decided else bool(change.topics)
    wanted = apply_change(base, change.schedule_change, request.command.asker.id)
    pause = None if change.on else base.paused_until
    by = wanted.by if on or decided or change.on is not None else ""
    schedules = (await request.store()).schedules
    kept = wanted.holidays if change.holidays is None else change.holidays
    planned = replace(wanted, on=on, paused_until=pause, by=by, holidays=kept)
    await schedules.set(chat, planned)
    return guessed and not change.schedule_change.zone


def _speaks_to(request: Request, target: TargetChat) -> bool:
    """Whether the language that was set is that of the person who is answered now."""
    return target.own or target.at == request.command.at
