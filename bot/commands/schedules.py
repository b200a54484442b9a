"""What the subscription commands share: making, changing and telling a chat's schedule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.commands.parse_when import Wish, clock
from bot.commands.parse_zone import zone_told
from bot.commands.request import Request
from bot.commands.target import Target, way_in
from bot.core.chats import (
    EVERY_DAY,
    WORKDAYS,
    Cadence,
    Chat,
    Schedule,
    days_in,
    weekdays,
)
from bot.core.reply import Block, Footnote, Paragraph, Span
from bot.core.words import Voice


async def first_schedule(ask: Request) -> tuple[Schedule, bool]:
    """The schedule of a chat that has none yet, and whether its zone is only our default."""
    zone = None
    if host := ask.services.directories.get(ask.command.at.platform):
        zone = await host.zone_of(ask.command.asker)
    schedule = Schedule(zone or ask.services.default_zone, by=ask.command.asker.id)
    return schedule, zone is None


def with_wish(schedule: Schedule, wish: Wish, by: str) -> Schedule:
    """The schedule as somebody wants it from now on; it is switched on. A weekly digest has one
    day: the first of those asked for, Monday if none was."""
    cadence = wish.cadence or schedule.cadence
    days = schedule.days if wish.days is None else wish.days
    if cadence is Cadence.WEEKLY:
        kept = wish.days is not None or schedule.cadence is Cadence.WEEKLY
        days = weekdays(days_in(days)[:1] if kept else (0,))
    elif wish.days is None and schedule.cadence is Cadence.WEEKLY:
        days = WORKDAYS
    minute = schedule.minute if wish.minute is None else wish.minute
    zone = wish.zone or schedule.zone
    return replace(
        schedule, minute=minute, days=days, cadence=cadence, zone=zone, on=True,
        paused_until=None, by=by,
    )  # fmt: skip


async def outlook(ask: Request, target: Target, schedule: Schedule, guessed: bool) -> list[Block]:
    """When digests come, when the next one does, and what still keeps it from coming."""
    digest = ask.spans("schedule.is", schedule=partial(told, schedule))
    blocks: list[Block] = [Paragraph(digest)]
    if due := schedule.next_due:
        when = ask.spans("schedule.next", when=partial(local, due, schedule.zone))
        blocks.append(Paragraph(when))
    if guessed:
        line = target.typed("settings zone=Shanghai", "设置 时区=北京")
        blocks.append(
            Footnote(ask.spans("schedule.zone_default", zone=zone_told(schedule.zone), line=line))
        )
    if invitation := await way_in(ask, target):
        blocks.append(Paragraph(ask.spans("schedule.let_in", line=Span(invitation, code=True))))
    return blocks


def told(schedule: Schedule, voice: Voice) -> str:
    """`weekdays at 09:30, Asia/Shanghai`."""
    key = "schedule.weekly" if schedule.cadence is Cadence.WEEKLY else "schedule.daily"
    days, zone = days_told(schedule.days, voice), zone_told(schedule.zone)
    return voice.say(key, days=days, time=clock(schedule.minute), zone=zone)


def days_told(mask: int, voice: Voice) -> str:
    if mask in (WORKDAYS, EVERY_DAY):
        return voice.say("days.weekdays" if mask == WORKDAYS else "days.daily")
    return voice.say("days.joint").join(voice.say(f"day.{day}") for day in days_in(mask))


def local(instant: datetime, zone: str, voice: Voice) -> str:
    """`Mon 2026-11-23 09:30`, in that zone."""
    there = instant.astimezone(ZoneInfo(zone))
    return f"{voice.say(f'day.{there.weekday()}')} {there:%Y-%m-%d %H:%M}"


async def chat_of(ask: Request, target: Target) -> Chat:
    """The target's chat, remembered from now on."""
    return await (await ask.store()).chats.ensure(target.at, target.kind)


def names(ask: Request, topics: Sequence[str]) -> Callable[[Voice], str]:
    """How to tell topics: their names, the slug of one that the library dropped, or *everything*
    for none."""
    known = ask.edition.library.topics

    def tell(voice: Voice) -> str:
        shown = [voice.read(known[t].name) if t in known else t for t in topics]
        return voice.say("list.joint").join(shown) or voice.say("subscriptions.everything")

    return tell
