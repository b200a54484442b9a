"""The platform's limits are kept, evenly, and one room never stands before another."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bot.delivery.rate_limit import SLOWEST, TELEGRAM, UNLIMITED, Limits, Pace


def run(pace: Pace[str], until: float, step: float = 0.001) -> list[tuple[float, str]]:
    """What goes when, if every send takes no time."""
    now, gone = 0.0, []
    while now < until:
        if (found := pace.pop(now)) is not None:
            gone.append((now, found[1]))
            pace.free(found[0], now)
        else:
            wait = pace.wait(now)
            now += max(step, until if wait is None else wait)
    return gone


def test_a_lane_sends_at_its_rate_and_evenly() -> None:
    pace: Pace[str] = Pace(Limits(per_second=25))
    for number in range(200):
        pace.add(f"r{number}", "x", 0.0)
    times = [at for at, _ in run(pace, 4.0)]
    assert len(times) == pytest.approx(100, abs=3)
    gaps = [later - earlier for earlier, later in pairwise(times[2:])]
    assert max(gaps) < 0.045


def test_one_room_gets_one_message_a_second() -> None:
    pace: Pace[str] = Pace(TELEGRAM)
    for number in range(5):
        pace.add("room", str(number), 0.0)
    gone = run(pace, 10.0)
    assert [what for _, what in gone] == ["0", "1", "2", "3", "4"]
    assert [round(at) for at, _ in gone] == [0, 1, 2, 3, 4]


def test_a_group_gets_twenty_a_minute_and_others_do_not_wait_for_it() -> None:
    pace: Pace[str] = Pace(TELEGRAM)
    for _ in range(50):
        pace.add("group", "g", 0.0, group=True)
    pace.add("person", "p", 0.0)
    gone = run(pace, 60.0)
    assert sum(what == "g" for _, what in gone) == 20
    assert next(at for at, what in gone if what == "p") < 0.1


def test_a_room_is_busy_until_its_message_is_done() -> None:
    pace: Pace[str] = Pace(UNLIMITED)
    pace.add("room", "first", 0.0)
    pace.add("room", "second", 0.0)
    assert pace.pop(0.0) == ("room", "first")
    assert pace.pop(0.0) is None
    pace.free("room", 0.0)
    assert pace.pop(0.0) == ("room", "second")


def test_what_waits_for_a_parked_room_is_given_back() -> None:
    pace: Pace[str] = Pace(UNLIMITED)
    for what in ("first", "second", "third"):
        pace.add("room", what, 0.0)
    pace.pop(0.0)
    assert pace.drop("room") == ["second", "third"]
    pace.free("room", 0.0)
    assert pace.pop(1.0) is None
    assert pace.queued == 0


def test_refusals_of_single_rooms_slow_nobody_down() -> None:
    pace: Pace[str] = Pace(TELEGRAM)
    for number in range(60):
        pace.accepted(number / 10)
    assert [pace.refused(f"r{n}", 6.0 + n / 100, 30.0) for n in range(3)] == [None] * 3


def test_refusals_of_messages_sent_together_are_no_row() -> None:
    pace: Pace[str] = Pace(TELEGRAM)
    assert [pace.refused(f"r{n}", n / 1000, 30.0) for n in range(4)] == [None] * 4


def test_when_every_room_is_refused_the_lane_pauses_and_goes_on_at_half_its_rate() -> None:
    pace: Pace[str] = Pace(Limits(per_second=20))
    for number in range(100):
        pace.add(f"r{number}", "x", 0.0)
    assert pace.refused("a", 0.0, 9.0) is None
    assert pace.refused("b", 0.6, 7.0) is None
    assert pace.refused("c", 1.2, 8.0) == 7.0
    times = [at for at, _ in run(pace, 12.0)]
    assert min(times) >= 8.2
    assert len(times) == pytest.approx(38, abs=3)


def test_a_quarter_of_all_refused_is_an_alarm_too() -> None:
    pace: Pace[str] = Pace(TELEGRAM)
    answers = []
    for number in range(100):
        if number % 3 == 0:
            answers.append(pace.refused(f"r{number}", number / 100, 2.0))
        else:
            pace.accepted(number / 100)
    assert 2.0 in answers


def test_a_lane_recovers_slowly_and_never_stops_for_good() -> None:
    pace: Pace[str] = Pace(Limits(per_second=20))
    for round_ in range(30):
        for number in range(3):
            pace.refused(f"r{number}", round_ * 100 + number, 1.0)
    assert pace._factor == SLOWEST
    for second in range(3100, 3500):
        pace.accepted(float(second))
    assert pace._factor == 1.0
