"""Each kind of trouble is logged once when it begins and once when it is over."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bot.adapters.common.clock import Clock

_QUIET = 600.0
"""Seconds in which the same kind of trouble is not announced again: an outage that flickers for an
hour is six lines, not six hundred."""


@dataclass(slots=True)
class _Episode:
    announced: float
    times: int = 0
    loud: bool = False


class LogOnce:
    """`begin` and `end` by kind (a method, a sort of failure), never by chat: a thousand chats in
    the same trouble are one line. `secret` never reaches the log."""

    def __init__(self, logger: logging.Logger, clock: Clock, secret: str = "") -> None:
        self._logger, self._clock, self._secret = logger, clock, secret
        self._episodes: dict[str, _Episode] = {}

    def begin(self, kind: str, sentence: str, level: int = logging.WARNING) -> None:
        now = self._clock.now()
        episode = self._episodes.setdefault(kind, _Episode(announced=now - _QUIET))
        episode.times += 1
        if not episode.loud and now - episode.announced >= _QUIET:
            episode.loud, episode.announced = True, now
            hidden = sentence.replace(self._secret, "***") if self._secret else sentence
            self._logger.log(level, "%s", hidden)

    def note(self, kind: str, sentence: str, level: int = logging.WARNING) -> None:
        """What begins and ends in one chat while others are well: announced now and then."""
        self.begin(kind, sentence, level)
        self._episodes[kind].loud = False

    def end(self, kind: str, sentence: str = "") -> None:
        """It works (again). `sentence` is what the log says then."""
        episode = self._episodes.get(kind)
        if episode is None or not episode.times:
            return
        if episode.loud:
            self._logger.info(sentence or f"{kind} is over ({episode.times} times)")
        episode.times, episode.loud = 0, False


def describe(error: BaseException) -> str:
    """What was raised and where; not what it says, which may be what somebody wrote."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "nowhere"
    return f"{type(error).__name__} in {where}"
