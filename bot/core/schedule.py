"""Which digests a schedule asks for, and when: pure arithmetic on local time.

A time that daylight saving leaves out (02:30 in a gap) comes by the clock that was in force
before: at 03:30, once. A time that comes twice (01:30 in an overlap) counts the first time. That
is what `zoneinfo` makes of `fold=0`.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib.metadata import version
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from bot.core.chats import Cadence, Schedule, Slot
from bot.core.workdays import LIBRARY_ALONE, Workdays, asks_for_digest

_DAY = timedelta(days=1)
_NEVER = date.min


def next_slot(
    schedule: Schedule,
    after: datetime,
    later_than: date = _NEVER,
    workdays: Workdays = LIBRARY_ALONE,
) -> Slot:
    """The first slot after that instant (and after its pause), on a local date `later_than` the
    one given: a chat gets one digest a day, also when its time is changed after today's."""
    if schedule.paused_until is not None:
        after = max(after, schedule.paused_until)
    return _next(_rhythm(schedule, workdays), after, later_than)


def missed_slots(
    schedule: Schedule, since: datetime, now: datetime, workdays: Workdays = LIBRARY_ALONE
) -> tuple[Slot, ...]:
    """The last slots from `since` to `now`, both included, oldest first; seven at most."""
    return _missed(_rhythm(schedule, workdays), since, now)


def promised_slot(schedule: Schedule, due: datetime) -> Slot:
    """The digest announced for that instant, where today's rules have no slot any more: a country
    may change its clock between the announcement and the day."""
    return Slot(due.astimezone(_zone(schedule.zone)).date(), due)


def tz_version() -> str:
    """Which edition of the time zone database is in use, to notice when it changes."""
    for folder in zoneinfo.TZPATH:
        source = Path(folder) / "tzdata.zi"
        if source.is_file():
            with source.open(encoding="utf-8") as lines:
                return lines.readline().strip().removeprefix("# version ")
    return version("tzdata")


class _Rhythm(NamedTuple):
    """What slots are made from; thousands of chats share one."""

    zone: str
    minute: int
    days: int
    weekly: bool
    holidays: str
    workdays: Workdays


def _rhythm(of: Schedule, workdays: Workdays) -> _Rhythm:
    weekly = of.cadence is Cadence.WEEKLY
    return _Rhythm(of.zone, of.minute, of.days, weekly, of.holidays, workdays)


@lru_cache(maxsize=65_536)  # thousands of chats share a time, and one pass asks for one instant
def _next(rhythm: _Rhythm, after: datetime, later_than: date) -> Slot:
    return next(slot for slot in _slots(rhythm, after) if slot.date > later_than)


@lru_cache(maxsize=65_536)
def _missed(rhythm: _Rhythm, since: datetime, now: datetime) -> tuple[Slot, ...]:
    start = max(since, now - 8 * 7 * _DAY) - timedelta(microseconds=1)
    return tuple(takewhile(lambda slot: slot.due <= now, _slots(rhythm, start)))[-7:]


def _slots(rhythm: _Rhythm, after: datetime) -> Iterator[Slot]:
    """Every slot after an instant, without end. Starts a day early: a gap can push yesterday's
    23:30 past midnight."""
    tz, minute = _zone(rhythm.zone), rhythm.minute
    country, days, weekly = rhythm.holidays, rhythm.days, rhythm.weekly
    day = after.astimezone(tz).date() - _DAY
    while True:
        if asks_for_digest(rhythm.workdays, country, days, weekly, day):
            due = _instant(day, minute, tz)
            if due > after and _exists(due, day, minute, tz):
                yield Slot(day, due)
        day += _DAY


def _instant(day: date, minute: int, tz: zoneinfo.ZoneInfo) -> datetime:
    local = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=tz)
    return local.astimezone(UTC)


def _exists(due: datetime, day: date, minute: int, tz: zoneinfo.ZoneInfo) -> bool:
    """Whether the zone has that day: Samoa had no 30 December 2011, and what was due then would
    come together with the 31st's."""
    return due.astimezone(tz).date() == day or due < _instant(day + _DAY, minute, tz)


@lru_cache(maxsize=1024)
def _zone(name: str) -> zoneinfo.ZoneInfo:
    """A zone that the database no longer has counts as UTC, so that one bad row stops nobody."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")
