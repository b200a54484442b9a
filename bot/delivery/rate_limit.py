"""The platform's limits, kept before it has to complain. Pure: time is an argument, in seconds of
a clock that never jumps."""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

MINUTE = 60.0
"""Seconds."""

ALARM_SECONDS = 10.0
ALARM_ROOMS = 3
ALARM_SHARE = 0.25
ALARM_SAMPLE = 50
ALARM_SPAN = 1.0
"""A 429 concerns a room. When three rooms are refused within ten seconds with nothing accepted in
between, or a quarter of at least fifty messages, it is the whole lane that is too fast. Refusals
count as a row only over a second: of messages sent together they are answered first."""

LONGEST_PAUSE = 60.0
"""Seconds of a lane: a room that is refused for longer waits by itself, and the others would lose
their digests by it."""

SLOWEST = 1 / 16
RECOVERY_SECONDS = 10.0
RECOVERY = 1.1
"""After an alarm the lane goes at half its rate, though never below a sixteenth (one or two a
second on Telegram), and ten per cent faster each ten seconds: 80 seconds after one alarm it is at
its full rate."""

LATE_SECONDS = 0.05
"""How far behind its even rhythm a lane may be to catch up; a commit takes a tenth of that."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform allows for one lane, without our answers to commands. `in_flight` is ours: 64
    sends of up to two seconds keep up with any platform's rate."""

    per_second: float | None = None
    room_seconds: float = 0.0
    group_per_minute: int | None = None
    in_flight: int = 64


TELEGRAM = Limits(per_second=25, room_seconds=1, group_per_minute=20)
"""core.telegram.org/bots/faq: 30 a second in all, of which 5 are left for answers; one a second
in a chat; 20 a minute in a group."""

SLACK = Limits(per_second=5, room_seconds=1)
"""docs.slack.dev/apis/web-api/rate-limits: one a second in a channel, and "several hundred" a
minute in a workspace, read as 300."""

UNLIMITED = Limits()


@dataclass(slots=True)
class _Room(Generic[T]):
    group: bool
    queue: deque[T] = field(default_factory=deque)
    starts: deque[float] = field(default_factory=deque)
    busy: bool = False


@dataclass(frozen=True, slots=True)
class _Answer:
    """`room` is empty when the message was accepted."""

    at: float
    room: str = ""
    after: float = 0.0


class RateLimitedQueue(Generic[T]):
    """What waits, by room, in the order in which the limits let it go. At most one per room is
    under way."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._rooms: dict[str, _Room[T]] = {}
        self._heap: list[tuple[float, int, str]] = []
        self._count = itertools.count()
        self._next = 0.0
        self._factor = 1.0
        self._changed = 0.0
        self._outcomes: deque[_Answer] = deque()
        self._in_a_row: deque[_Answer] = deque()
        self.queued = 0

    @property
    def rooms(self) -> int:
        """Rooms of which something waits for its time."""
        return len(self._heap)

    @property
    def slowed(self) -> bool:
        """Whether the lane goes at less than its rate, after an alarm."""
        return self._factor < 1

    def add(self, room: str, item: T, now: float, *, group: bool = False) -> None:
        known = self._rooms.get(room)
        if known is None:
            known = self._rooms[room] = _Room(group)
        known.queue.append(item)
        self.queued += 1
        if len(known.queue) == 1 and not known.busy:
            self._schedule(room, known, now)

    def pop(self, now: float) -> tuple[str, T] | None:
        """What may go now, if anything. Its room is busy until `free`."""
        while self._heap and self._next <= now and self._heap[0][0] <= now:
            room = heapq.heappop(self._heap)[2]
            known = self._rooms[room]
            if known.queue and not known.busy:
                self._start(known, now)
                return room, known.queue.popleft()
        return None

    def wait(self, now: float) -> float | None:
        """Seconds until something may go; `None` when nothing waits for the time alone."""
        if not self._heap:
            return None
        return max(0.0, self._next - now, self._heap[0][0] - now)

    def free(self, room: str, now: float) -> None:
        """What was popped for the room is done."""
        known = self._rooms[room]
        known.busy = False
        if known.queue:
            self._schedule(room, known, now)
        elif self._allowed_at(known, now) <= now:
            del self._rooms[room]  # nothing to remember: the limits have run out

    def drop(self, room: str) -> list[T]:
        """Forget what waits for a room, which is to be left alone; gives it back."""
        known = self._rooms.get(room)
        if known is None:
            return []
        dropped = list(known.queue)
        known.queue.clear()
        self.queued -= len(dropped)
        return dropped

    def accepted(self, now: float) -> None:
        self._outcomes.append(_Answer(now))
        self._in_a_row.clear()
        self._recover(now)

    def refused(self, room: str, now: float, after: float) -> float | None:
        """A 429 for that room. When it is one too many the whole lane slows down, and the seconds
        for which it pauses are given."""
        answer = _Answer(now, room, after)
        self._outcomes.append(answer)
        self._in_a_row.append(answer)
        self._drop_old(now)
        alarm = self._alarm()
        if not alarm:
            return None
        pause = min(max(min(answer.after for answer in alarm), 1.0), LONGEST_PAUSE)
        self._outcomes.clear()
        self._in_a_row.clear()
        self._factor = max(SLOWEST, self._factor / 2)
        self._changed = now + pause
        self._next = max(self._next, now + pause)
        return pause

    def _alarm(self) -> Sequence[_Answer]:
        """The refusals that are too many; none when they are not."""
        row = self._in_a_row
        if row[-1].at - row[0].at >= ALARM_SPAN and len({one.room for one in row}) >= ALARM_ROOMS:
            return row
        refused = [answer for answer in self._outcomes if answer.room]
        many = len(refused) >= ALARM_SHARE * max(len(self._outcomes), ALARM_SAMPLE)
        return refused if many and len({one.room for one in refused}) >= ALARM_ROOMS else ()

    def _drop_old(self, now: float) -> None:
        for answers in (self._outcomes, self._in_a_row):
            while answers and answers[0].at < now - ALARM_SECONDS:
                answers.popleft()

    def _start(self, known: _Room[T], now: float) -> None:
        known.busy = True
        known.starts.append(now)
        keep = self._limits.group_per_minute if known.group else 1
        while len(known.starts) > (keep or 1):
            known.starts.popleft()
        self.queued -= 1
        if self._limits.per_second:
            gap = 1 / (self._limits.per_second * self._factor)
            # A late wake-up is made up for, but never with a burst.
            self._next = max(self._next, now - max(gap, LATE_SECONDS)) + gap

    def _schedule(self, room: str, known: _Room[T], now: float) -> None:
        entry = (self._allowed_at(known, now), next(self._count), room)
        heapq.heappush(self._heap, entry)

    def _allowed_at(self, known: _Room[T], now: float) -> float:
        if not known.starts:
            return now
        allowed = known.starts[-1] + self._limits.room_seconds
        most = self._limits.group_per_minute if known.group else None
        if most is not None and len(known.starts) >= most:
            allowed = max(allowed, known.starts[0] + MINUTE)
        return allowed

    def _recover(self, now: float) -> None:
        self._drop_old(now)
        if self._factor < 1 and now - self._changed >= RECOVERY_SECONDS:
            self._factor = min(1.0, self._factor * RECOVERY)
            self._changed = now
