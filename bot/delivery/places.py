"""Places in flight, and who holds one."""

from __future__ import annotations

import asyncio

SLOW_SECONDS = 0.3
"""A platform answers within this, mostly; what takes longer may well take a minute."""

ALIVE_SECONDS = 3.0
"""A platform that answered somebody so lately is alive."""

MOST_SLOW = 192
"""Sends that may be waited for without a place; more, and it is not a few rooms that hang."""


class Places:
    """So many sends at once. One that is slow gives its place to others as long as the platform is
    alive: a few rooms that hang would hold all places in the end. In an outage it keeps its place,
    so that no more than those come into doubt. Times are the loop's, in seconds."""

    def __init__(self, count: int) -> None:
        self._free = asyncio.Semaphore(count)
        self._held: dict[int, float] = {}
        self._slow: set[int] = set()
        self._answered = -ALIVE_SECONDS

    async def take(self, key: int) -> None:
        await self._free.acquire()
        self._held[key] = asyncio.get_running_loop().time()

    def give_back(self, key: int, *, answered: bool) -> None:
        if answered:
            self._answered = asyncio.get_running_loop().time()
        if self._held.pop(key, None) is None:
            self._slow.discard(key)
        else:
            self._free.release()

    def pass_on(self, now: float) -> None:
        """Give the places of slow sends to others."""
        while self._held and len(self._slow) < MOST_SLOW and now - self._answered < ALIVE_SECONDS:
            key, since = next(iter(self._held.items()))  # who has held one longest
            if now - since < SLOW_SECONDS:
                return
            del self._held[key]
            self._slow.add(key)
            self._free.release()

    @property
    def full(self) -> bool:
        return self._free.locked()

    @property
    def slow(self) -> int:
        """How many are under way without a place."""
        return len(self._slow)
