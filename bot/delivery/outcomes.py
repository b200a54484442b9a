"""What becomes of a delivery when the platform has answered, or has not. Pure."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.chats import DeliveryState
from bot.core.errors import Gone, Moved, RetryLater, SendError, Unknown
from bot.core.text import clean
from bot.store.delivery.ready import ReadyDelivery
from bot.store.delivery.writes import MarkChatGone, MoveChat, Operation, ParkChat, RecordOutcome

SECOND_LOOK = timedelta(seconds=5)
"""Before something in doubt is sent once more: an outage of a moment is over by then."""

OUR_MISTAKE = timedelta(minutes=1)
"""Before a digest that our own code failed to compose is tried again."""

LONGEST_BACKOFF = 300.0
"""Seconds: an outage that ends is noticed within five minutes, out of six hours of use."""

LONGEST_WAIT = 30 * 86_400.0
"""Seconds of what a platform asks for: more is its mistake, and too far ahead for a date."""


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """What to write down, and what to log; `our_mistake` is logged loudly."""

    state: DeliveryState
    operations: tuple[Operation, ...]
    reason: str = ""
    our_mistake: bool = False


def sent(delivery: ReadyDelivery, message_id: str, now: datetime) -> DeliveryOutcome:
    record = _attempted(delivery, DeliveryState.SENT)
    record = replace(record, message_id=clean(message_id)[:128], sent_at=now)
    return DeliveryOutcome(DeliveryState.SENT, (record,))


def failed(
    delivery: ReadyDelivery, error: SendError, now: datetime, *, once_more: bool
) -> DeliveryOutcome:
    """After attempt number `delivery.attempts + 1`."""
    match error:
        case RetryLater(after=after):
            return _retry_later(delivery, error.why, now, after)
        case Moved(to=to) if to != delivery.chat.at:
            record = _attempted(delivery, DeliveryState.PENDING, error.why, not_before=now)
            return _outcome(record, MoveChat(delivery.chat.at, to))
        case Gone():
            record = _attempted(delivery, DeliveryState.FAILED, error.why)
            return _outcome(record, MarkChatGone(delivery.chat.at, error.why))
        case Unknown():
            return in_doubt(delivery, error.why, now, once_more=once_more)
        case _:  # Refused, a chat that moved to itself, and what no adapter should raise
            record = _attempted(delivery, DeliveryState.FAILED, error.why)
            return replace(_outcome(record), our_mistake=True)


def in_doubt(
    delivery: ReadyDelivery, why: str, now: datetime, *, once_more: bool
) -> DeliveryOutcome:
    """It may or may not have arrived: once more at most, and never past its use."""
    again = now + SECOND_LOOK
    if once_more and delivery.doubts == 0 and again < delivery.expires_at:
        why = f"in doubt: {why}"
        record = _attempted(delivery, DeliveryState.PENDING, why, not_before=again)
    else:
        record = _attempted(delivery, DeliveryState.UNKNOWN, why)
    return _outcome(replace(record, doubts=delivery.doubts + 1))


def past_its_use(delivery: ReadyDelivery) -> DeliveryOutcome:
    """It was not sent in time; what may have arrived already is `unknown`."""
    if delivery.doubts:
        return _outcome(_unattempted(delivery, DeliveryState.UNKNOWN, "in doubt"))
    return _outcome(_unattempted(delivery, DeliveryState.EXPIRED, "not sent within its time"))


def quiet(delivery: ReadyDelivery) -> DeliveryOutcome:
    """There is nothing to say; but what may have arrived already is `unknown`."""
    state = DeliveryState.UNKNOWN if delivery.doubts else DeliveryState.QUIET
    return _outcome(_unattempted(delivery, state, "nothing new to say"))


def untried(delivery: ReadyDelivery) -> DeliveryOutcome:
    """It was claimed and certainly not sent."""
    return _outcome(_attempted(delivery, DeliveryState.PENDING))


def not_composed(delivery: ReadyDelivery, attempts: int, now: datetime) -> DeliveryOutcome:
    """Our own code failed: tried again each minute, while it is of use."""
    why = "could not be composed: see the log"
    record = _unattempted(delivery, DeliveryState.PENDING, why)
    return _outcome(replace(record, attempts=attempts, not_before=now + OUR_MISTAKE))


def backoff(delivery: ReadyDelivery) -> float:
    """Seconds before the next attempt: 2, 4, 8 … 300, a quarter more or less by delivery, so that
    an outage does not end in a wave."""
    base = min(LONGEST_BACKOFF, 2.0 ** min(delivery.attempts + 1, 10))
    return base * (0.75 + zlib.crc32(delivery.id.to_bytes(8, "big")) % 500 / 1000)


def _retry_later(
    delivery: ReadyDelivery, why: str, now: datetime, after: float | None
) -> DeliveryOutcome:
    wait = backoff(delivery) if after is None else max(after, 1.0)
    until = now + timedelta(seconds=min(wait, LONGEST_WAIT))
    park = ParkChat(delivery.chat.id, until)
    if until < delivery.expires_at:
        record = _attempted(delivery, DeliveryState.PENDING, why, not_before=until)
        return _outcome(record, park)
    state = DeliveryState.UNKNOWN if delivery.doubts else DeliveryState.EXPIRED
    why = f"{why}: a wait of {wait:.0f} s outlives its use"
    return _outcome(_attempted(delivery, state, why), park)


def _outcome(record: RecordOutcome, *more: Operation) -> DeliveryOutcome:
    return DeliveryOutcome(record.state, (record, *more), record.reason)


def _attempted(
    delivery: ReadyDelivery, state: DeliveryState, why: str = "", not_before: datetime | None = None
) -> RecordOutcome:
    record = _unattempted(delivery, state, why)
    not_before = not_before or delivery.not_before
    return replace(record, attempts=delivery.attempts + 1, not_before=not_before)


def _unattempted(delivery: ReadyDelivery, state: DeliveryState, why: str) -> RecordOutcome:
    not_before, doubts = delivery.not_before, delivery.doubts
    return RecordOutcome(delivery.id, delivery.attempts, state, not_before, doubts, why)
