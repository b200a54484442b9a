"""Sends for one lane: claims at the platform's pace, sends, and notes what became of it."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from bot.core.command import RoomKind
from bot.core.errors import RetryLater, StoreError, Unknown
from bot.core.ports import Sender
from bot.core.trace import tracing
from bot.delivery import outcomes
from bot.delivery.attempt import Shared, attempt, choose, tell
from bot.delivery.in_flight import Places
from bot.delivery.outcomes import Outcome
from bot.delivery.rate_limit import Limits, Pace
from bot.store.delivery.queue import Lane, Place, Prepared, Waiting
from bot.store.delivery.writes import Claim

log = logging.getLogger("aiwork.delivery")

PAGE = 250
"""Deliveries read at once: 4 ms in which nothing else runs here."""

MOST_HELD = 20_000

AHEAD = 64
"""Claimed while all places in flight are taken, so that none stands empty during a commit."""

FEW = 48
"""With so many at hand to send, it is not worth a commit to claim one more."""

LOOK_SECONDS = 1.0
"""Between two looks for what has become ready."""


class Courier:
    def __init__(self, shared: Shared, lane: Lane, sender: Sender, limits: Limits) -> None:
        self._shared = shared
        self.lane = lane
        self._sender = sender
        self._pace: Pace[Waiting] = Pace(limits)
        self._session = shared.desk.keeper.session
        self._in_flight = Places(limits.in_flight)
        self._most = limits.in_flight + AHEAD
        self._tasks: set[asyncio.Task[None]] = set()
        self._known: set[int] = set()
        self._after: Place | None = None
        self._looked = -math.inf
        self._exhausted = False
        self._changed = asyncio.Event()
        self._stopped = False
        self._failure: StoreError | None = None
        self._claiming = 0
        self._sending = 0
        self._unwritten = 0
        self.finished = False
        """Whether `run` ended by itself, with nothing left to do."""
        self.heard = -1
        """The news that this courier knew when it last read from the beginning."""

    async def run(self) -> None:
        """Until nothing is ready, under way or unwritten, the lane is lost, or `stop`. Raises
        StoreError when the database fails; what is under way goes on."""
        while not self._stopped and self._ours():
            if self._failure is not None:
                raise self._failure
            if self._may_read:
                await self._read()
            self._in_flight.pass_on()
            batch = self._pop()
            if batch:
                self._claiming += len(batch)
                self._spawn(self._claim(batch))
            elif self._may_read:
                continue
            elif self.settled and not self._pace.queued:
                self.finished = True
                return
            else:
                await self._wait()

    def stop(self) -> None:
        """Take nothing more; what is under way goes on."""
        self._stopped = True
        self._changed.set()

    def look_again(self) -> None:
        """There are news: more was enqueued, perhaps for this lane."""
        self._changed.set()

    @property
    def settled(self) -> bool:
        """Whether nothing is under way, and every outcome is written."""
        return not self._tasks and not self._unwritten

    async def drain(self, seconds: float) -> None:
        """Let what is under way finish; what does not in time is in doubt."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._tasks:
                    await asyncio.wait(self._tasks)
        late = list(self._tasks)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _ours(self) -> bool:
        keeper = self._shared.desk.keeper
        return keeper.session == self._session and keeper.sound()

    @property
    def _may_read(self) -> bool:
        """Whether there may be more than is at hand, and room for it. Rooms are counted, so that
        one with a thousand threads does not stand before the others."""
        if self._pace.rooms > PAGE // 2 or self._pace.queued > MOST_HELD:
            return False
        news = self.heard != self._shared.news or self._mono() - self._looked >= LOOK_SECONDS
        return news or not self._exhausted

    async def _read(self) -> None:
        """Another page of deliveries, from the beginning again after the end was reached."""
        if self._after is None:
            self.heard = self._shared.news
        # What is under way now may be read as waiting still, and be over when the answer is here.
        under_way = self._known | self._shared.busy
        page = await self._shared.desk.ready(self.lane, self._shared.clock(), self._after, PAGE)
        self._exhausted = len(page) < PAGE
        self._after = None if self._exhausted else (page[-1].not_before, page[-1].id)
        self._looked = self._mono()
        for one in page:
            if one.id not in under_way:
                self._known.add(one.id)
                group = one.chat.kind is not RoomKind.DM
                self._pace.add(_room(one), one, self._looked, group=group)

    def _pop(self) -> list[Waiting]:
        batch: list[Waiting] = []
        if self._places >= FEW:
            while len(batch) < self._places:
                found = self._pace.pop(self._mono())
                if found is None:
                    break
                batch.append(found[1])
        return batch

    @property
    def _places(self) -> int:
        """How many more may be claimed."""
        return self._most - self._claiming - (self._sending - self._in_flight.passed_on)

    async def _wait(self) -> None:
        """Until something may go, something has finished, or it is time to look again."""
        wait = LOOK_SECONDS
        soon = self._pace.wait(self._mono())
        if soon is not None and self._places >= FEW:
            wait = min(wait, soon)
        if self._in_flight.full:
            wait = min(wait, self._in_flight.patience)
        self._changed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._changed.wait()

    async def _claim(self, batch: Sequence[Waiting]) -> None:
        try:
            prepared = await self._shared.desk.prepare(batch)
            found = [
                choose(self._shared, one, what) for one, what in zip(batch, prepared, strict=True)
            ]
            claimed = await self._commit([one for one in found if isinstance(one, Claim)])
        except StoreError as error:
            self._failure = error
            for one in batch:
                self._finished(one)
            return
        finally:
            self._claiming -= len(batch)
        for one, what, chosen in zip(batch, prepared, found, strict=True):
            if isinstance(chosen, Outcome):
                self._note(one, chosen)
                self._finished(one)
            elif one.id in claimed:
                self._start(one, what, chosen.items or what.items)
            else:  # cancelled, or its chat was forgotten, in the meantime
                self._shared.busy.discard(one.id)
                self._finished(one)

    async def _commit(self, claims: Sequence[Claim]) -> set[int]:
        ids = [claim.id for claim in claims]
        self._shared.busy.update(ids)
        released = partial(self._shared.busy.difference_update, ids)
        return await self._shared.scribe.claim(claims, self._session, released)

    def _start(self, one: Waiting, what: Prepared, items: Sequence[str]) -> None:
        self._sending += 1
        with tracing(delivery=one.id):  # the task inherits it
            self._spawn(self._send(one, what, items))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._changed.set()

    async def _send(self, one: Waiting, what: Prepared, items: Sequence[str]) -> None:
        outcome, error = None, None
        with suppress(asyncio.CancelledError):  # at the end of `drain`, still without a place
            await self._in_flight.take(one.id)
            if self._ours() and not self._stopped:
                outcome, error = await attempt(self._shared, self._sender, one, what, items)
            answered = outcome is not None and not isinstance(error, Unknown)
            self._in_flight.give_back(one.id, answered=answered)
        self._sending -= 1
        if isinstance(error, RetryLater):
            self._slow_down(one, error)
        elif error is None:
            self._pace.accepted(self._mono())
        self._note(one, outcome or outcomes.untried(one))
        self._finished(one)

    def _slow_down(self, one: Waiting, error: RetryLater) -> None:
        for other in self._pace.drop(_room(one)):
            self._known.discard(other.id)
        if error.after is None:
            return
        self._shared.figures.rate_limited(self.lane.platform)
        if one.attempts:
            return  # a room that is refused again says nothing about the others
        pause = self._pace.refused(_room(one), self._mono(), error.after)
        if pause is not None:
            log.warning("%s: too fast for the platform; pausing %.0f s", _name(self.lane), pause)
            self._spawn(self._pause(pause))

    async def _pause(self, seconds: float) -> None:
        """Stored, so that a restart obeys it too."""
        until = self._shared.clock() + timedelta(seconds=seconds)
        try:
            await self._shared.desk.pause_lane(self.lane, until)
        except StoreError as error:
            log.warning("%s: the pause is not stored: %s", _name(self.lane), error)

    def _note(self, one: Waiting, outcome: Outcome) -> None:
        platform = self.lane.platform
        self._shared.counts[platform, outcome.state] += 1
        late = (self._shared.clock() - one.slot.due).total_seconds()
        self._shared.figures.delivered(platform, outcome.state, late)
        tell(one, outcome)
        self._shared.busy.add(one.id)
        self._unwritten += 1
        self._shared.scribe.note(outcome.ops, partial(self._noted, one))

    def _noted(self, one: Waiting, written: bool) -> None:
        if written:  # else it stays busy: left alone until the next start, when it is in doubt
            self._shared.busy.discard(one.id)
        self._unwritten -= 1
        self._changed.set()

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
