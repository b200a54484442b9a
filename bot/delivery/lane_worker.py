"""Sends for one lane: claims at the platform's pace, sends, and records what became of it."""

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
from bot.delivery.attempt import DeliveryContext, attempt, log_outcome, prepare_claim
from bot.delivery.in_flight import InFlight
from bot.delivery.outcomes import DeliveryOutcome
from bot.delivery.rate_limit import Limits, RateLimitedQueue
from bot.delivery.reads import PAGE_SIZE
from bot.store.delivery.queue import PreparedDigest
from bot.store.delivery.ready import Lane, PageCursor, ReadyDelivery
from bot.store.delivery.writes import Claim

log = logging.getLogger("aiwork.delivery")

MAX_QUEUED = 20_000
"""Deliveries in memory, about 1 kB each: what waits for the rate of a platform for 13 minutes."""

CLAIM_AHEAD = 64
"""Claimed while all that may be in flight is, so that no send waits for a commit."""

MIN_CLAIM = 48
"""With so many at hand to send, it is not worth a commit to claim one more."""

READ_SECONDS = 1.0
"""Between two reads of what has become ready; a read of nothing takes 1 ms."""


class LaneWorker:
    def __init__(
        self, context: DeliveryContext, lane: Lane, sender: Sender, limits: Limits
    ) -> None:
        self._context = context
        self.lane = lane
        self._sender = sender
        self._waiting: RateLimitedQueue[ReadyDelivery] = RateLimitedQueue(limits)
        self._session = context.queue.locks.session
        self._in_flight = InFlight(limits.in_flight)
        self._max_claimed = limits.in_flight + CLAIM_AHEAD
        self._tasks: set[asyncio.Task[None]] = set()
        self._known: set[int] = set()
        self._cursor: PageCursor | None = None
        self._read_at = -math.inf
        self._exhausted = False
        self._changed = asyncio.Event()
        self._stopped = False
        self._yielding = False
        self._failure: StoreError | None = None
        self._claiming = 0
        self._sending = 0
        self._unwritten = 0
        self.since = _now()
        self.worked = False  # whether there was anything to send
        self.finished = False
        """Whether `run` ended by itself, with nothing left to do."""
        self.arrivals = -1
        """The context's count when this worker last read from the beginning."""

    async def run(self) -> None:
        """Until nothing is ready, under way or unwritten, the lane is lost, or `stop`. Raises
        StoreError when the database fails; what is under way goes on."""
        while not self._stopped and self._owns_lane():
            if self._failure is not None:
                raise self._failure
            if self._may_read:
                await self._read_page()
            self._in_flight.release_slow()
            batch = self._pop_batch()
            if batch:
                self.worked = True
                self._claiming += len(batch)
                self._spawn(self._claim(batch))
            elif self._may_read:
                continue
            elif self.settled and (self._yielding or not self._waiting.queued):
                self.finished = True
                return
            else:
                await self._wait()

    def stop(self) -> None:
        """Take nothing more; what is under way goes on."""
        self._stopped = True
        self._changed.set()

    def give_way(self) -> None:
        """Take nothing more, and end as if there were nothing more when what is under way is
        written: other lanes wait. A lane that was too fast for its platform stays, or it would
        forget that it was."""
        if not self._waiting.slowed:
            self._yielding = True
            self._changed.set()

    def wake(self) -> None:
        """More was enqueued, perhaps for this lane."""
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

    def _owns_lane(self) -> bool:
        locks = self._context.queue.locks
        return locks.session == self._session and locks.healthy()

    @property
    def _may_read(self) -> bool:
        """Whether there may be more than is at hand, and capacity for it. Rooms are counted, so
        that one with a thousand threads does not stand before the others."""
        if (
            self._yielding
            or self._waiting.rooms > PAGE_SIZE // 2
            or self._waiting.queued > MAX_QUEUED
        ):
            return False
        enqueued = self.arrivals != self._context.arrivals
        return enqueued or _now() - self._read_at >= READ_SECONDS or not self._exhausted

    async def _read_page(self) -> None:
        """Another page of deliveries, from the beginning again after the end was reached."""
        if self._cursor is None:
            self.arrivals = self._context.arrivals
        # What is under way now may be read as ready still, and be over when the answer is here.
        under_way = self._known | self._context.busy
        page = await self._context.reads.page(self.lane, self._cursor)
        self._cursor = page.next
        self._exhausted = page.next is None
        self._read_at = _now()
        for delivery in page.deliveries:
            if delivery.id not in under_way:
                self._known.add(delivery.id)
                group = delivery.chat.kind is not RoomKind.DM
                self._waiting.add(_room(delivery), delivery, self._read_at, group=group)

    def _pop_batch(self) -> list[ReadyDelivery]:
        batch: list[ReadyDelivery] = []
        if self._capacity >= MIN_CLAIM and not self._yielding:
            while len(batch) < self._capacity:
                found = self._waiting.pop(_now())
                if found is None:
                    break
                batch.append(found[1])
        return batch

    @property
    def _capacity(self) -> int:
        """How many more may be claimed."""
        return self._max_claimed - self._claiming - (self._sending - self._in_flight.slow)

    async def _wait(self) -> None:
        """Until something may go, something has finished, or it is time to read again."""
        wait = READ_SECONDS
        soon = self._waiting.wait(_now())
        if soon is not None and self._capacity >= MIN_CLAIM and not self._yielding:
            wait = min(wait, soon)
        if self._in_flight.full:
            wait = min(wait, self._in_flight.slow_after)
        self._changed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._changed.wait()

    async def _claim(self, batch: Sequence[ReadyDelivery]) -> None:
        try:
            digests = await self._context.reads.digests(batch)
            claims = [
                prepare_claim(self._context, delivery, digest)
                for delivery, digest in zip(batch, digests, strict=True)
            ]
            claimed = await self._commit([one for one in claims if isinstance(one, Claim)])
        except StoreError as error:
            self._failure = error
            for delivery in batch:
                self._finish(delivery)
            return
        finally:
            self._claiming -= len(batch)
        for delivery, digest, claim in zip(batch, digests, claims, strict=True):
            if isinstance(claim, DeliveryOutcome):
                self._record(delivery, claim)
                self._finish(delivery)
            elif delivery.id in claimed:
                self._start(delivery, digest, claim.items or digest.items)
            else:  # cancelled, or its chat was forgotten, in the meantime
                self._context.busy.discard(delivery.id)
                self._finish(delivery)

    async def _commit(self, claims: Sequence[Claim]) -> set[int]:
        ids = [claim.id for claim in claims]
        self._context.busy.update(ids)
        released = partial(self._context.busy.difference_update, ids)
        return await self._context.writer.claim(claims, self._session, released)

    def _start(self, delivery: ReadyDelivery, digest: PreparedDigest, items: Sequence[str]) -> None:
        self._sending += 1
        with tracing(delivery=delivery.id):  # the task inherits it
            self._spawn(self._send(delivery, digest, items))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._changed.set()

    async def _send(
        self, delivery: ReadyDelivery, digest: PreparedDigest, items: Sequence[str]
    ) -> None:
        outcome, error = None, None
        with suppress(asyncio.CancelledError):  # at the end of `drain`, before its turn came
            await self._in_flight.acquire(delivery.id)
            if self._owns_lane() and not self._stopped:
                outcome, error = await attempt(self._context, self._sender, delivery, digest, items)
            answered = outcome is not None and not isinstance(error, Unknown)
            self._in_flight.release(delivery.id, answered=answered)
        self._sending -= 1
        if isinstance(error, RetryLater):
            self._slow_down(delivery, error)
        elif error is None:
            self._waiting.accepted(_now())
        self._record(delivery, outcome or outcomes.untried(delivery))
        self._finish(delivery)

    def _slow_down(self, delivery: ReadyDelivery, error: RetryLater) -> None:
        for other in self._waiting.drop(_room(delivery)):
            self._known.discard(other.id)
        if error.after is None:
            return
        self._context.metrics.rate_limited(self.lane.platform)
        if delivery.attempts:
            return  # a room that is refused again says nothing about the others
        pause = self._waiting.refused(_room(delivery), _now(), error.after)
        if pause is not None:
            log.warning("%s: too fast for the platform; pausing %.0f s", self.lane, pause)
            self._spawn(self._store_pause(pause))

    async def _store_pause(self, seconds: float) -> None:
        """So that a restart obeys it too."""
        until = self._context.clock() + timedelta(seconds=seconds)
        try:
            await self._context.queue.pause_lane(self.lane, until)
        except StoreError as error:
            log.warning("%s: the pause is not stored: %s", self.lane, error)

    def _record(self, delivery: ReadyDelivery, outcome: DeliveryOutcome) -> None:
        platform = self.lane.platform
        self._context.counts[platform, outcome.state] += 1
        late = (self._context.clock() - delivery.slot.due).total_seconds()
        self._context.metrics.delivered(platform, outcome.state, late)
        log_outcome(delivery, outcome)
        self._context.busy.add(delivery.id)
        self._unwritten += 1
        self._context.writer.record(outcome.operations, partial(self._recorded, delivery.id))

    def _recorded(self, delivery_id: int, written: bool) -> None:
        if written:  # else it stays busy: left alone until the next start, when it is in doubt
            self._context.busy.discard(delivery_id)
        self._unwritten -= 1
        self._changed.set()

    def _finish(self, delivery: ReadyDelivery) -> None:
        self._known.discard(delivery.id)
        self._waiting.free(_room(delivery), _now())


def _room(delivery: ReadyDelivery) -> str:
    """What the platform's limits count by: a forum's threads are one room."""
    return delivery.chat.at.room


def _now() -> float:
    return asyncio.get_running_loop().time()
