"""One delivery: what it shall say, and one attempt to say it."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.core.chats import DeliveryState
from bot.core.errors import SendError, Unknown
from bot.core.ports import Compose, Sender
from bot.core.reply import Reply
from bot.delivery import outcomes
from bot.delivery.outcome_writer import OutcomeWriter
from bot.delivery.outcomes import DeliveryOutcome
from bot.delivery.reads import SharedReads
from bot.store.database.clock import Clock
from bot.store.delivery.queue import DeliveryQueue, PreparedDigest
from bot.store.delivery.ready import ReadyDelivery
from bot.store.delivery.writes import Claim

log = logging.getLogger("aiwork.delivery")

SEND_TIMEOUT = 60.0
"""Seconds after which a send that does not end counts as a lost answer; senders give up sooner."""


class DeliveryMetrics(Protocol):
    """Counts what deliveries come to; `bot.metrics` implements it."""

    def delivered(self, platform: str, state: DeliveryState, late: float) -> None:
        """An attempt ended in that state, so many seconds after the digest was due."""
        ...

    def rate_limited(self, platform: str) -> None:
        """The platform asked for a pause."""
        ...


class NoMetrics:
    def delivered(self, platform: str, state: DeliveryState, late: float) -> None:
        pass

    def rate_limited(self, platform: str) -> None:
        pass


@dataclass(slots=True)
class DeliveryContext:
    """What all workers of a process share."""

    queue: DeliveryQueue
    writer: OutcomeWriter
    compose: Compose
    clock: Clock
    once_more: bool
    busy: set[int] = field(default_factory=set)
    """Deliveries from before their claim until their outcome is written."""
    arrivals: int = 0
    """How often digests were enqueued here: who has read less recently reads again."""
    counts: Counter[tuple[str, DeliveryState]] = field(default_factory=Counter)
    metrics: DeliveryMetrics = field(default_factory=NoMetrics)
    reads: SharedReads = field(init=False)

    def __post_init__(self) -> None:
        self.reads = SharedReads(self.queue, self.clock)


def prepare_claim(
    context: DeliveryContext, delivery: ReadyDelivery, prepared: PreparedDigest
) -> Claim | DeliveryOutcome:
    """The claim with its items, or what became of it instead."""
    now = context.clock()
    if now >= delivery.expires_at:
        return outcomes.past_its_use(delivery)
    items: tuple[str, ...] | None = None
    try:
        if not prepared.items or not context.compose.serves(prepared.items):
            items = tuple(context.compose.choose(prepared.request))
    except Exception:
        log.exception("delivery %d could not be composed: report this", delivery.id)
        return outcomes.not_composed(delivery, delivery.attempts, now)
    if items == ():
        return outcomes.quiet(delivery)
    return Claim(delivery.id, items, delivery.attempts, delivery.not_before, delivery.doubts)


async def attempt(
    context: DeliveryContext,
    sender: Sender,
    delivery: ReadyDelivery,
    prepared: PreparedDigest,
    items: Sequence[str],
) -> tuple[DeliveryOutcome, SendError | None]:
    """Send it. Never raises: cancelled in mid-send it is in doubt, too."""
    try:
        reply = context.compose.render(items, prepared.request)
    except Exception:
        log.exception("delivery %d could not be rendered: report this", delivery.id)
        return outcomes.not_composed(delivery, delivery.attempts + 1, context.clock()), None
    try:
        message_id = await _send(sender, delivery, reply)
    except SendError as error:
        now = context.clock()
        return outcomes.failed(delivery, error, now, once_more=context.once_more), error
    except asyncio.CancelledError:
        why = "stopped in mid-send"
        return outcomes.in_doubt(delivery, why, context.clock(), once_more=context.once_more), None
    return outcomes.sent(delivery, message_id, context.clock()), None


def log_outcome(delivery: ReadyDelivery, outcome: DeliveryOutcome) -> None:
    """One line per outcome."""
    level = logging.INFO if outcome.state in _CALM else logging.WARNING
    level = logging.ERROR if outcome.our_mistake else level
    if log.isEnabledFor(level):
        reason = f": {outcome.reason}" if outcome.reason else ""
        word = "again later" if outcome.state is DeliveryState.PENDING else outcome.state
        log.log(level, "delivery %d to %s: %s%s", delivery.id, delivery.chat.at, word, reason)


_CALM = (DeliveryState.SENT, DeliveryState.QUIET, DeliveryState.PENDING)


async def _send(sender: Sender, delivery: ReadyDelivery, reply: Reply) -> str:
    """`Sender.send`, held to its word: whatever else it raises may come after the message
    arrived."""
    try:
        async with asyncio.timeout(SEND_TIMEOUT):
            return await sender.send(delivery.chat.at, reply)
    except SendError:
        raise
    except TimeoutError:
        raise Unknown(f"no answer in {SEND_TIMEOUT:.0f} s") from None
    except Exception as error:
        log.exception("the sender to %s broke its promise: report this", delivery.chat.at.platform)
        raise Unknown(type(error).__name__) from error
