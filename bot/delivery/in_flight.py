"""How many sends are under way at once, and which of them are slow."""

from __future__ import annotations

import asyncio

SLOW_FACTOR = 4
"""Times as long as sends usually take: one that takes longer is slow."""

MIN_SLOW_SECONDS = 0.05
MAX_SLOW_SECONDS = 1.0
"""Nobody is slow within the first (a garbage collection takes longer); everybody is after the
second, for a platform that answers at all answers sooner."""

FIRST_GUESS = 0.1
"""Seconds that a send takes, before any has been answered; Slack and Telegram answer within."""

SAMPLE = 64
"""Sends over which the usual time is averaged: as many as are in flight at once."""

ALIVE_SECONDS = 3.0
"""A platform that answered somebody so lately is alive: three times as long as a slow send."""

MAX_SLOW = 192
"""Slow sends beside those that count: three times as many. With more, it is not a few rooms that
hang but the platform, and what is in doubt after an outage shall stay within bounds."""


class InFlight:
    """So many sends at once. One that is slow stops counting as long as the platform is alive: a
    few rooms that hang would hold up all others in the end. In an outage it goes on counting, so
    that no more than those come into doubt. Times are the loop's, in seconds."""

    def __init__(self, limit: int) -> None:
        self._free = asyncio.Semaphore(limit)
        self._counted: dict[int, float] = {}
        self._slow: dict[int, float] = {}
        self._answered = -ALIVE_SECONDS
        self._usual = FIRST_GUESS

    async def acquire(self, key: int) -> None:
        await self._free.acquire()
        self._counted[key] = _now()

    def release(self, key: int, *, answered: bool) -> None:
        since = self._slow.pop(key, None)
        if since is None:
            since = self._counted.pop(key)
            self._free.release()
        if answered:
            self._answered = _now()
            self._usual += (self._answered - since - self._usual) / SAMPLE

    def release_slow(self) -> None:
        """Let others go in place of slow sends."""
        now = _now()
        if now - self._answered >= ALIVE_SECONDS:
            return
        while self._counted and len(self._slow) < MAX_SLOW:
            key, since = next(iter(self._counted.items()))  # who has been under way longest
            if now - since < self.slow_after:
                return
            self._slow[key] = self._counted.pop(key)
            self._free.release()

    @property
    def slow_after(self) -> float:
        """Seconds after which a send is slow."""
        return min(max(SLOW_FACTOR * self._usual, MIN_SLOW_SECONDS), MAX_SLOW_SECONDS)

    @property
    def full(self) -> bool:
        return self._free.locked()

    @property
    def slow(self) -> int:
        """How many are under way without being counted."""
        return len(self._slow)


def _now() -> float:
    return asyncio.get_running_loop().time()
