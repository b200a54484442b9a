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
from bot.delivery.attempt import Figures, Shared, Uncounted
from bot.delivery.lanes import Lanes
from bot.delivery.outcome_writer import Scribe
from bot.delivery.rate_limit import LONGEST_PAUSE, SLACK, TELEGRAM, UNLIMITED, Limits
from bot.store.database.clock import Clock
from bot.store.delivery.queue import Desk
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

SWEEP_SECONDS = 60.0

DRAIN_SECONDS = 10.0
"""How long a stop waits for what is under way."""

FLUSH_SECONDS = 5.0
"""How long it then waits for the outcomes to be written."""


class Outbox:
    """`run()` until cancelled; it stops by letting what is under way finish. One per process.

    `senders` are the platforms that this process can reach; lanes of others are left alone.
    `once_more` sends what is in doubt a second time (AIWORK_UNKNOWN_OUTCOME), and never a third.
    `counts` adds up what became of deliveries here, by platform and state; `turned` is the loop's
    time when the due loop last came round, for a health check.
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
        figures: Figures | None = None,
    ) -> None:
        self._store = store
        self._clock = clock or store.now
        self._desk = Desk(store.database, self._clock, network_ok=network_ok)
        self._scribe = Scribe(self._desk)
        self._shared = Shared(
            self._desk,
            self._scribe,
            compose,
            self._clock,
            once_more,
            figures=figures or Uncounted(),
        )
        self._wake = asyncio.Event()
        self._lanes = Lanes(self._shared, senders, limits, self._wake.set)
        self._nap = asyncio.Event()
        self._turns: set[asyncio.Future[None]] = set()
        self._opened = False
        self._next_due: datetime | None = None
        self._latest = datetime.min.replace(tzinfo=UTC)
        self.turned = 0.0

    @property
    def counts(self) -> Counter[tuple[str, DeliveryState]]:
        return self._shared.counts

    def wake(self) -> None:
        """A schedule was set in this process: look at once."""
        self._nap.set()

    async def open(self) -> None:
        """Become one who may deliver; `run` does so unless it was done before. Raises StoreError
        when another process runs on the same SQLite database, or no server answers."""
        if not self._opened:
            await self._desk.keeper.open()
            self._opened = True
            self.turned = asyncio.get_running_loop().time()

    async def run(self) -> None:
        """Raises StoreError at once when another process runs on the same SQLite database, or
        when PostgreSQL does not answer; later troubles are waited out."""
        await self.open()
        scribe = asyncio.create_task(self._scribe.run())
        try:
            await self._store.schedules.follow_time_zones()
            await self._stay_due()
            async with asyncio.TaskGroup() as group:
                for turn, pause in (
                    (self._due, self._until_due),
                    (self._whole(self._look), self._until_look),
                    (self._whole(self._keep), _seconds(0.5)),
                    (self._sweep, _seconds(SWEEP_SECONDS)),
                ):
                    group.create_task(self._repeat(turn, pause))
        finally:
            await self._stop(scribe)

    async def step(self) -> None:
        """All that is due or ready at this moment of the clock, once: for tests and simulations.
        Needs `start` before and `finish` after."""
        await self._follow_clock()
        while (await self._store.schedules.enqueue(self._clock())).full:
            pass
        while await self._lanes.look():
            await self._lanes.settle()
            await self._scribe.flush()

    async def start(self) -> None:
        await self._desk.keeper.open()
        self._steps = asyncio.create_task(self._scribe.run())

    async def finish(self) -> None:
        await self._stop(self._steps)

    async def _repeat(
        self, turn: Callable[[], Awaitable[object]], pause: Callable[[], Awaitable[object]]
    ) -> None:
        failing = False
        while True:
            try:
                await turn()
                if failing:
                    log.info("the database answers again")
                failing = False
                await pause()
            except StoreError as error:
                if not failing:
                    log.error("deliveries wait: %s", error)
                failing = True
                await asyncio.sleep(1)

    def _whole(self, turn: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """A turn that a stop does not cut off: with a statement of its session, PostgreSQL would
        end the session and free the lanes, while messages are under way."""

        async def whole() -> None:
            task = asyncio.ensure_future(turn())
            self._turns.add(task)
            task.add_done_callback(self._turns.discard)
            await asyncio.shield(task)

        return whole

    async def _due(self) -> None:
        """Most of the time nothing is due, and one SELECT tells when something will be."""
        self._next_due = await self._store.schedules.next_due()
        while self._next_due is not None and self._next_due <= self._clock():
            due = await self._store.schedules.enqueue(self._clock())
            if not due.enqueued and not due.skipped:
                break  # another process is about to commit them
            log.info("%d digests are due, %d are too late", due.enqueued, due.skipped)
            self._lanes.news()
            if not due.full:
                self._next_due = await self._store.schedules.next_due()
        self.turned = asyncio.get_running_loop().time()

    async def _until_due(self) -> None:
        """Until the next slot, a call of `wake`, or some seconds."""
        wait = LONGEST_SLEEP
        if self._next_due is not None:
            ahead = (self._next_due - self._clock()) / timedelta(seconds=1)
            wait = min(wait, ahead if ahead > 0 else LOOK_SECONDS)
        await _at_most(wait, self._nap)

    async def _look(self) -> None:
        await self._follow_clock()
        if self._desk.keeper.sound():
            await self._lanes.look()

    async def _follow_clock(self) -> None:
        """What was due when somebody set the clock back is due still, not an hour later again."""
        now = self._clock()
        if now + SET_BACK < self._latest:
            back = (self._latest - now).total_seconds()
            log.warning("the clock was set back by %.0f s", back)
            await self._stay_due()
        self._latest = now

    async def _stay_due(self) -> None:
        pause = timedelta(seconds=LONGEST_PAUSE)
        waiting = await self._desk.stay_due(self._clock(), pause)
        if waiting:
            log.warning("%d digests that were due by an earlier clock go on", waiting)
            self._lanes.news()

    async def _until_look(self) -> None:
        await _at_most(LOOK_SECONDS, self._wake)

    async def _keep(self) -> None:
        """The heartbeat. A lost session is replaced when nobody acts on the old one any more."""
        keeper = self._desk.keeper
        if not keeper.sound():
            self._lanes.lost()
            await keeper.open()
            log.warning("connected to the database anew; taking lanes again")
        await keeper.beat()

    async def _sweep(self) -> None:
        expired = await self._desk.expire(self._clock())
        if expired:
            log.warning("%d digests expired that nobody here could send", expired)

    async def _stop(self, scribe: asyncio.Task[None]) -> None:
        await asyncio.gather(*self._turns, return_exceptions=True)
        beats = asyncio.create_task(self._repeat(self._desk.keeper.beat, _seconds(0.5)))
        await self._lanes.stop(DRAIN_SECONDS)
        with suppress(TimeoutError):
            async with asyncio.timeout(FLUSH_SECONDS):
                await self._scribe.flush()
        for task in (scribe, beats):
            task.cancel()
        await asyncio.gather(scribe, beats, return_exceptions=True)
        await self._desk.keeper.close()


def _seconds(seconds: float) -> Callable[[], Awaitable[object]]:
    return lambda: asyncio.sleep(seconds)


async def _at_most(seconds: float, unless: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await unless.wait()
    unless.clear()
