"""Sends for one lane: claims at the platform's pace, sends, and notes what became of it."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import Counter
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from bot.core.chats import DeliveryState
from bot.core.command import RoomKind
from bot.core.errors import RetryLater, SendError, StoreError, Unknown
from bot.core.occasion import Compose
from bot.core.ports import Sender
from bot.core.reply import Reply
from bot.delivery import outcomes
from bot.delivery.outcomes import Outcome
from bot.delivery.pace import Limits, Pace
from bot.delivery.scribe import Scribe
from bot.store.desk import Desk, Lane, Place, Prepared, Waiting
from bot.store.time import Clock
from bot.store.writing import Claim

log = logging.getLogger("aiwork.delivery")

PAGE = 500
"""Deliveries read at once."""

MOST_HELD = 20_000

AHEAD = 32
"""Claimed while all places in flight are taken, so that none stands empty during a commit."""

LONGEST_SEND = 60.0
"""Seconds after which a send that does not end counts as a lost answer; senders give up sooner."""

LOOK_SECONDS = 1.0
"""Between two looks for what has become ready."""


@dataclass(slots=True)
class Desks:
    """What all couriers of a process share."""

    desk: Desk
    scribe: Scribe
    compose: Compose
    clock: Clock
    once_more: bool
    busy: set[int] = field(default_factory=set)
    """Deliveries from before their claim until their outcome is written."""
    counts: Counter[tuple[str, DeliveryState]] = field(default_factory=Counter)


class Courier:
    def __init__(self, shared: Desks, lane: Lane, sender: Sender, limits: Limits) -> None:
        self._shared = shared
        self._lane = lane
        self._sender = sender
        self._pace: Pace[Waiting] = Pace(limits)
        self._session = shared.desk.keeper.session
        self._slots = asyncio.Semaphore(limits.in_flight)
        self._most = limits.in_flight + AHEAD
        self._tasks: set[asyncio.Task[None]] = set()
        self._known: set[int] = set()
        self._after: Place | None = None
        self._looked = -math.inf
        self._exhausted = False
        self._changed = asyncio.Event()
        self._stopped = False

    async def run(self) -> None:
        """Until nothing is ready and nothing under way, the lane is lost, or `stop`. Raises
        StoreError when the database fails; what is under way goes on."""
        while not self._stopped and self._ours():
            await self._read()
            batch = self._pop()
            if batch:
                await self._claim(batch)
            elif not self._tasks and self._exhausted and not self._pace.queued:
                return
            else:
                await self._wait()

    def stop(self) -> None:
        """Take nothing more; what is under way goes on."""
        self._stopped = True
        self._changed.set()

    @property
    def sending(self) -> bool:
        return bool(self._tasks)

    async def drain(self, seconds: float) -> None:
        """Let what is under way finish; what does not in time is in doubt."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        late = list(self._tasks)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _ours(self) -> bool:
        keeper = self._shared.desk.keeper
        return keeper.session == self._session and keeper.sound()

    async def _read(self) -> None:
        """Keep a page of deliveries at hand; begin again a second after the end was reached.
        Rooms are counted, so that one with a thousand threads does not stand before the others."""
        ended = self._exhausted and self._mono() - self._looked < LOOK_SECONDS
        if ended or self._pace.rooms > PAGE // 4 or self._pace.queued > MOST_HELD:
            return
        page = await self._shared.desk.ready(self._lane, self._shared.clock(), self._after, PAGE)
        self._exhausted = len(page) < PAGE
        self._after = None if self._exhausted else (page[-1].not_before, page[-1].id)
        self._looked = self._mono()
        for one in page:
            if one.id not in self._known and one.id not in self._shared.busy:
                self._known.add(one.id)
                group = one.chat.kind is not RoomKind.DM
                self._pace.add(_room(one), one, self._looked, group=group)

    def _pop(self) -> list[Waiting]:
        batch: list[Waiting] = []
        while len(self._tasks) + len(batch) < self._most:
            found = self._pace.pop(self._mono())
            if found is None:
                break
            batch.append(found[1])
        return batch

    async def _wait(self) -> None:
        """Until something may go, something has finished, or it is time to look again."""
        wait = LOOK_SECONDS
        soon = self._pace.wait(self._mono())
        if soon is not None and len(self._tasks) < self._most:
            wait = min(wait, soon)
        self._changed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._changed.wait()

    async def _claim(self, batch: Sequence[Waiting]) -> None:
        try:
            prepared = await self._shared.desk.prepare(batch)
        except StoreError:
            for one in batch:
                self._finished(one)
            raise
        self._shared.busy.update(one.id for one in batch)
        chosen = [self._choose(one, what) for one, what in zip(batch, prepared, strict=True)]
        claimed = await self._commit(batch, [claim for claim in chosen if claim is not None])
        for one, what, claim in zip(batch, prepared, chosen, strict=True):
            if claim is None:
                self._finished(one)
            elif one.id in claimed:
                self._start(one, what, claim.items or what.items)
            else:  # cancelled, or its chat was forgotten, in the meantime
                self._shared.busy.discard(one.id)
                self._finished(one)

    async def _commit(self, batch: Sequence[Waiting], claims: Sequence[Claim]) -> set[int]:
        ids = [claim.id for claim in claims]
        released = partial(self._shared.busy.difference_update, ids)
        try:
            return await self._shared.scribe.claim(claims, self._session, released)
        except StoreError:
            for one in batch:
                self._finished(one)
            raise

    def _choose(self, one: Waiting, what: Prepared) -> Claim | None:
        """The claim with its items; `None` when it is not to be sent, and noted."""
        compose, now = self._shared.compose, self._shared.clock()
        if now >= one.expires_at:
            self._note(one, outcomes.past_its_use(one))
            return None
        items: tuple[str, ...] | None = None
        try:
            if not what.items or not compose.serves(what.items):
                items = tuple(compose.choose(what.occasion))
        except Exception:
            log.exception("delivery %d could not be composed: report this", one.id)
            self._note(one, outcomes.not_composed(one, one.attempts, now))
            return None
        if items == ():
            self._note(one, outcomes.quiet(one))
            return None
        return Claim(one.id, items, one.attempts, one.not_before, one.doubts)

    def _start(self, one: Waiting, what: Prepared, items: Sequence[str]) -> None:
        self._spawn(self._send(one, what, items))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._changed.set()

    async def _send(self, one: Waiting, what: Prepared, items: Sequence[str]) -> None:
        try:
            async with self._slots:
                outcome = await self._attempt(one, what, items)
        except asyncio.CancelledError:  # at the end of `drain`, and still without a place
            outcome = outcomes.untried(one)
        self._note(one, outcome)
        self._finished(one)

    async def _attempt(self, one: Waiting, what: Prepared, items: Sequence[str]) -> Outcome:
        clock, once_more = self._shared.clock, self._shared.once_more
        try:
            reply = self._shared.compose.render(items, what.occasion)
        except Exception:
            log.exception("delivery %d could not be rendered: report this", one.id)
            return outcomes.not_composed(one, one.attempts + 1, clock())
        if not self._ours():  # the lane was given away while this process was frozen
            return outcomes.untried(one)
        try:
            message_id = await self._call(one, reply)
        except RetryLater as error:
            self._slow_down(one, error)
            return outcomes.failed(one, error, clock(), once_more=once_more)
        except SendError as error:
            return outcomes.failed(one, error, clock(), once_more=once_more)
        except asyncio.CancelledError:
            return outcomes.in_doubt(one, "stopped in mid-send", clock(), once_more=once_more)
        self._pace.accepted(self._mono())
        return outcomes.sent(one, message_id, clock())

    async def _call(self, one: Waiting, reply: Reply) -> str:
        """`Sender.send`, held to its word: whatever else it raises may come after the message
        arrived."""
        try:
            async with asyncio.timeout(LONGEST_SEND):
                return await self._sender.send(one.chat.at, reply)
        except SendError:
            raise
        except TimeoutError:
            raise Unknown(f"no answer in {LONGEST_SEND:.0f} s") from None
        except Exception as error:
            log.exception("the sender of %s broke its promise: report this", self._lane.platform)
            raise Unknown(type(error).__name__) from error

    def _slow_down(self, one: Waiting, error: RetryLater) -> None:
        for other in self._pace.drop(_room(one)):
            self._known.discard(other.id)
        if error.after is None:
            return
        pause = self._pace.refused(_room(one), self._mono(), error.after)
        if pause is not None:
            log.warning("%s: too fast for the platform; pausing %.0f s", _name(self._lane), pause)
            self._spawn(self._pause(pause))

    async def _pause(self, seconds: float) -> None:
        """Stored, so that a restart obeys it too."""
        until = self._shared.clock() + timedelta(seconds=seconds)
        try:
            await self._shared.desk.pause_lane(self._lane, until)
        except StoreError as error:
            log.warning("%s: the pause is not stored: %s", _name(self._lane), error)

    def _note(self, one: Waiting, outcome: Outcome) -> None:
        self._shared.counts[self._lane.platform, outcome.state] += 1
        _tell(one, outcome)
        self._shared.scribe.note(outcome.ops, lambda: self._shared.busy.discard(one.id))

    def _finished(self, one: Waiting) -> None:
        self._known.discard(one.id)
        self._pace.free(_room(one), self._mono())

    def _mono(self) -> float:
        return asyncio.get_running_loop().time()


def _room(one: Waiting) -> str:
    """What the platform's limits count by: a forum's threads are one room."""
    return one.chat.at.room


def _name(lane: Lane) -> str:
    return f"{lane.platform}:{lane.workspace}" if lane.workspace else lane.platform


_CALM = (DeliveryState.SENT, DeliveryState.QUIET, DeliveryState.PENDING)


def _tell(one: Waiting, outcome: Outcome) -> None:
    level = logging.INFO if outcome.state in _CALM else logging.WARNING
    level = logging.ERROR if outcome.our_mistake else level
    if log.isEnabledFor(level):
        reason = f": {outcome.reason}" if outcome.reason else ""
        word = "again later" if outcome.state is DeliveryState.PENDING else outcome.state
        log.log(level, "delivery %d to %s: %s%s", one.id, one.chat.at, word, reason)
