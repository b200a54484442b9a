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
from bot.delivery.outcome_writer import Scribe
from bot.delivery.outcomes import Outcome
from bot.store.database.clock import Clock
from bot.store.delivery.queue import Desk, Prepared, Waiting
from bot.store.delivery.writes import Claim

log = logging.getLogger("aiwork.delivery")

LONGEST_SEND = 60.0
"""Seconds after which a send that does not end counts as a lost answer; senders give up sooner."""


class Figures(Protocol):
    """Counts what deliveries come to."""

    def delivered(self, platform: str, state: DeliveryState, late: float) -> None:
        """An attempt ended in that state, so many seconds after the digest was due."""
        ...

    def rate_limited(self, platform: str) -> None:
        """The platform asked for a pause."""
        ...


class Uncounted:
    def delivered(self, platform: str, state: DeliveryState, late: float) -> None:
        pass

    def rate_limited(self, platform: str) -> None:
        pass


@dataclass(slots=True)
class Shared:
    """What all couriers of a process share."""

    desk: Desk
    scribe: Scribe
    compose: Compose
    clock: Clock
    once_more: bool
    busy: set[int] = field(default_factory=set)
    """Deliveries from before their claim until their outcome is written."""
    news: int = 0
    """How often digests were enqueued here: who has read less recently reads again."""
    counts: Counter[tuple[str, DeliveryState]] = field(default_factory=Counter)
    figures: Figures = field(default_factory=Uncounted)


def choose(shared: Shared, one: Waiting, what: Prepared) -> Claim | Outcome:
    """The claim with its items, or what became of it instead."""
    now = shared.clock()
    if now >= one.expires_at:
        return outcomes.past_its_use(one)
    items: tuple[str, ...] | None = None
    try:
        if not what.items or not shared.compose.serves(what.items):
            items = tuple(shared.compose.choose(what.occasion))
    except Exception:
        log.exception("delivery %d could not be composed: report this", one.id)
        return outcomes.not_composed(one, one.attempts, now)
    if items == ():
        return outcomes.quiet(one)
    return Claim(one.id, items, one.attempts, one.not_before, one.doubts)


async def attempt(
    shared: Shared, sender: Sender, one: Waiting, what: Prepared, items: Sequence[str]
) -> tuple[Outcome, SendError | None]:
    """Send it. Never raises: cancelled in mid-send it is in doubt, too."""
    try:
        reply = shared.compose.render(items, what.occasion)
    except Exception:
        log.exception("delivery %d could not be rendered: report this", one.id)
        return outcomes.not_composed(one, one.attempts + 1, shared.clock()), None
    try:
        message_id = await _call(sender, one, reply)
    except SendError as error:
        now = shared.clock()
        return outcomes.failed(one, error, now, once_more=shared.once_more), error
    except asyncio.CancelledError:
        why = "stopped in mid-send"
        return outcomes.in_doubt(one, why, shared.clock(), once_more=shared.once_more), None
    return outcomes.sent(one, message_id, shared.clock()), None


def tell(one: Waiting, outcome: Outcome) -> None:
    """One log line per outcome."""
    level = logging.INFO if outcome.state in _CALM else logging.WARNING
    level = logging.ERROR if outcome.our_mistake else level
    if log.isEnabledFor(level):
        reason = f": {outcome.reason}" if outcome.reason else ""
        word = "again later" if outcome.state is DeliveryState.PENDING else outcome.state
        log.log(level, "delivery %d to %s: %s%s", one.id, one.chat.at, word, reason)


_CALM = (DeliveryState.SENT, DeliveryState.QUIET, DeliveryState.PENDING)


async def _call(sender: Sender, one: Waiting, reply: Reply) -> str:
    """`Sender.send`, held to its word: whatever else it raises may come after the message
    arrived."""
    try:
        async with asyncio.timeout(LONGEST_SEND):
            return await sender.send(one.chat.at, reply)
    except SendError:
        raise
    except TimeoutError:
        raise Unknown(f"no answer in {LONGEST_SEND:.0f} s") from None
    except Exception as error:
        log.exception("the sender to %s broke its promise: report this", one.chat.at.platform)
        raise Unknown(type(error).__name__) from error
