"""How often one person, and one room, may ask: nobody's flood costs the others their answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from enum import Enum

from bot.adapters.common.recent import Recent
from bot.core.command import Command, RoomKind

KNOWN = 20_000
"""People and rooms whose pace is remembered, some 4 MB; who is forgotten begins with a full
allowance."""

BURST_SHARE = 0.5
"""How much of a minute's allowance may come at once: a person who turns pages quickly needs ten,
half a minute's worth of the default."""


class Verdict(Enum):
    """What becomes of a request: served; refused with a sentence (once); dropped in silence."""

    SERVED = "served"
    REFUSED = "refused"
    DROPPED = "dropped"


class RateLimit:
    """A token bucket for each person and one for each room; 0 requests a minute is no limit."""

    def __init__(
        self, person: int = 0, room: int = 0, now: Callable[[], float] = time.monotonic
    ) -> None:
        """`person` and `room` in requests a minute."""
        self._person, self._room, self._now = person, room, now
        self._buckets: Recent[Hashable, _Bucket] = Recent(KNOWN)

    def judge(self, command: Command, *, weight: float = 1.0) -> Verdict:
        """Count a request. `weight` is its share of an ordinary one: a platform that asks at every
        letter somebody types counts a fraction."""
        at = command.at
        buckets: list[tuple[Hashable, int]] = [
            ((at.platform, at.workspace, command.asker.id), self._person)
        ]
        if command.kind in (RoomKind.GROUP, RoomKind.CHANNEL):
            buckets.append((at, self._room))
        verdicts = [self._take(key, limit, weight) for key, limit in buckets if limit]
        for verdict in (Verdict.DROPPED, Verdict.REFUSED):
            if verdict in verdicts:
                return verdict
        return Verdict.SERVED

    def _take(self, key: Hashable, limit: int, weight: float) -> Verdict:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = _Bucket(limit, self._now())
        self._buckets.put(key, bucket)
        return bucket.take(weight, self._now())


class _Bucket:
    __slots__ = ("_at", "_left", "_limit", "_told")

    def __init__(self, limit: int, now: float) -> None:
        self._limit, self._at, self._told = limit, now, False
        self._left = self._most

    @property
    def _most(self) -> float:
        return max(1.0, self._limit * BURST_SHARE)

    def take(self, weight: float, now: float) -> Verdict:
        self._left = min(self._most, self._left + (now - self._at) * self._limit / 60)
        self._at = now
        if self._left >= weight:
            self._left -= weight
            self._told = False
            return Verdict.SERVED
        told, self._told = self._told, True
        return Verdict.DROPPED if told else Verdict.REFUSED
