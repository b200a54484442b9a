"""Public holidays and working weekends: day by day, in what is published and what is not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.core.chats import EVERY_DAY, Cadence, Schedule, weekdays
from bot.core.schedule import next_slot
from bot.core.workdays import COUNTRIES, LIBRARY_ALONE, Workdays

FREE_IN_CHINA_2026 = (
    ("01-01", 3), ("02-15", 9), ("04-04", 3), ("05-01", 5), ("06-19", 3), ("09-25", 3),
    ("10-01", 7),
)  # fmt: skip
"""First day and length of each holiday, as the State Council published them in November 2025."""

WORKED_IN_CHINA_2026 = ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10")


def digests(schedule: Schedule, year: int, workdays: Workdays = LIBRARY_ALONE) -> set[date]:
    """Every local day of a year on which that schedule has a digest."""
    at, found = datetime(year - 1, 12, 31, 20, tzinfo=UTC), set()
    while (slot := next_slot(schedule, at, workdays=workdays)).date.year == year:
        found.add(slot.date)
        at = slot.due
    return found


def test_every_day_of_2026_in_china_is_as_published() -> None:
    free = {
        date.fromisoformat(f"2026-{first}") + timedelta(days=n)
        for first, length in FREE_IN_CHINA_2026
        for n in range(length)
    }
    worked = {date.fromisoformat(f"2026-{day}") for day in WORKED_IN_CHINA_2026}
    assert (len(free), len(worked)) == (33, 6)
    every = {date(2026, 1, 1) + timedelta(days=n) for n in range(365)}
    monday_to_friday = {day for day in every if day.weekday() < 5}
    workdays = Schedule("Asia/Shanghai", holidays="CN")
    assert digests(workdays, 2026) == (monday_to_friday - free) | worked
    daily = Schedule("Asia/Shanghai", days=EVERY_DAY, holidays="CN")
    assert digests(daily, 2026) == every - free
    mondays = Schedule("Asia/Shanghai", days=weekdays([0]), holidays="CN")
    assert digests(mondays, 2026) == {d for d in every - free if d.weekday() == 0}


def test_a_weekly_digest_whose_day_is_a_holiday_comes_on_the_next_day_that_is_worked() -> None:
    weekly = Schedule("Asia/Shanghai", days=weekdays([0]), cadence=Cadence.WEEKLY, holidays="CN")
    february = sorted(day for day in digests(weekly, 2026) if day.month == 2)
    assert [day.day for day in february] == [2, 9, 24]  # 16 and 23 are the Spring Festival


def test_a_year_whose_swaps_are_not_published_goes_by_weekdays() -> None:
    kept, plain = Schedule("Asia/Shanghai", holidays="CN"), Schedule("Asia/Shanghai")
    assert not LIBRARY_ALONE.is_known("CN", 2035)
    assert digests(kept, 2035) == digests(plain, 2035)


def test_a_correction_adds_a_holiday_and_a_working_weekend_without_a_release() -> None:
    told = Workdays(
        (("CN", date(2035, 10, 1), False), ("CN", date(2035, 10, 13), True)),
        frozenset({("CN", 2035)}),
    )
    found = digests(Schedule("Asia/Shanghai", holidays="CN"), 2035, told)
    assert told.is_known("CN", 2035)
    assert date(2035, 10, 1) not in found
    assert date(2035, 10, 13) in found
    assert told.edition != LIBRARY_ALONE.edition


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("year", [1890, 2026, 2031, 2199, 9000])
def test_no_year_of_any_country_breaks_a_schedule(country: str, year: int) -> None:
    after = datetime(year, 1, 1, tzinfo=UTC)
    assert next_slot(Schedule("UTC", holidays=country), after).due > after
    assert next_slot(Schedule("UTC", holidays="XX"), after).due > after


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("HK", "2026-07-01"),
        ("TW", "2026-10-09"),  # for Saturday the 10th
        ("SG", "2026-08-10"),  # for Sunday the 9th
        ("US", "2026-07-03"),  # for Saturday the 4th
        ("GB", "2026-12-25"),
        ("DE", "2026-05-01"),
        ("JP", "2026-05-06"),
    ],
)
def test_each_country_has_its_own(country: str, day: str) -> None:
    assert LIBRARY_ALONE.works(country, date.fromisoformat(day)) is False
