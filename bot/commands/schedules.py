"""What the subscription commands share: making, changing and telling a chat's schedule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.commands.parse_when import ScheduleChange, format_clock
from bot.commands.parse_zone import zone_told
from bot.commands.request import Request
from bot.commands.target import HERE, TargetChat, ensure_can_post, missing_to_post
from bot.core.chats import (
    EVERY_DAY,
    WORKDAYS,
    Cadence,
    Chat,
    Schedule,
    days_in,
    weekdays,
)
from bot.core.command_line import CommandLine
from bot.core.reply import Act, Block, Buttons, Footnote, Paragraph, Span
from bot.core.words import Localized, Voice
from bot.core.workdays import DECEMBER, ZONES

LIKELY_ZH = ("Asia/Shanghai", "Asia/Taipei", "America/Los_Angeles", "America/New_York")
LIKELY_EN = ("America/Los_Angeles", "America/New_York", "Europe/London", "Asia/Shanghai")
"""Where this bot's readers of Chinese and of English mostly sit: the cities of the articles."""


async def propose_schedule(request: Request) -> tuple[Schedule, bool]:
    """The schedule of a chat that has none yet, and whether its zone is only our default."""
    zone = None
    if host := request.services.directories.get(request.command.at.platform):
        zone = await host.zone_of(request.command.asker)
    schedule = Schedule(zone or request.services.default_zone, by=request.command.asker.id)
    return schedule, zone is None


def apply_change(schedule: Schedule, schedule_change: ScheduleChange, by: str) -> Schedule:
    """The schedule as somebody wants it from now on; it is switched on. A weekly digest has one
    day: the first of those asked for, Monday if none was."""
    cadence = schedule_change.cadence or schedule.cadence
    days = schedule.days if schedule_change.days is None else schedule_change.days
    if cadence is Cadence.WEEKLY:
        kept = schedule_change.days is not None or schedule.cadence is Cadence.WEEKLY
        days = weekdays(days_in(days)[:1] if kept else (0,))
    elif schedule_change.days is None and schedule.cadence is Cadence.WEEKLY:
        days = WORKDAYS
    minute = schedule.minute if schedule_change.minute is None else schedule_change.minute
    zone = schedule_change.zone or schedule.zone
    return replace(
        schedule, minute=minute, days=days, cadence=cadence, zone=zone, on=True,
        paused_until=None, by=by,
    )  # fmt: skip


async def announce_schedule(
    request: Request,
    target: TargetChat,
    schedule: Schedule,
    *,
    guessed: bool = False,
    changed: bool = True,
) -> list[Block]:
    """When digests come, when the next one does, and what still keeps it from coming. Where it was
    `changed` the bot enters the room if it may; a question never acts."""
    digest = request.spans("schedule.is", schedule=partial(describe_schedule, schedule))
    blocks: list[Block] = [Paragraph(digest)]
    if due := schedule.next_due:
        when = request.spans("schedule.next", when=partial(local, due, schedule.zone))
        blocks.append(Paragraph(when))
    blocks += _holidays_told(request, schedule)
    if guessed:
        line = target.how_to_type("settings zone=Shanghai", "设置 时区=北京")
        blocks.append(
            Footnote(
                request.spans("schedule.zone_default", zone=zone_told(schedule.zone), line=line)
            )
        )
        blocks.append(Buttons(_zones_to_choose(request, target)))
    ask = ensure_can_post if changed else missing_to_post
    if invitation := await ask(request, target):
        blocks.append(Paragraph(request.spans("schedule.let_in", line=Span(invitation, code=True))))
    return blocks


def _holidays_told(request: Request, schedule: Schedule) -> list[Block]:
    """Whose holidays are kept, and which year is not known yet."""
    if not (country := schedule.holidays):
        return []
    year = _unknown_year(request, country)
    key = "schedule.holidays_unknown" if year else "schedule.holidays"
    return [Footnote(request.spans(key, country=_country(country), year=str(year)))]


def offer_holidays(request: Request, target: TargetChat, schedule: Schedule) -> list[Block]:
    """For who has just given a zone: to keep the public holidays of its country."""
    country = ZONES.get(schedule.zone, "")
    if not country or schedule.holidays or not schedule.on:
        return []
    label = request.say("button.holidays", country=_country(country))
    return [Buttons((Act(label, target.line("settings", f"holidays={country}")),))]


def _country(code: str) -> Localized[str]:
    return lambda voice: voice.say(f"country.{code}")


def _unknown_year(request: Request, country: str) -> int | None:
    """The year whose holidays are not known: this one or, in December, the next."""
    now, workdays = request.services.now(), request.services.workdays()
    years = (now.year, now.year + 1) if now.month == DECEMBER else (now.year,)
    return next((year for year in years if not workdays.is_known(country, year)), None)


def _zones_to_choose(request: Request, target: TargetChat) -> tuple[Act, ...]:
    """The likeliest zones for the reader's language, each told by its time of day just now: who
    sees their own clock knows which is theirs."""
    zones = LIKELY_ZH if request.voice.language.chinese else LIKELY_EN
    now = request.services.now()

    def label(zone: str) -> str:
        city = zone.rpartition("/")[2].replace("_", " ")
        return request.say("zone.clock", time=f"{now.astimezone(ZoneInfo(zone)):%H:%M}", city=city)

    return tuple(Act(label(zone), target.line("settings", f"zone={zone}")) for zone in zones)


def own_note(request: Request, target: TargetChat) -> list[Block]:
    """In a channel: that this is the asker's own digest, and how to mean the channel's."""
    if not (target.own and request.command.personal):
        return []
    line = CommandLine(request.line.verb, f"{request.args} {HERE}".strip())
    return [Footnote(request.spans("schedule.yours", line=Span(command=line)))]


def describe_schedule(schedule: Schedule, voice: Voice) -> str:
    """`weekdays at 09:30, Asia/Shanghai`."""
    key = "schedule.weekly" if schedule.cadence is Cadence.WEEKLY else "schedule.daily"
    days, zone = describe_days(schedule.days, voice), zone_told(schedule.zone)
    return voice.say(key, days=days, time=format_clock(schedule.minute), zone=zone)


def describe_days(mask: int, voice: Voice) -> str:
    if mask in (WORKDAYS, EVERY_DAY):
        return voice.say("days.weekdays" if mask == WORKDAYS else "days.daily")
    return voice.say("days.joint").join(voice.say(f"day.{day}") for day in days_in(mask))


def local(instant: datetime, zone: str, voice: Voice) -> str:
    """`Mon 2026-11-23 09:30`, in that zone."""
    there = instant.astimezone(ZoneInfo(zone))
    return f"{voice.say(f'day.{there.weekday()}')} {there:%Y-%m-%d %H:%M}"


async def remember_chat(request: Request, target: TargetChat) -> Chat:
    """The target's chat, remembered from now on."""
    return await (await request.store()).chats.ensure(target.at, target.kind)


def topic_names(request: Request, topics: Sequence[str]) -> Callable[[Voice], str]:
    """How to tell topics: their names, the slug of one that the library dropped, or *everything*
    for none."""
    known = request.edition.library.topics

    def tell(voice: Voice) -> str:
        shown = [voice.read(known[t].name) if t in known else t for t in topics]
        return voice.say("list.joint").join(shown) or voice.say("subscriptions.everything")

    return tell
