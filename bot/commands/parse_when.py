"""Reading when somebody wants a digest: `08:30 mon,wed Shanghai`, `每天 9点半 北京`, `3d`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from bot.commands.parse_zone import cities_of, find_zone
from bot.commands.request import how_to_type
from bot.core.chats import EVERY_DAY, WORKDAYS, Cadence, weekdays
from bot.core.errors import BadArgument
from bot.core.reply import Span
from bot.core.text import cut

T = TypeVar("T")

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_FULL_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

TIMES = ("08:00", "08:30", "09:00", "09:30", "10:00", "12:00", "18:00")
"""Offered where a time is chosen by a button."""

NIGHT_FROM, NIGHT_TO = 21 * 60, 7 * 60
"""Minutes of the day between which a digest must be asked for twice: a bot about overwork does
not ring at night by accident."""

_EXAMPLE = ("digest on 09:30 weekdays Shanghai", "简报 开 09:30 工作日 北京")

LONGEST_PAUSE = timedelta(days=365)

_HAN_DAYS = {day: i for i, days in enumerate("一二三四五六") for day in days} | {"日": 6, "天": 6}
_WORKDAYS = {"weekdays", "workdays", "weekday", "工作日", "平日"}
_WEEKENDS = {"weekends", "weekend", "周末", "週末"}
_DAILY = {"daily", "everyday", "day", "每天", "每日", "天天"}
_FILLERS = {"at", "to", "on", "and", "every", "the", "each", "&", "和", "在", "每"}
"""Words between the others, as people write them."""

_NAMED_TIMES = {"noon": 720, "midday": 720, "中午": 720, "正午": 720, "midnight": 0, "午夜": 0}
_DIGITS = {char: n for n, char in enumerate("零一二三四五六七八九十")} | {"两": 2, "兩": 2}
_WEEKLY = {"weekly", "每周", "每週", "每星期"}
_UNITS = {"h": 1 / 24, "d": 1, "w": 7, "小时": 1 / 24, "小時": 1 / 24, "天": 1, "日": 1,
          "周": 7, "週": 7}  # fmt: skip

_CLOCK = re.compile(
    r"(上午|早上|下午|晚上)?(\d{1,2})(?:[:：](\d{2})|[点點](半|\d{1,2})?分?|)\s*(am|pm)?"
)
_HAN_DAY_RUN = re.compile(r"每?(?:(?:周|週|星期|礼拜|禮拜)([一二三四五六日天]+)[、,，]?)+")
_HAN_DAY_SPAN = re.compile(
    r"每?(?:周|週|星期|礼拜|禮拜)([一二三四五六日天])[到至~-](?:周|週|星期|礼拜|禮拜)?([一二三四五六日天])"
)
_HAN_NUMBER = re.compile(r"[零一二两兩三四五六七八九十]+(?=[点點分]|$)")
_PAUSE = re.compile(r"(\d{1,3})\s*([a-z]|小时|小時|天|日|周|週)[a-z]*")


@dataclass(frozen=True, slots=True)
class ScheduleChange:
    """What a line says about the schedule; `None` leaves a thing as it is."""

    minute: int | None = None
    days: int | None = None
    cadence: Cadence | None = None
    zone: str | None = None
    sure: bool = False


def read_schedule_change(words: str) -> ScheduleChange:
    """Time, days and zone in any order. Raises BadArgument, with an example, for what it cannot
    read."""
    minute = days = zone = cadence = None
    sure = False
    for piece in _pieces(words):
        if piece == "sure":
            sure = True
        elif piece in _WEEKLY:
            cadence = Cadence.WEEKLY
        elif (mask := read_days(piece)) is not None:
            days, cadence = (days or 0) | mask, cadence or Cadence.DAILY
        elif (read := read_clock(piece)) is not None:
            _require_one(minute, read, format_clock)
            minute = read
        elif found := find_zone(piece):
            _require_one(zone, found, str)
            zone = found
        elif piece not in _FILLERS:
            refuse_ambiguous(piece)
            named, line = Span(cut(piece, 40), bold=True), how_to_type(*_EXAMPLE)
            raise BadArgument("when.unreadable", words=named, line=line)
    return ScheduleChange(minute, days, cadence, zone, sure)


def refuse_ambiguous(words: str) -> None:
    """Raises BadArgument for a name of several zones (CST), with cities to choose from."""
    if cities := cities_of(words):
        raise BadArgument(
            "when.which_zone", words=Span(words.upper(), bold=True), cities=", ".join(cities)
        )


def _require_one(before: T | None, now: T, told: Callable[[T], str]) -> None:
    """Raises BadArgument where a line says two things, rather than taking the last."""
    if before is not None and before != now:
        raise BadArgument("when.two", first=told(before), second=told(now))


def read_clock(text: str) -> int | None:
    """`09:30`, `9`, `9am`, `9点半`, `九点半`, `noon` as minutes of the day, or `None`."""
    word = text.strip().lower()
    if word in _NAMED_TIMES:
        return _NAMED_TIMES[word]
    if word.isascii() and word.isdigit() and len(word) <= 2:
        word = f"{word}:00"
    text = word = _HAN_NUMBER.sub(lambda found: str(_han_number(found[0])), word)
    match = _CLOCK.fullmatch(word)
    if not match or (not any(match.group(1, 3, 5)) and not re.search("[点點]", text)):
        return None
    part, hour, minutes, han_minutes, half = match.group(1, 2, 3, 4, 5)
    h = int(hour)
    m = 30 if han_minutes == "半" else int(minutes or han_minutes or 0)
    if (half == "pm" or part in ("下午", "晚上")) and h < 12:
        h += 12
    if half == "am" and h == 12:
        h = 0
    return h * 60 + m if h < 24 and m < 60 else None


def read_days(text: str) -> int | None:
    """`weekdays`, `daily`, `mon,wed`, `mon-fri`, `周一三`, `工作日` as a mask; `None` when not."""
    word = text.strip().lower().strip(",，、")
    if word in _WEEKENDS:
        return weekdays((5, 6))
    if word in _WORKDAYS:
        return WORKDAYS
    if word in _DAILY:
        return EVERY_DAY
    if span := _HAN_DAY_SPAN.fullmatch(word):
        return weekdays(_days_between(_HAN_DAYS[span[1]], _HAN_DAYS[span[2]]))
    if _HAN_DAY_RUN.fullmatch(word):
        return weekdays(_HAN_DAYS[c] for c in re.sub("[每周週星期礼禮拜、,，]", "", word))
    days: set[int] = set()
    for name in re.split(r"[,、，+]", word):
        first, dash, last = name.partition("-")
        named = (first, last) if dash else (first, first)
        if not all(map(_is_day, named)):
            return None
        ends = [one[:3] for one in named]
        days |= _days_between(*map(DAY_NAMES.index, ends))
    return weekdays(days)


def _is_day(word: str) -> bool:
    """`mon`, `tues`, `thursday`, `fridays`; no `friend`."""
    bare = word if word in _FULL_DAYS else word.removesuffix("s")
    return len(bare) > 2 and any(day.startswith(bare) for day in _FULL_DAYS)


def _days_between(start: int, stop: int) -> set[int]:
    """`mon-fri`, and `fri-mon` over the weekend."""
    return {day % 7 for day in range(start, stop + 1 if stop >= start else stop + 8)}


def _han_number(text: str) -> int:
    """`九` is 9, `十一` 11, `二十` 20, `三十` 30."""
    tens, ten, ones = text.partition("十")
    if not ten:
        return int("".join(str(_DIGITS[char]) for char in tens))
    return _DIGITS.get(tens, 1) * 10 + (_DIGITS[ones] if ones else 0)


def read_pause(words: str) -> timedelta:
    """`3d`, `2w`, `12h`, `3 天`. Raises BadArgument for anything else and for over a year."""
    match = _PAUSE.fullmatch(words.strip().lower())
    days = int(match[1]) * _UNITS.get(match[2], 0) if match else 0
    if not 0 < days <= LONGEST_PAUSE.days:
        raise BadArgument("when.pause_unreadable")
    return timedelta(days=days)


def at_night(minute: int) -> bool:
    return minute >= NIGHT_FROM or minute < NIGHT_TO


def format_clock(minute: int) -> str:
    """Minutes of the day as `HH:MM`."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _pieces(words: str) -> Iterator[str]:
    """Words of the line; neighbours that only together name a zone (`New York`) stay together."""
    left = [word.strip(",，、") or word for word in words.lower().split()]
    while left:
        for size in range(min(3, len(left)), 0, -1):
            joined = " ".join(left[:size])
            if size == 1 or find_zone(joined) or read_clock(joined) is not None:
                yield joined if size > 1 else left[0]
                del left[:size]
                break
