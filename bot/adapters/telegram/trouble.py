"""Each kind of trouble is logged once when it begins and once when it is over."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
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

    def __init__(self, clock: Clock, secret: str = "") -> None:
        self._clock = clock
        self._secret = secret
        self._episodes: dict[str, _Episode] = {}

    def begins(self, kind: str, sentence: str, level: int = logging.WARNING) -> None:
        now = self._clock.now()
        episode = self._episodes.setdefault(kind, _Episode(announced=now - _QUIET))
        episode.times += 1
        if not episode.loud and now - episode.announced >= _QUIET:
            episode.loud, episode.announced = True, now
            hidden = sentence.replace(self._secret, "***") if self._secret else sentence
            log.log(level, "%s", hidden)

    def notes(self, kind: str, sentence: str, level: int = logging.WARNING) -> None:
        """What begins and ends in one chat while others are well: announced now and then."""
        self.begins(kind, sentence, level)
        self._episodes[kind].loud = False

    def over(self, kind: str) -> None:
        episode = self._episodes.get(kind)
        if episode is None or not episode.times:
            return
        if episode.loud:
            log.info("telegram: %s is over (%d times)", kind, episode.times)
        episode.times, episode.loud = 0, False


def backoff(first: float = 1.0, most: float = 30.0) -> Iterator[float]:
    """1, 2, 4 … 30, 30 …"""
    wait = first
    while True:
        yield wait
        wait = min(wait * 2, most)
