"""Places in flight, and who holds one."""

from __future__ import annotations

import asyncio

SLOW = 4
"""Times as long as sends usually take."""

LEAST_SLOW = 0.05
MOST_SLOW = 1.0
"""Seconds within which nobody is slow, and after which everybody is."""

FIRST_GUESS = 0.1
"""Seconds that a send takes, before any has been answered; Slack and Telegram answer within."""

SAMPLE = 64
"""Sends over which the usual time is averaged."""

ALIVE_SECONDS = 3.0
"""A platform that answered somebody so lately is alive."""

MOST_WAITED_FOR = 192
"""Sends that may be waited for without a place; more, and it is not a few rooms that hang."""


class Places:
    """So many sends at once. One that is slow gives its place to others as long as the platform is
    alive: a few rooms that hang would hold all places in the end. In an outage it keeps its place,
    so that no more than those come into doubt. Times are the loop's, in seconds."""

    def __init__(self, count: int) -> None:
        self._free = asyncio.Semaphore(count)
        self._held: dict[int, float] = {}
        self._passed_on: dict[int, float] = {}
        self._answered = -ALIVE_SECONDS
        self._usual = FIRST_GUESS

    async def take(self, key: int) -> None:
        await self._free.acquire()
        self._held[key] = _now()

    def give_back(self, key: int, *, answered: bool) -> None:
        since = self._passed_on.pop(key, None)
        if since is None:
            since = self._held.pop(key)
            self._free.release()
        if answered:
            self._answered = _now()
            self._usual += (self._answered - since - self._usual) / SAMPLE

    def pass_on(self) -> None:
        """Give the places of slow sends to others."""
        now = _now()
        if now - self._answered >= ALIVE_SECONDS:
            return
        while self._held and len(self._passed_on) < MOST_WAITED_FOR:
            key, since = next(iter(self._held.items()))  # who has held one longest
            if now - since < self.patience:
                return
            self._passed_on[key] = self._held.pop(key)
            self._free.release()

    @property
    def patience(self) -> float:
        """Seconds after which a send is slow."""
        return min(max(SLOW * self._usual, LEAST_SLOW), MOST_SLOW)

    @property
    def full(self) -> bool:
        return self._free.locked()

    @property
    def passed_on(self) -> int:
        """How many are under way without a place."""
        return len(self._passed_on)


def _now() -> float:
    return asyncio.get_running_loop().time()
