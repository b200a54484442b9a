"""`digest`: today's, as it would be sent; on, off, pause and now."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from zoneinfo import ZoneInfo

from bot.commands.parse_when import (
    ScheduleChange,
    at_night,
    format_clock,
    read_pause,
    read_schedule_change,
)
from bot.commands.preferences import read_preferences
from bot.commands.quote import entries_by_item
from bot.commands.registry import Who, command
from bot.commands.request import Request, how_to_type
from bot.commands.result_list import told_in_a_list
from bot.commands.schedules import (
    announce_schedule,
    apply_change,
    local,
    offer_holidays,
    propose_schedule,
    remember_chat,
)
from bot.commands.target import TargetChat, read_target, require_manager
from bot.core.chats import Schedule
from bot.core.errors import BadArgument, NothingFound
from bot.core.reply import (
    Act,
    Audience,
    Buttons,
    Heading,
    Item,
    Paragraph,
    Reply,
    Span,
    spans,
)
from bot.core.schedule import next_slot
from bot.digest.choose import choose
from bot.digest.render import render

FORESEEN = 3
"""Digests that a preview shows: what a phone's screen holds."""

_ON = {"on", "resume", "开", "開", "开启", "開啟", "打开", "打開", "恢复", "恢復", "继续", "繼續"}
_OFF = {"off", "stop", "关", "關", "关闭", "關閉", "停", "停止"}
_PAUSE = {"pause", "暂停", "暫停"}
_NOW = {"", "now", "today", "现在", "現在", "今天"}
_PREVIEW = {"preview", "预览", "預覽"}
DIGEST_WORDS = frozenset({*_ON, *_OFF, *_PAUSE, *_NOW, *_PREVIEW})
"""First words of a line that is typed as a command and no wish in plain words."""


@command(
    "digest",
    "d",
    "简报",
    "簡報",
    "日报",
    "日報",
    examples=(
        ("digest", "简报"),
        ("digest on 09:30 weekdays Shanghai", "简报 开 09:30 工作日 北京"),
        ("digest pause 3d", "简报 暂停 3天"),
        ("digest preview", "简报 预览"),
        ("digest off", "简报 关"),
    ),
    who=Who.MANAGERS,
    personal=True,
)
async def digest(request: Request) -> Reply:
    target = await read_target(request)
    word, _, rest = target.words.partition(" ")
    word = word.lower()
    if word in _NOW:
        return await _now(request, target)
    if word in _OFF:
        return await _off(request, await require_manager(request, target))
    if word in _PAUSE:
        return await _pause(request, await require_manager(request, target), rest)
    if word in _PREVIEW:
        return await _preview(request, await require_manager(request, target))
    schedule_change = read_schedule_change(rest if word in _ON else target.words)
    return await _on(request, await require_manager(request, target), schedule_change)


async def _on(request: Request, target: TargetChat, schedule_change: ScheduleChange) -> Reply:
    if (
        schedule_change.minute is not None
        and at_night(schedule_change.minute)
        and not schedule_change.sure
    ):
        return _night(request, target, schedule_change.minute)
    store = await request.store()
    chat = await remember_chat(request, target)
    had = await store.schedules.of(chat)
    base, guessed = (had, False) if had else await propose_schedule(request)
    wanted = apply_change(base, schedule_change, request.command.asker.id)
    schedule = await store.schedules.set(chat, wanted)
    lead = Paragraph(request.spans("digest.on"))
    row = Buttons(
        (
            Act(request.say("button.topics"), target.line("subscriptions")),
            Act(request.say("button.settings"), target.line("settings")),
            Act(request.say("button.stop"), target.line("digest", "off")),
        )
    )
    said = await announce_schedule(
        request, target, schedule, guessed=guessed and not schedule_change.zone
    )
    offer = offer_holidays(request, target, schedule) if schedule_change.zone else []
    return Reply((lead, *said, *_tomorrow(request, schedule), *offer, row), replaces=True)


