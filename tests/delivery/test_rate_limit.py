"""The platform's limits are kept, evenly, and one room never stands before another."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bot.delivery.rate_limit import SLOWEST, TELEGRAM, UNLIMITED, Limits, RateLimitedQueue


def run(queue: RateLimitedQueue[str], until: float, step: float = 0.001) -> list[tuple[float, str]]:
    """What goes when, if every send takes no time."""
    now, gone = 0.0, []
    while now < until:
        if (found := queue.pop(now)) is not None:
            gone.append((now, found[1]))
            queue.free(found[0], now)
        else:
            wait = queue.wait(now)
            now += max(step, until if wait is None else wait)
    return gone


def test_a_lane_sends_at_its_rate_and_evenly() -> None:
    queue: RateLimitedQueue[str] = RateLimitedQueue(Limits(per_second=25))
    for number in range(200):
        queue.add(f"r{number}", "x", 0.0)
    times = [at for at, _ in run(queue, 4.0)]
    assert len(times) == pytest.approx(100, abs=3)
    gaps = [later - earlier for earlier, later in pairwise(times[2:])]
    assert max(gaps) < 0.045


def test_one_room_gets_one_message_a_second() -> None:
    queue: RateLimitedQueue[str] = RateLimitedQueue(TELEGRAM)
    for number in range(5):
        queue.add("room", str(number), 0.0)
    gone = run(queue, 10.0)
    assert [what for _, what in gone] == ["0", "1", "2", "3", "4"]
    assert [round(at) for at, _ in gone] == [0, 1, 2, 3, 4]


def test_a_group_gets_twenty_a_minute_and_others_do_not_wait_for_it() -> None:
    queue: RateLimitedQueue[str] = RateLimitedQueue(TELEGRAM)
    for _ in range(50):
        queue.add("group", "g", 0.0, group=True)
    queue.add("person", "p", 0.0)
    gone = run(queue, 60.0)
    assert sum(what == "g" for _, what in gone) == 20
    assert next(at for at, what in gone if what == "p") < 0.1


def test_a_room_is_busy_until_its_message_is_done() -> None:
    queue: RateLimitedQueue[str] = RateLimitedQueue(UNLIMITED)
    queue.add("room", "first", 0.0)
    queue.add("room", "second", 0.0)
    assert queue.pop(0.0) == ("room", "first")
    assert queue.pop(0.0) is None
    queue.free("room", 0.0)
    assert queue.pop(0.0) == ("room", "second")


def test_what_waits_for_a_parked_room_is_given_back() -> None:
    queue: RateLimitedQueue[str] = RateLimitedQueue(UNLIMITED)
    for what in ("first", "second", "third"):
        queue.add("room", what, 0.0)
    queue.pop(0.0)
    assert queue.drop("room") == ["second", "third"]
    queue.free("room", 0.0)
    assert queue.pop(1.0) is None
    assert queue.queued == 0


def test_refusals_of_single_rooms_slow_nobody_down() -> None:
    queue: RateLimitedQueue[str] = RateLimitedQueue(TELEGRAM)
    for number in range(60):
        queue.accepted(number / 10)
    assert [queue.refused(f"r{n}", 6.0 + n / 100, 30.0) for n in range(3)] == [None] * 3


def test_refusals_of_messages_sent_together_are_no_row() -> None:
    queue: RateLimitedQueue[str] = RateLimitedQueue(TELEGRAM)
    assert [queue.refused(f"r{n}", n / 1000, 30.0) for n in range(4)] == [None] * 4


def test_when_every_room_is_refused_the_lane_pauses_and_goes_on_at_half_its_rate() -> None:
    queue: RateLimitedQueue[str] = RateLimitedQueue(Limits(per_second=20))
    for number in range(100):
        queue.add(f"r{number}", "x", 0.0)
    assert queue.refused("a", 0.0, 9.0) is None
    assert queue.refused("b", 0.6, 7.0) is None
    assert queue.refused("c", 1.2, 8.0) == 7.0
    times = [at for at, _ in run(queue, 12.0)]
    assert min(times) >= 8.2
    assert len(times) == pytest.approx(38, abs=3)


def test_a_quarter_of_all_refused_is_an_alarm_too() -> None:
    queue: RateLimitedQueue[str] = RateLimitedQueue(TELEGRAM)
    answers = []
    for number in range(100):
        if number % 3 == 0:
            answers.append(queue.refused(f"r{number}", number / 100, 2.0))
        else:
            queue.accepted(number / 100)
    assert 2.0 in answers


def test_a_lane_recovers_slowly_and_never_stops_for_good() -> None:
    queue: RateLimitedQueue[str] = RateLimitedQueue(Limits(per_second=20))
    for round_ in range(30):
        for number in range(3):
            queue.refused(f"r{number}", round_ * 100 + number, 1.0)
    assert queue._factor == SLOWEST
    for second in range(3100, 3500):
        queue.accepted(float(second))
    assert queue._factor == 1.0
