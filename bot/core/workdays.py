"""Which days people work, by country: public holidays, and the weekend days that make up for them.

The days come from the library `holidays`; `Workdays.corrections` add to it or correct it. China
publishes each year's swaps late in the year before: until then the library gives the holidays
without their swaps and says nothing of it, so such a year counts as unknown here, and weekdays are
all that is known of it. Nothing that the library raises gets out of this module.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from importlib.metadata import version
from typing import Any
from zlib import crc32

COUNTRIES = ("CN", "HK", "TW", "SG", "US", "GB", "DE", "JP")
"""Whose public holidays can be kept: where the readers of this bot mostly work."""

ZONES = {
    "Asia/Shanghai": "CN", "Asia/Chongqing": "CN", "Asia/Urumqi": "CN", "Asia/Hong_Kong": "HK",
    "Asia/Taipei": "TW", "Asia/Singapore": "SG", "America/New_York": "US",
    "America/Chicago": "US", "America/Denver": "US", "America/Phoenix": "US",
    "America/Los_Angeles": "US", "America/Detroit": "US", "Europe/London": "GB",
    "Europe/Berlin": "DE", "Asia/Tokyo": "JP",
}  # fmt: skip
"""In whose zones a country is guessed, to be offered."""

DECEMBER = 12
"""When the next year should be known everywhere; China publishes its in November."""

_DAY = timedelta(days=1)
_WEEKEND = (5, 6)
_SWAPPED = ("CN",)
"""Where weekend days are worked for holidays, and a year is known only once they are published."""


@dataclass(frozen=True, slots=True)
class Workdays:
    """What `config/workdays.yaml` says beyond the library: `(country, day, is it worked)`, and the
    years that are known though the library has no swaps for them."""

    corrections: tuple[tuple[str, date, bool], ...] = ()
    known: frozenset[tuple[str, int]] = field(default_factory=frozenset)

    @property
    def edition(self) -> str:
        """Differs when any day may count differently."""
        told = repr((self.corrections, sorted(self.known))).encode()
        return f"{version('holidays')}/{crc32(told):x}"

    def is_known(self, country: str, year: int) -> bool:
        return _year(self, country, year).known

    def works(self, country: str, day: date) -> bool | None:
        """Whether people work that day against what its weekday says: True for a weekend day that
        makes up for a holiday, False for a public holiday; None for an ordinary day."""
        year = _year(self, country, day.year)
        if day in year.worked:
            return True
        return False if day in year.free else None


LIBRARY_ALONE = Workdays()


def asks_for_digest(of: Workdays, country: str, days: int, weekly: bool, day: date) -> bool:
    """Whether a schedule on those weekdays (a mask) has a digest that day. A weekly digest whose
    day is a holiday comes on the next day that is worked."""
    planned = bool(days >> day.weekday() & 1)
    works = of.works(country, day) if country else None
    if works is False:
        return False
    if weekly and country:
        return planned or (_rested(of, country, day) is None and _makes_up(of, country, days, day))
    return planned or (works is True and _all_workdays(days))


def _all_workdays(days: int) -> bool:
    """Who gets it every workday gets it on a working Saturday; who chose Mondays does not."""
    return days & 0b11111 == 0b11111


def _makes_up(of: Workdays, country: str, days: int, day: date) -> bool:
    """Whether a holiday took the weekly day since the last day that was worked."""
    before = day - _DAY
    while (why := _rested(of, country, before)) is not None:
        if why == "holiday" and days >> before.weekday() & 1:
            return True
        before -= _DAY
    return False


def _rested(of: Workdays, country: str, day: date) -> str | None:
    """Why a day is not worked: `holiday`, `weekend`; None when it is."""
    works = of.works(country, day)
    if works is None:
        return "weekend" if day.weekday() in _WEEKEND else None
    return None if works else "holiday"


@dataclass(frozen=True, slots=True)
class _Year:
    free: frozenset[date]
    worked: frozenset[date]
    known: bool


@lru_cache(maxsize=256)
def _year(of: Workdays, country: str, year: int) -> _Year:
    try:
        free, worked, known = _published(country, year)
    except Exception:  # noqa: BLE001 - whatever a calendar library raises, digests go on
        free, worked, known = set(), set(), False
    if not (known or (country, year) in of.known):
        free, worked = set(), set()
    for where, day, works in of.corrections:
        if where == country and day.year == year:
            (worked if works else free).add(day)
            (free if works else worked).discard(day)
    return _Year(frozenset(free), frozenset(worked), known or (country, year) in of.known)


def _published(country: str, year: int) -> tuple[set[date], set[date], bool]:
    """Free days, worked weekend days, and whether both are final."""
    import holidays  # 50 ms, for who keeps holidays alone

    found: Any = holidays.country_holidays(country, years=[year])
    free = {day for day in found if day.year == year}
    worked = {day for day in getattr(found, "weekend_workdays", ()) if day.year == year}
    if country in _SWAPPED:
        known = bool(getattr(found, "special_public_holidays", {}).get(year))
        return free | _joined_weekends(free, worked, year), worked, known
    return free, worked, not any("estimated" in name for name in found.values())


def _joined_weekends(free: set[date], worked: set[date], year: int) -> set[date]:
    """The weekend days beside a holiday, which the library leaves out: they belong to it."""
    joined: set[date] = set()
    day = date(year, 1, 1)
    for start, step in ((day, _DAY), (date(year, 12, 31), -_DAY)):
        before, today = False, start
        while today.year == year:
            weekend = today.weekday() in _WEEKEND and today not in worked
            before = today in free or (before and weekend)
            if before and today not in free:
                joined.add(today)
            today += step
    return joined
