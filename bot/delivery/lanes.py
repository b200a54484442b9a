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
from bot.store.delivery.queue import Lane

log = logging.getLogger("aiwork.delivery")

TAKEOVER_SECONDS = 1.0
"""Between taking a lane over and the first send, so that what its last owner just sent and what
we send do not add up within one of the platform's seconds."""

CRASHED = "the process died while sending"


class Lanes:
    """Takes lanes that have work and no owner, sends, and lets go of them when they are idle."""

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

    async def take_free(self) -> int:
        """Start sending for free lanes that have work; how many were taken. Half of them at a
        time, so that another process finds some; nobody else is there on SQLite."""
        free = [
            lane
            for lane in await self._context.queue.lanes_with_work(self._context.clock())
            if lane.platform in self._senders and lane.id not in self._running
        ]
        share = len(free) if self._context.queue.single_process else (len(free) + 1) // 2
        taken = 0
        for lane in _from_the_middle(free, self._context.queue.locks.session):
            if taken < share and await self._context.queue.locks.take(lane.id):
                self._running[lane.id] = asyncio.create_task(self._serve(lane))
                taken += 1
        return taken

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
            await self._recover(lane)
            worker = await self._run_worker(lane)
            if worker.finished and all(other.settled for other in self._former_of(lane)):
                await self._context.queue.locks.release(lane.id)
        except StoreError as error:
            log.warning("lane %s is let go: %s", lane, error)
            await asyncio.sleep(TAKEOVER_SECONDS)
        except Exception:
            log.exception("lane %s failed: report this", lane)
            await asyncio.sleep(TAKEOVER_SECONDS)
        else:
            if worker.arrivals != self._context.arrivals:  # while it ended
                self._wake()
        finally:
            self._running.pop(lane.id, None)

    def _former_of(self, lane: Lane) -> Iterator[LaneWorker]:
        """Who served the lane before, and let it go in some trouble: what they have under way
        still needs it, or another process takes it for lost."""
        return (other for other in self._former if other.lane.id == lane.id)

    async def _recover(self, lane: Lane) -> None:
        again, left = await self._context.queue.recover(
            lane, list(self._context.busy), CRASHED, once_more=self._context.once_more
        )
        if again or left:
            log.warning(
                "lane %s: %d deliveries were in mid-send when a process died; sending them"
                " once more, %d stay unknown (see `aiwork deliveries --state unknown`)",
                lane, again, left,
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


def _from_the_middle(lanes: Sequence[Lane], session: int) -> list[Lane]:
    """Two processes that look at the same moment begin at different lanes, mostly."""
    start = (id(lanes) // 64 + session) % len(lanes) if lanes else 0
    return [*lanes[start:], *lanes[:start]]