def _tomorrow(request: Request, schedule: Schedule) -> tuple[Paragraph, ...]:
    """A chat gets one digest a local day: set after today's, it begins with the next."""
    if not schedule.next_due:
        return ()
    zone = ZoneInfo(schedule.zone)
    today = request.services.now().astimezone(zone)
    later_today = today.hour * 60 + today.minute < schedule.minute
    runs_today = bool(schedule.days >> today.weekday() & 1) and later_today
    if runs_today and schedule.next_due.astimezone(zone).date() > today.date():
        return (Paragraph(request.spans("schedule.from_tomorrow")),)
    return ()


def _night(request: Request, target: TargetChat, minute: int) -> Reply:
    """A bot about overwork asks back before it rings at night."""
    yes = Act(request.say("button.yes"), target.line("digest", f"{_asked(target)} sure"))
    no = Act(request.say("button.no"), target.line("status"))
    sentence = request.spans("digest.night", time=Span(format_clock(minute), bold=True))
    return Reply((Paragraph(sentence), Buttons((yes, no))), replaces=True)


def _asked(target: TargetChat) -> str:
    word = target.words.split(" ", 1)[0].lower()
    return target.words if word in _ON else f"on {target.words}"


async def _off(request: Request, target: TargetChat) -> Reply:
    store = await request.store()
    chat = await store.chats.find(target.at)
    had = await store.schedules.of(chat) if chat else None
    if chat is None or had is None or not had.on:
        raise BadArgument("digest.was_off", offers=[target.line("digest", "on")])
    await store.schedules.suspend(chat)
    undo = Act(request.say("button.undo"), target.line("digest", "on"))
    return Reply((Paragraph(request.spans("digest.off")), Buttons((undo,))))


async def _pause(request: Request, target: TargetChat, words: str) -> Reply:
    store = await request.store()
    until = request.services.now() + read_pause(words)
    chat = await store.chats.find(target.at)
    schedule = await store.schedules.suspend(chat, until) if chat else None
    if schedule is None:
        raise BadArgument("digest.was_off", offers=[target.line("digest", "on")])
    row = Buttons((Act(request.say("button.resume"), target.line("digest", "on")),))
    when = partial(local, until, schedule.zone)
    said = await announce_schedule(request, target, schedule, guessed=False)
    return Reply(
        (Paragraph(request.spans("digest.paused", until=when)), *said, row),
        replaces=True,
    )


async def _now(request: Request, target: TargetChat) -> Reply:
    """What would be sent today; nothing counts as seen by looking."""
    library = request.edition.library
    preferences, schedule = await read_preferences(request, target)
    day = _today(request, schedule.zone if schedule else request.services.default_zone)
    items, suffix = choose(library, preferences, day), target.suffix
    reply = render(library, items, request.voice, day, preferences, chat=suffix)
    if reply is None:
        raise NothingFound("digest.nothing_new", line=how_to_type("quote", "语录"))
    return replace(reply, audience=Audience.ASKER)


async def _preview(request: Request, target: TargetChat) -> Reply:
    """The next digests as they will come, if the library stays as it is."""
    preferences, schedule = await read_preferences(request, target)
    library, now = request.edition.library, request.services.now()
    plan = replace(schedule or Schedule(request.services.default_zone), paused_until=None)
    known = entries_by_item(library)
    items = []
    for _ in range(FORESEEN):
        slot = next_slot(plan, now, workdays=request.services.workdays())
        now = slot.due
        chosen = choose(library, preferences, slot.date)
        preferences = replace(preferences, seen={**preferences.seen, **dict.fromkeys(chosen, now)})
        told = [told_in_a_list(request, known[one]) for one in chosen if one in known]
        when = partial(local, slot.due, plan.zone)
        title = request.spans("digest.preview_day", when=when)
        items += [Item(title), *(Item(spans("• ", one)) for one in told)]
    row = Buttons((Act(request.say("button.settings"), target.line("settings")),))
    return Reply((Heading(request.say("digest.preview")), *items, row))


def _today(request: Request, zone: str) -> date:
    return request.services.now().astimezone(ZoneInfo(zone)).date()
