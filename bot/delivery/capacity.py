"""What the platforms' limits will make of the digests to come: when the last of each slot will
arrive, and how many would expire first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.delivery.outbox import EXPIRE_SECONDS
from bot.delivery.rate_limit import UNLIMITED, Limits
from bot.store.chats.due_slots import DIGEST_LIFETIME
from bot.store.chats.loads import SlotLoad
from bot.store.chats.schedules import BATCH, SPREAD

WARN_AT = 0.5
"""Of the time in which a digest is of use: a slot whose last digest takes longer has no room for
an outage of some hours, and none to grow."""

USED = 0.98
"""Of a limit, as `make bench` measures: what is promised is less than what may be."""

CLOSING = timedelta(seconds=EXPIRE_SECONDS)
"""What is late costs its place in the rate until somebody closes it."""


@dataclass(frozen=True, slots=True)
class SlotForecast:
    """`last` is when the last digest of the slot that is sent arrives; `expired` are not sent."""

    lane: str
    due: datetime
    count: int
    last: datetime
    expired: int

    @property
    def used(self) -> float:
        """How much of the time in which its digests are of use the slot needs."""
        return 1.0 if self.expired else (self.last - self.due) / DIGEST_LIFETIME

    @property
    def tight(self) -> bool:
        """Whether an operator should know."""
        return self.used >= WARN_AT


def foresee(
    loads: Iterable[SlotLoad], limits: Mapping[str, Limits], now: datetime
) -> Iterator[SlotForecast]:
    """A forecast for each load, which come in the order of their time. A lane sends what is due
    in that order, at its platform's rate; what finds no place within its time is not sent."""
    free: dict[tuple[str, str], datetime] = {}
    for load in loads:
        lane = (load.platform, load.workspace)
        start = max(load.due, now, free.get(lane, now))
        per_second = limits.get(load.platform, UNLIMITED).per_second
        sent, took = _sent(load, start, per_second)
        last = start + took
        free[lane] = last if sent == load.count else last + CLOSING
        if load.count > BATCH and start == load.due:
            last = max(last, start + SPREAD)
        yield SlotForecast(_name(load), load.due, load.count, last, load.count - sent)


def _sent(load: SlotLoad, start: datetime, per_second: float | None) -> tuple[int, timedelta]:
    """How many are sent within their time, and how long that takes."""
    room = (load.due + DIGEST_LIFETIME - start).total_seconds()
    if per_second is None:
        return (load.count if room > 0 else 0), timedelta()
    rate = per_second * USED
    sent = min(load.count, max(0, int(room * rate)))
    return sent, timedelta(seconds=sent / rate)


def _name(load: SlotLoad) -> str:
    """As lanes are named in the log: `telegram`, `slack:T0`."""
    return f"{load.platform}:{load.workspace}" if load.workspace else load.platform
