"""Digests of a day at the platform's rate, one by one: for capacity, which only counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter

from bot.delivery.outbox import EXPIRE_SECONDS
from bot.delivery.rate_limit import Limits, RateLimitedQueue
from bot.store.chats.due_slots import DIGEST_LIFETIME
from bot.store.chats.loads import SlotLoad

ZONES = (-8, -7, -6, -5, -4, -3, 0, 1, 2, 3, 4, 5.5, 7, 8, 9, 10)
"""Hours from Greenwich: where people work, mostly."""

CLOSED = DIGEST_LIFETIME + timedelta(seconds=EXPIRE_SECONDS)
"""After its time: until then what is late costs its place in the rate."""

MOST = 40.0
"""Times as many chats in one zone as in another."""


@dataclass(slots=True)
class SlotSeen:
    """What became of a slot: when its last digest was sent, and how many were too late."""

    last: datetime
    expired: int = 0


def zones_of_the_world(chats: int, tokens: int, start: datetime) -> list[SlotLoad]:
    """Digests for 09:00 in all zones, most of them in one, and nine of ten with the first token,
    so that it has more than it can send."""
    weights = [
        ((MOST if ZONES[place] == 8 else 1.0) / 10**token, token, place)
        for token in range(tokens)
        for place in range(len(ZONES))
    ]
    total = sum(weight for weight, _, _ in weights)
    loads = [
        SlotLoad(
            "telegram", f"bot{token}", start + timedelta(hours=(9 - ZONES[place]) % 24),
            int(chats * weight / total),
        )
        for weight, token, place in weights
    ]  # fmt: skip
    rest = chats - sum(load.count for load in loads)
    loads[0] = SlotLoad(loads[0].platform, loads[0].workspace, loads[0].due, loads[0].count + rest)
    return sorted(loads, key=lambda load: load.due)


class Simulated:
    """The rate limiter itself, on a clock of its own. What is too late costs its place in the
    rate, until it is closed a minute later."""

    def __init__(self, loads: Sequence[SlotLoad], limits: Mapping[str, Limits]) -> None:
        self._loads = loads
        self._limits = limits

    def run(self) -> dict[tuple[str, datetime], SlotSeen]:
        seen: dict[tuple[str, datetime], SlotSeen] = {}
        for lane in sorted({(load.platform, load.workspace) for load in self._loads}):
            mine = [load for load in self._loads if (load.platform, load.workspace) == lane]
            slots = _Lane(self._limits[lane[0]], mine).run()
            seen |= {(":".join(lane), due): slot for due, slot in slots.items()}
        return seen


class _Lane:
    def __init__(self, limits: Limits, loads: Sequence[SlotLoad]) -> None:
        self._queue: RateLimitedQueue[tuple[str, datetime]] = RateLimitedQueue(limits)
        self._zero = loads[0].due
        self._seen = {load.due: SlotSeen(load.due) for load in loads}
        self._rooms: dict[datetime, list[str]] = {load.due: [] for load in loads}
        due = [(load.due, partial(self._fall_due, load)) for load in loads]
        closed = [(load.due + CLOSED, partial(self._close, load.due)) for load in loads]
        self._events = sorted([*due, *closed], key=itemgetter(0))

    def run(self) -> dict[datetime, SlotSeen]:
        now = 0.0
        for at, happen in self._events:
            self._send(now, self._seconds(at))
            now = self._seconds(at)
            happen()
        return self._seen

    def _send(self, now: float, until: float) -> None:
        while now < until:
            found = self._queue.pop(now)
            if found is None:
                wait = self._queue.wait(now)
                now = until if wait is None else now + max(wait, 1e-6)
                continue
            room, (_, due) = found
            self._queue.free(room, now)
            at = self._zero + timedelta(seconds=now)
            if at >= due + DIGEST_LIFETIME:
                self._seen[due].expired += 1
            else:
                self._seen[due].last = at

    def _fall_due(self, load: SlotLoad) -> None:
        now = self._seconds(load.due)
        for number in range(load.count):
            room = f"{load.due:%H%M}-{number}"
            self._rooms[load.due].append(room)
            self._queue.add(room, (room, load.due), now)

    def _close(self, due: datetime) -> None:
        for room in self._rooms.pop(due):
            self._seen[due].expired += len(self._queue.drop(room))

    def _seconds(self, at: datetime) -> float:
        return (at - self._zero).total_seconds()
