"""Each kind of trouble is logged once when it begins and once when it is over."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass

log = logging.getLogger("aiwork.telegram")

_QUIET = 600.0
"""Seconds in which the same kind of trouble is not announced again."""


class Clock:
    """Time as the adapter sees it; tests bring their own."""

    def now(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass(slots=True)
class _Episode:
    announced: float
    times: int = 0
    loud: bool = False


class Trouble:
    """`begins` and `over` by kind (a method, a sort of failure), never by chat: a thousand chats
    in the same trouble are one line."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._episodes: dict[str, _Episode] = {}

    def begins(self, kind: str, sentence: str, level: int = logging.WARNING) -> None:
        now = self._clock.now()
        episode = self._episodes.setdefault(kind, _Episode(announced=now - _QUIET))
        episode.times += 1
        if not episode.loud and now - episode.announced >= _QUIET:
            episode.loud, episode.announced = True, now
            log.log(level, "%s", sentence)

    def over(self, kind: str) -> None:
        episode = self._episodes.get(kind)
        if episode is None or not episode.times:
            return
        if episode.loud:
            log.info("telegram: %s is over (%d times)", kind, episode.times)
        episode.times, episode.loud = 0, False
