"""When a schedule asks for a digest, in zones that move their clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.chats import EVERY_DAY, WORKDAYS, Schedule, days_in, weekdays
from bot.core.schedule import missed_slots, next_slot, tz_version
from tests.chaos.year import MINUTES, ZONES, local_moment


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def slots(zone: str, minute: int, after: str, count: int, days: int = EVERY_DAY) -> list[str]:
    """The next digests, as the zone's clocks show them."""
    schedule, moment, found = Schedule(zone, minute, days), at(after), []
    for _ in range(count):
        moment = next_slot(schedule, moment).due
        found.append(moment.astimezone(ZoneInfo(zone)).strftime("%m-%d %H:%M"))
    return found


def test_a_time_that_the_clocks_skip_comes_an_hour_later_once() -> None:
    found = slots("Europe/Berlin", 2 * 60 + 30, "2026-03-27T12:00", 3)
    assert found == ["03-28 02:30", "03-29 03:30", "03-30 02:30"]


def test_a_time_that_comes_twice_counts_once() -> None:
    found = slots("America/New_York", 60 + 30, "2026-10-31T12:00", 2)
    assert found == ["11-01 01:30", "11-02 01:30"]
    first = next_slot(Schedule("America/New_York", 90, EVERY_DAY), at("2026-11-01T00:00"))
    assert first.due == at("2026-11-01T05:30")


def test_a_gap_around_midnight_pushes_a_slot_into_the_next_day_and_loses_none() -> None:
    found = slots("America/Scoresbysund", 23 * 60 + 30, "2026-03-27T12:00", 3)
    assert found == ["03-27 23:30", "03-29 00:30", "03-29 23:30"]


def test_a_day_that_a_zone_never_had_brings_no_digest() -> None:
    found = slots("Pacific/Apia", 9 * 60, "2011-12-29T12:00", 2)
    assert found == ["12-29 09:00", "12-31 09:00"]


def test_weekdays_are_those_of_the_zone() -> None:
    found = slots("Asia/Shanghai", 60, "2026-03-05T16:30", 3, WORKDAYS)
    assert found == ["03-06 01:00", "03-09 01:00", "03-10 01:00"]


def test_a_slot_exactly_now_is_over() -> None:
    schedule = Schedule("UTC", 570, EVERY_DAY)
    assert next_slot(schedule, at("2026-03-02T09:30")).date == date(2026, 3, 3)


def test_a_paused_schedule_goes_on_after_its_pause() -> None:
    schedule = Schedule("UTC", 570, EVERY_DAY, paused_until=at("2026-03-05T12:00"))
    assert next_slot(schedule, at("2026-03-02T00:00")).date == date(2026, 3, 6)


def test_one_digest_a_day_even_when_the_time_is_changed_after_it() -> None:
    schedule = Schedule("UTC", 20 * 60, EVERY_DAY)
    slot = next_slot(schedule, at("2026-03-02T10:00"), later_than=date(2026, 3, 2))
    assert slot.date == date(2026, 3, 3)


def test_missed_slots_are_the_last_seven_at_most() -> None:
    schedule = Schedule("UTC", 570, EVERY_DAY)
    found = missed_slots(schedule, at("2026-03-01T09:30"), at("2026-03-20T09:30"))
    assert [slot.date.day for slot in found] == [14, 15, 16, 17, 18, 19, 20]
    assert missed_slots(schedule, at("2026-03-02T09:30"), at("2026-03-02T09:29")) == ()


def test_a_zone_that_the_database_no_longer_has_counts_as_utc() -> None:
    schedule = Schedule("Mars/Olympus", 570, EVERY_DAY)
    assert next_slot(schedule, at("2026-03-02T00:00")).due == at("2026-03-02T09:30")


def test_the_edition_of_the_time_zones_is_known() -> None:
    assert tz_version()[:2] == "20"


def test_masks_and_weekdays_say_the_same() -> None:
    assert days_in(weekdays([4, 0])) == (0, 4)


@pytest.mark.parametrize("zone", ZONES)
@given(day=st.dates(date(2024, 1, 1), date(2028, 1, 1)), minute=st.sampled_from(MINUTES))
def test_each_days_slot_is_when_the_clocks_of_the_zone_show_it(
    zone: str, day: date, minute: int
) -> None:
    expected = local_moment(zone, day, minute)
    assert expected is not None
    slot = next_slot(Schedule(zone, minute, EVERY_DAY), expected - timedelta(seconds=1))
    assert (slot.date, slot.due) == (day, expected)
