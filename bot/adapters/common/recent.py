"""A bounded memory."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """At most `most` entries, the one that was put longest ago goes first; what is older than
    `seconds` counts as absent."""

    def __init__(
        self, most: int, seconds: float = math.inf, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._seconds, self._now = most, seconds, now
        self._entries: OrderedDict[K, tuple[float, V]] = OrderedDict()

    def get(self, key: K) -> V | None:
        at, value = self._entries.get(key, (-math.inf, None))
        return value if self._now() - at < self._seconds else None

    def put(self, key: K, value: V) -> V | None:
        """Remember it as the newest; returns what had to go for it."""
        self._entries[key] = (self._now(), value)
        self._entries.move_to_end(key)
        if len(self._entries) <= self._most:
            return None
        return self._entries.popitem(last=False)[1][1]

    def pop(self, key: K) -> V | None:
        """Forget it; returns what was remembered."""
        return self._entries.pop(key, (0.0, None))[1]

    def __contains__(self, key: K) -> bool:
        at, _ = self._entries.get(key, (-math.inf, None))
        return self._now() - at < self._seconds
