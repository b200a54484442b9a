"""What becomes of a delivery when the platform has answered, or has not. Pure."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.chats import DeliveryState
from bot.core.errors import Gone, Moved, RetryLater, SendError, Unknown
from bot.core.text import clean
from bot.store.delivery.queue import Waiting
from bot.store.delivery.writes import Leave, Mark, Move, Op, Park

SECOND_LOOK = timedelta(seconds=5)
"""Before something in doubt is sent once more: an outage of a moment is over by then."""

OUR_MISTAKE = timedelta(minutes=1)
"""Before a digest that our own code failed to compose is tried again."""

LONGEST_BACKOFF = 300.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to write down, and what to tell; `our_mistake` is told loudly."""

    state: DeliveryState
    ops: tuple[Op, ...]
    reason: str = ""
    our_mistake: bool = False


def sent(of: Waiting, message_id: str, now: datetime) -> Outcome:
    mark = Mark(
        of.id, of.attempts + 1, DeliveryState.SENT, of.not_before, of.doubts,
        message_id=clean(message_id)[:128], sent_at=now,
    )  # fmt: skip
    return Outcome(DeliveryState.SENT, (mark,))


def failed(of: Waiting, error: SendError, now: datetime, *, once_more: bool) -> Outcome:
    """After attempt number `of.attempts + 1`."""
    match error:
        case RetryLater(after=after):
            return _later(of, error.why, now, after)
        case Moved(to=to) if to != of.chat.at:
            return _again(of, now, error.why, Move(of.chat.at, to))
        case Gone():
            leave = Leave(of.chat.at, error.why)
            return _end(of, DeliveryState.FAILED, error.why, leave)
        case Unknown():
            return in_doubt(of, error.why, now, once_more=once_more)
        case _:  # Refused, a chat that moved to itself, and what no adapter should raise
            return replace(_end(of, DeliveryState.FAILED, error.why), our_mistake=True)


def in_doubt(of: Waiting, why: str, now: datetime, *, once_more: bool) -> Outcome:
    """It may or may not have arrived: once more at most, and never past its use."""
    until = now + SECOND_LOOK
    if once_more and of.doubts == 0 and until < of.expires_at:
        mark = _mark(of, DeliveryState.PENDING, until, f"in doubt: {why}", doubts=1)
        return Outcome(DeliveryState.PENDING, (mark,), mark.reason)
    mark = _mark(of, DeliveryState.UNKNOWN, of.not_before, why, doubts=of.doubts + 1)
    return Outcome(DeliveryState.UNKNOWN, (mark,), why)


def past_its_use(of: Waiting) -> Outcome:
    """It was not sent in time; what may have arrived already is `unknown`."""
    state = DeliveryState.UNKNOWN if of.doubts else DeliveryState.EXPIRED
    why = "not sent within its time" if state is DeliveryState.EXPIRED else "in doubt"
    mark = Mark(of.id, of.attempts, state, of.not_before, of.doubts, why)
    return Outcome(state, (mark,), why)


def quiet(of: Waiting) -> Outcome:
    """There is nothing to say; but what may have arrived already is `unknown`."""
    state = DeliveryState.UNKNOWN if of.doubts else DeliveryState.QUIET
    why = "nothing new to say"
    return Outcome(state, (Mark(of.id, of.attempts, state, of.not_before, of.doubts, why),), why)


def untried(of: Waiting) -> Outcome:
    """It was claimed and certainly not sent."""
    return Outcome(DeliveryState.PENDING, (_mark(of, DeliveryState.PENDING, of.not_before, ""),))


def not_composed(of: Waiting, attempts: int, now: datetime) -> Outcome:
    """Our own code failed: tried again each minute, while it is of use."""
    why = "could not be composed: see the log"
    mark = Mark(of.id, attempts, DeliveryState.PENDING, now + OUR_MISTAKE, of.doubts, why)
    return Outcome(DeliveryState.PENDING, (mark,), why)


def backoff(of: Waiting) -> float:
    """Seconds before the next attempt: 2, 4, 8 … 300, a quarter more or less by delivery, so that
    an outage does not end in a wave."""
    base = min(LONGEST_BACKOFF, 2.0 ** min(of.attempts + 1, 10))
    return base * (0.75 + zlib.crc32(of.id.to_bytes(8, "big")) % 500 / 1000)


def _later(of: Waiting, why: str, now: datetime, after: float | None) -> Outcome:
    wait = backoff(of) if after is None else max(after, 1.0)
    until = now + timedelta(seconds=min(wait, 30 * 86_400))
    park = Park(of.chat.id, until)
    if until < of.expires_at:
        mark = _mark(of, DeliveryState.PENDING, until, why)
        return Outcome(DeliveryState.PENDING, (mark, park), why)
    why = f"{why}: a wait of {wait:.0f} s outlives its use"
    state = DeliveryState.UNKNOWN if of.doubts else DeliveryState.EXPIRED
    return _end(of, state, why, park)


def _again(of: Waiting, now: datetime, why: str, op: Op) -> Outcome:
    return Outcome(DeliveryState.PENDING, (_mark(of, DeliveryState.PENDING, now, why), op), why)


def _end(of: Waiting, state: DeliveryState, why: str, *more: Op) -> Outcome:
    return Outcome(state, (_mark(of, state, of.not_before, why), *more), why)


def _mark(
    of: Waiting, state: DeliveryState, not_before: datetime, why: str, doubts: int | None = None
) -> Mark:
    count = of.doubts if doubts is None else doubts
    return Mark(of.id, of.attempts + 1, state, not_before, count, why)
