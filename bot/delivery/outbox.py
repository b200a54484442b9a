"""Due, pending, sending, sent: the loops that keep the promise of docs/delivery.md."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from bot.core.chats import DeliveryState
from bot.core.errors import StoreError
from bot.core.ports import Compose, Sender
from bot.delivery.attempt import DeliveryContext, DeliveryMetrics, NoMetrics
from bot.delivery.lanes import Lanes
from bot.delivery.outcome_writer import OutcomeWriter
from bot.delivery.rate_limit import LONGEST_PAUSE, SLACK, TELEGRAM, UNLIMITED, Limits
from bot.store.database.clock import Clock
from bot.store.delivery.queue import DeliveryQueue
from bot.store.store import Store

log = logging.getLogger("aiwork.delivery")

LIMITS: Mapping[str, Limits] = {"telegram": TELEGRAM, "slack": SLACK, "console": UNLIMITED}

LONGEST_SLEEP = 5.0
"""The due loop looks at the wall clock at least so often: it may have been moved, and another
process may have set a schedule."""

LOOK_SECONDS = 1.0
"""Between two looks for lanes that have work and no owner: also for other processes, which find
what this one left at its last look."""

SET_BACK = timedelta(seconds=1)
"""A clock that goes back by more was set; by less, it was trimmed, and nobody waits for that."""

EXPIRE_SECONDS = 60.0
"""Between two looks for digests of lanes that nobody serves; they had six hours, so a minute more
is nothing."""

BEAT_SECONDS = 0.5
"""Between two looks whether the locks want a heartbeat, or were lost: soon enough for both."""

DRAIN_SECONDS = 10.0
"""How long a stop waits for what is under way: most platforms answer within one second, and what
is cut off is in doubt."""

FLUSH_SECONDS = 5.0
"""How long it then waits for the outcomes to be written; a commit takes some milliseconds, unless
the database is away."""

RETRY_SECONDS = 1.0
"""Before a round that the database failed is tried again."""


class Outbox:
    """`run()` until cancelled; it stops by letting what is under way finish. One per process.

    `senders` are the platforms that this process can reach; lanes of others are left alone.
    `once_more` sends what is in doubt a second time (AIWORK_UNKNOWN_OUTCOME), and never a third.
    `counts` adds up what became of deliveries here, by platform and state; `last_round` is the
    loop's time when the due loop last came round, `turned_at` when that of all loops did which
    has not for longest, whatever came of it: for health checks.
    """

    def __init__(
        self,
        store: Store,
        senders: Mapping[str, Sender],
        compose: Compose,
        *,
        clock: Clock | None = None,
        limits: Mapping[str, Limits] = LIMITS,
        once_more: bool = True,
        network_ok: bool = False,
        metrics: DeliveryMetrics | None = None,
    ) -> None:
        self._store = store
        self._clock = clock or store.now
        self._queue = DeliveryQueue(store.database, self._clock, network_ok=network_ok)
        self._writer = OutcomeWriter(self._queue)
        self._context = DeliveryContext(
            self._queue,
            self._writer,
            compose,
            self._clock,
            once_more,
            metrics=metrics or NoMetrics(),
        )
        self._lanes_wake = asyncio.Event()
        self._lanes = Lanes(self._context, senders, limits, self._lanes_wake.set)
        self._rounds: set[asyncio.Future[None]] = set()
        self._opened = False
        self._next_due: datetime | None = None
        self._latest = datetime.min.replace(tzinfo=UTC)
        self.last_round = 0.0
        self._turns: dict[object, float] = {}

    @property
    def turned_at(self) -> float | None:
        """`None` while no loop runs."""
        return min(self._turns.values(), default=None)

    @property
    def writing_since(self) -> float | None:
        """The loop's time when the commit under way began; `None` between two."""
        return self._writer.writing_since

    @property
    def counts(self) -> Counter[tuple[str, DeliveryState]]:
        return self._context.counts

    async def open(self) -> None:
        """Become one who may deliver; `run` does so unless it was done before. Raises StoreError
        when another process runs on the same SQLite database, or no server answers."""
        if not self._opened:
            await self._queue.locks.open()
            self._opened = True
            self.last_round = asyncio.get_running_loop().time()

    async def run(self) -> None:
        """Raises StoreError at once when another process runs on the same SQLite database, or
        when PostgreSQL does not answer; later troubles are waited out."""
        await self.open()
        writing = asyncio.create_task(self._writer.run())
        try:
            await self._store.schedules.follow_calendars()
            await self._keep_due()
            async with asyncio.TaskGroup() as group:
                for round_, pause in (
                    (self._enqueue_due, self._until_due),
                    (self._shielded(self._take_lanes), self._until_look),
                    (self._shielded(self._keep_locks), _sleeping(BEAT_SECONDS)),
                    (self._expire, _sleeping(EXPIRE_SECONDS)),
                ):
                    group.create_task(self._repeat(round_, pause))
        finally:
            await self._stop(writing)

    async def step(self) -> None:
        """All that is due or ready at this moment of the clock, once: for tests and simulations.
        Needs `start` before and `finish` after."""
        await self._follow_clock()
        while (await self._store.schedules.enqueue(self._clock())).full:
            pass
        while await self._lanes.take_free():
            await self._lanes.wait_until_served()
            await self._writer.flush()

    async def start(self) -> None:
        await self._queue.locks.open()
        self._steps = asyncio.create_task(self._writer.run())

    async def finish(self) -> None:
        await self._stop(self._steps)

    async def _repeat(
        self, round_: Callable[[], Awaitable[object]], pause: Callable[[], Awaitable[object]]
    ) -> None:
        failing = False
        while True:
            self._turns[round_] = asyncio.get_running_loop().time()
            try:
                await round_()
                if failing:
                    log.info("the database answers again")
                failing = False
                await pause()
            except StoreError as error:
                if not failing:
                    log.error("deliveries wait: %s", error)
                failing = True
                await asyncio.sleep(RETRY_SECONDS)

    def _shielded(self, round_: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """A round that a stop does not cut off: with a statement of its session, PostgreSQL would
        end the session and free the lanes, while messages are under way."""

        async def shielded() -> None:
            task = asyncio.ensure_future(round_())
            self._rounds.add(task)
            task.add_done_callback(self._rounds.discard)
            await asyncio.shield(task)

        return shielded

    async def _enqueue_due(self) -> None:
        """Most of the time nothing is due, and one SELECT tells when something will be."""
        self._next_due = await self._store.schedules.next_due()
        while self._next_due is not None and self._next_due <= self._clock():
            due = await self._store.schedules.enqueue(self._clock())
            if not due.enqueued and not due.skipped:
                break  # another process is about to commit them
            log.info("%d digests are due, %d are too late", due.enqueued, due.skipped)
            self._turns[self._enqueue_due] = asyncio.get_running_loop().time()
            self._lanes.notify_enqueued()
            if not due.full:
                self._next_due = await self._store.schedules.next_due()
        self.last_round = asyncio.get_running_loop().time()

    async def _until_due(self) -> None:
        """Until the next slot, or for some seconds."""
        wait = LONGEST_SLEEP
        if self._next_due is not None:
            ahead = (self._next_due - self._clock()) / timedelta(seconds=1)
            wait = min(wait, ahead if ahead > 0 else LOOK_SECONDS)
        await asyncio.sleep(wait)

    async def _take_lanes(self) -> None:
        await self._follow_clock()
        if self._queue.locks.healthy():
            await self._lanes.take_free()

    async def _follow_clock(self) -> None:
        """What was due when somebody set the clock back is due still, not an hour later again."""
        now = self._clock()
        if now + SET_BACK < self._latest:
            back = (self._latest - now).total_seconds()
            log.warning("the clock was set back by %.0f s", back)
            await self._keep_due()
        self._latest = now

    async def _keep_due(self) -> None:
        pause = timedelta(seconds=LONGEST_PAUSE)
        kept = await self._queue.keep_due(self._clock(), pause)
        if kept:
            log.warning("%d digests that were due by an earlier clock go on", kept)
            self._lanes.notify_enqueued()

    async def _until_look(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await self._lanes_wake.wait()
        self._lanes_wake.clear()

    async def _keep_locks(self) -> None:
        """The heartbeat. A lost session is replaced when nobody acts on the old one any more."""
        locks = self._queue.locks
        if not locks.healthy():
            self._lanes.abandon()
            await locks.open()
            log.warning("connected to the database anew; taking lanes again")
        await locks.beat()

    async def _expire(self) -> None:
        expired = await self._queue.expire(self._clock())
        if expired:
            log.warning("%d digests expired that nobody here could send", expired)

    async def _stop(self, writing: asyncio.Task[None]) -> None:
        self._turns.clear()
        await asyncio.gather(*self._rounds, return_exceptions=True)
        beats = asyncio.create_task(self._repeat(self._queue.locks.beat, _sleeping(BEAT_SECONDS)))
        await self._lanes.stop(DRAIN_SECONDS)
        with suppress(TimeoutError):
            async with asyncio.timeout(FLUSH_SECONDS):
                await self._writer.flush()
        for task in (writing, beats):
            task.cancel()
        await asyncio.gather(writing, beats, return_exceptions=True)
        await self._queue.locks.close()


def _sleeping(seconds: float) -> Callable[[], Awaitable[object]]:
    return lambda: asyncio.sleep(seconds)
