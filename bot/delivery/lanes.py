"""Which lanes this process sends for, and for how long."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.core.errors import StoreError
from bot.core.ports import Sender
from bot.delivery.attempt import DeliveryContext
from bot.delivery.lane_worker import LaneWorker
from bot.delivery.rate_limit import UNLIMITED, Limits
from bot.delivery.reads import Shared
from bot.store.delivery.ready import Lane

log = logging.getLogger("aiwork.delivery")

TAKEOVER_SECONDS = 1.0
"""Between taking a lane over and the first send, so that what its last owner just sent and what
we send do not add up within one of the platform's seconds."""

CRASHED = "the process died while sending"

MAX_LANES = 512
"""Lanes served at a time. A process sends some 2,000 messages a second, and Slack takes five a
second of a workspace: 400 lanes keep it busy. Each holds one lock, of some 14,000 that PostgreSQL
has room for by default, and up to 400 kB."""

TURN_SECONDS = 5.0
"""How long a lane is served at least, when others wait: large ones take turns then, so that a
workspace with one digest does not wait behind those with thousands."""


class Lanes:
    """Takes lanes that have work and no owner, as many as can be served at a time, and lets go of
    them when they are idle, or when others have waited long enough."""

    def __init__(
        self,
        context: DeliveryContext,
        senders: Mapping[str, Sender],
        limits: Mapping[str, Limits],
        wake: Callable[[], object],
    ) -> None:
        """`wake` is called when it is worth to `take_free` at once."""
        self._context = context
        self._senders = senders
        self._limits = limits
        self._wake = wake
        self._running: dict[int, asyncio.Task[None]] = {}
        self._workers: dict[int, LaneWorker] = {}
        self._former: list[LaneWorker] = []
        self._stopping = False
        self._looked_at = 0
        """Looks go around by the lanes' ids: here the last one ended."""
        self._wake_at = -1
        """With so few lanes left it is worth to look for those that wait; -1 when none do."""
        self._releasing = Shared(self._release_all, lambda _: 1, MAX_LANES)

    async def take_free(self) -> int:
        """Start sending for free lanes that have work; how many were taken. Half of them at a
        time, so that another process finds some; nobody else is there on SQLite."""
        places = MAX_LANES - len(self._running)
        free = await self._look(2 * MAX_LANES)
        share = len(free) if self._context.queue.single_process else (len(free) + 1) // 2
        taken = await self._take(free, min(share, places))
        self._wake_at = len(self._running) // 2 if len(taken) < len(free) else -1
        if len(free) > places:
            await self._make_way(free)
        return len(taken)

    async def _look(self, limit: int) -> list[Lane]:
        """Lanes with work that are not served here, beginning after those of the last look."""
        platforms, now = list(self._senders), self._context.clock()
        found: dict[int, Lane] = {}
        for after in dict.fromkeys((self._looked_at, 0)):
            if len(found) < limit:
                lanes = await self._context.queue.lanes_with_work(platforms, now, after, limit)
                found |= {lane.id: lane for lane in lanes}
        return [lane for lane in found.values() if lane.id not in self._running]

    async def _take(self, free: Sequence[Lane], share: int) -> list[Lane]:
        """As many as `share`; those that another process holds are passed over."""
        taken: list[Lane] = []
        start = 0
        while start < len(free) and (missing := share - len(taken)) > 0:
            some = free[start : start + missing]
            start += missing
            ours = await self._context.queue.locks.take(*(lane.id for lane in some))
            taken += [lane for lane in some if lane.id in ours]
            self._looked_at = some[-1].id
        if taken:
            await self._recover(taken)
        for lane in taken:
            self._running[lane.id] = asyncio.create_task(self._serve(lane))
        return taken

    async def _make_way(self, free: Sequence[Lane]) -> None:
        """Those served longest give way, when they had their turn; as many as wait."""
        before = asyncio.get_running_loop().time() - TURN_SECONDS
        served = [worker for worker in self._workers.values() if worker.since <= before]
        if served:
            waiting = {lane.id for lane in free} - self._running.keys()
            waiting -= set(await self._context.queue.locks.held_elsewhere(list(waiting)))
            for worker in served[: len(waiting)]:
                worker.give_way()

    def notify_enqueued(self) -> None:
        """More digests were enqueued: lanes that are served read them now, others are looked for.
        Without it they would wait until somebody looks, a second later."""
        self._context.arrivals += 1
        for worker in self._workers.values():
            worker.wake()
        self._wake()

    async def wait_until_served(self) -> None:
        """Wait until no lane is being served any more."""
        while self._running:
            await asyncio.wait(list(self._running.values()))

    async def stop(self, seconds: float) -> None:
        """Take nothing more, and let what is under way finish within some seconds. Nothing is cut
        off in the middle of a statement: the session would go with it, and the lanes."""
        self._stopping = True
        workers = [*self._workers.values(), *self._former]
        for worker in workers:
            worker.stop()
        await asyncio.gather(*(worker.drain(seconds) for worker in workers))
        late = list(self._running.values())
        if late:
            await asyncio.wait(late, timeout=2 * TAKEOVER_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def abandon(self) -> None:
        """The database session is gone and all lanes with it: take nothing more for them. What is
        under way goes on."""
        for worker in self._workers.values():
            worker.stop()

    async def _serve(self, lane: Lane) -> None:
        try:
            worker = await self._run_worker(lane)
            if worker.finished and all(other.settled for other in self._former_of(lane)):
                await self._releasing.ask(lane)
        except StoreError as error:
            log.warning("lane %s is let go: %s", lane, error)
            await asyncio.sleep(TAKEOVER_SECONDS)
        except Exception:
            log.exception("lane %s failed: report this", lane)
            await asyncio.sleep(TAKEOVER_SECONDS)
        else:
            place = worker.worked and len(self._running) <= self._wake_at + 1
            if place or worker.arrivals != self._context.arrivals:  # while it ended
                self._wake()
        finally:
            self._running.pop(lane.id, None)

    async def _release_all(self, lanes: Sequence[Lane]) -> Sequence[None]:
        await self._context.queue.locks.release(*(lane.id for lane in lanes))
        return [None] * len(lanes)

    def _former_of(self, lane: Lane) -> Iterator[LaneWorker]:
        """Who served the lane before, and let it go in some trouble: what they have under way
        still needs it, or another process takes it for lost."""
        return (other for other in self._former if other.lane.id == lane.id)

    async def _recover(self, lanes: Sequence[Lane]) -> None:
        """What is under way here was claimed before the look, or is known by its end."""
        before = set(self._context.busy)
        stranded = await self._context.queue.stranded(lanes)
        lost = [one for one in stranded if one not in before | self._context.busy]
        again, left = await self._context.queue.recover(
            lost, CRASHED, once_more=self._context.once_more
        )
        if again or left:
            log.warning(
                "%s: %d deliveries were in mid-send when a process died; sending them"
                " once more, %d stay unknown (see `aiwork deliveries --state unknown`)",
                f"lane {lanes[0]}" if len(lanes) == 1 else f"{len(lanes)} lanes", again, left,
            )  # fmt: skip

    async def _run_worker(self, lane: Lane) -> LaneWorker:
        limits = self._limits.get(lane.platform, UNLIMITED)
        worker = LaneWorker(self._context, lane, self._senders[lane.platform], limits)
        self._workers[lane.id] = worker
        if self._stopping:
            worker.stop()
        self._former = [other for other in self._former if not other.settled]
        try:
            if limits.per_second and not self._context.queue.single_process and not self._stopping:
                await asyncio.sleep(TAKEOVER_SECONDS)
            await worker.run()
            return worker
        finally:
            del self._workers[lane.id]
            self._former.append(worker)
