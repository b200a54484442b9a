"""`digest`: today's, as it would be sent; on, off, pause and now."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from zoneinfo import ZoneInfo

from bot.commands.parse_when import Wish, at_night, clock, read_pause, read_wish
from bot.commands.registry import Who, command
from bot.commands.request import Request, typed
from bot.commands.schedules import (
    chat_of,
    first_schedule,
    local,
    outlook,
    with_wish,
)
from bot.commands.target import Target, managed, read_target
from bot.core.chats import Cadence, Schedule
from bot.core.errors import BadArgument, NothingFound
from bot.core.reply import Act, Audience, Buttons, Paragraph, Reply, Span
from bot.digest.compose import Taste, choose, render

_ON = {"on", "开", "開", "开启", "開啟", "打开", "打開"}
_OFF = {"off", "stop", "关", "關", "关闭", "關閉", "停", "停止"}
_PAUSE = {"pause", "暂停", "暫停"}
_NOW = {"", "now", "today", "现在", "現在", "今天"}


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
        ("digest off", "简报 关"),
    ),
    who=Who.MANAGERS,
)
async def digest(ask: Request) -> Reply:
    target = await read_target(ask)
    word, _, rest = target.words.partition(" ")
    word = word.lower()
    if word in _NOW:
        return await _now(ask, target)
    if word in _OFF:
        return await _off(ask, await managed(ask, target))
    if word in _PAUSE:
        return await _pause(ask, await managed(ask, target), rest)
    wish = read_wish(rest if word in _ON else target.words)
    return await _on(ask, await managed(ask, target), wish)


async def _on(ask: Request, target: Target, wish: Wish) -> Reply:
    if wish.minute is not None and at_night(wish.minute) and not wish.sure:
        return _night(ask, target, wish.minute)
    store = await ask.store()
    chat = await chat_of(ask, target)
    had = await store.schedules.of(chat)
    base, guessed = (had, False) if had else await first_schedule(ask)
    wanted = with_wish(base, wish, ask.command.asker.id)
    schedule = await store.schedules.set(chat, wanted)
    lead = Paragraph(ask.spans("digest.on"))
    row = Buttons(
        (
            Act(ask.say("button.topics"), target.line("subscriptions")),
            Act(ask.say("button.settings"), target.line("settings")),
            Act(ask.say("button.stop"), target.line("digest", "off")),
        )
    )
    told = await outlook(ask, target, schedule, guessed and not wish.zone)
    return Reply((lead, *told, *_tomorrow(ask, schedule), row), replaces=True)


def _tomorrow(ask: Request, schedule: Schedule) -> tuple[Paragraph, ...]:
    """A chat gets one digest a local day: set after today's, it begins with the next."""
    if not schedule.next_due:
        return ()
    zone = ZoneInfo(schedule.zone)
    today = ask.services.now().astimezone(zone)
    later_today = today.hour * 60 + today.minute < schedule.minute
    runs_today = bool(schedule.days >> today.weekday() & 1) and later_today
    if runs_today and schedule.next_due.astimezone(zone).date() > today.date():
        return (Paragraph(ask.spans("schedule.from_tomorrow")),)
    return ()


def _night(ask: Request, target: Target, minute: int) -> Reply:
    """A bot about overwork asks back before it rings at night."""
    yes = Act(ask.say("button.yes"), target.line("digest", f"{_asked(target)} sure"))
    no = Act(ask.say("button.no"), target.line("status"))
    sentence = ask.spans("digest.night", time=Span(clock(minute), bold=True))
    return Reply((Paragraph(sentence), Buttons((yes, no))), replaces=True)


def _asked(target: Target) -> str:
    word = target.words.split(" ", 1)[0].lower()
    return target.words if word in _ON else f"on {target.words}"


async def _off(ask: Request, target: Target) -> Reply:
    store = await ask.store()
    chat = await store.chats.find(target.at)
    if chat is None or await store.schedules.suspend(chat) is None:
        raise BadArgument("digest.was_off", offers=[target.line("digest", "on")])
    undo = Act(ask.say("button.undo"), target.line("digest", "on"))
    return Reply((Paragraph(ask.spans("digest.off")), Buttons((undo,))))


async def _pause(ask: Request, target: Target, words: str) -> Reply:
    store = await ask.store()
    until = ask.services.now() + read_pause(words)
    chat = await store.chats.find(target.at)
    schedule = await store.schedules.suspend(chat, until) if chat else None
    if schedule is None:
        raise BadArgument("digest.was_off", offers=[target.line("digest", "on")])
    row = Buttons((Act(ask.say("button.resume"), target.line("digest", "on")),))
    when = partial(local, until, schedule.zone)
    told = await outlook(ask, target, schedule, guessed=False)
    return Reply((Paragraph(ask.spans("digest.paused", until=when)), *told, row), replaces=True)


async def _now(ask: Request, target: Target) -> Reply:
    """What would be sent today; nothing counts as seen by looking."""
    store = await ask.store()
    chat = await store.chats.find(target.at)
    library, taste, schedule = ask.edition.library, Taste(), None
    if chat:
        schedule = await store.schedules.of(chat)
        weekly = schedule is not None and schedule.cadence is Cadence.WEEKLY
        taste = Taste(await store.chats.topics(chat), await store.deliveries.seen(chat), weekly)
    day = _today(ask, schedule.zone if schedule else ask.services.default_zone)
    items, suffix = choose(library, taste, day), target.suffix
    reply = render(library, items, ask.voice, day, weekly=taste.weekly, chat=suffix)
    if reply is None:
        raise NothingFound("digest.nothing_new", line=typed("quote", "语录"))
    return replace(reply, audience=Audience.ASKER)


def _today(ask: Request, zone: str) -> date:
    return ask.services.now().astimezone(ZoneInfo(zone)).date()
