"""Which lanes this process sends for, and for how long."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.core.errors import StoreError
from bot.core.ports import Sender
from bot.delivery.attempt import Shared
from bot.delivery.lane_worker import Courier
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
        shared: Shared,
        senders: Mapping[str, Sender],
        limits: Mapping[str, Limits],
        wake: Callable[[], object],
    ) -> None:
        """`wake` is called when it is worth to `look` at once."""
        self._shared = shared
        self._senders = senders
        self._limits = limits
        self._wake = wake
        self._running: dict[int, asyncio.Task[None]] = {}
        self._couriers: dict[int, Courier] = {}
        self._leaving: list[Courier] = []
        self._stopping = False

    async def look(self) -> int:
        """Start sending for free lanes that have work; how many were taken. Half of them at a
        time, so that another process finds some; nobody else is there on SQLite."""
        free = [
            lane
            for lane in await self._shared.desk.lanes(self._shared.clock())
            if lane.platform in self._senders and lane.id not in self._running
        ]
        share = len(free) if self._shared.desk.alone else (len(free) + 1) // 2
        taken = 0
        for lane in _from_the_middle(free, self._shared.desk.keeper.session):
            if taken < share and await self._shared.desk.keeper.take(lane.id):
                self._running[lane.id] = asyncio.create_task(self._serve(lane))
                taken += 1
        return taken

    def news(self) -> None:
        """More digests were enqueued: lanes that are served read them now, others are looked for.
        Without it they would wait until somebody looks, a second later."""
        self._shared.news += 1
        for courier in self._couriers.values():
            courier.look_again()
        self._wake()

    async def settle(self) -> None:
        """Wait until every lane is served."""
        while self._running:
            await asyncio.wait(list(self._running.values()))

    async def stop(self, seconds: float) -> None:
        """Take nothing more, and let what is under way finish within some seconds. Nothing is cut
        off in the middle of a statement: the session would go with it, and the lanes."""
        self._stopping = True
        couriers = [*self._couriers.values(), *self._leaving]
        for courier in couriers:
            courier.stop()
        await asyncio.gather(*(courier.drain(seconds) for courier in couriers))
        late = list(self._running.values())
        if late:
            await asyncio.wait(late, timeout=2 * TAKEOVER_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def lost(self) -> None:
        """The database session is gone and all lanes with it: couriers stop by themselves, what
        is under way goes on."""
        for courier in self._couriers.values():
            courier.stop()

    async def _serve(self, lane: Lane) -> None:
        try:
            await self._recover(lane)
            courier = await self._send(lane)
            if courier.finished and all(other.settled for other in self._before(courier)):
                await self._shared.desk.keeper.release(lane.id)
        except StoreError as error:
            log.warning("lane %s:%s is let go: %s", lane.platform, lane.workspace, error)
            await asyncio.sleep(TAKEOVER_SECONDS)
        except Exception:
            log.exception("lane %s:%s failed: report this", lane.platform, lane.workspace)
            await asyncio.sleep(TAKEOVER_SECONDS)
        else:
            if courier.heard != self._shared.news:  # while it ended
                self._wake()
        finally:
            self._running.pop(lane.id, None)

    def _before(self, courier: Courier) -> Iterator[Courier]:
        """Who served the lane before, and let it go in some trouble: what they have under way
        still needs it, or another process takes it for lost."""
        return (other for other in self._leaving if other.lane.id == courier.lane.id)

    async def _recover(self, lane: Lane) -> None:
        again, left = await self._shared.desk.recover(
            lane, list(self._shared.busy), CRASHED, once_more=self._shared.once_more
        )
        if again or left:
            log.warning(
                "lane %s:%s: %d deliveries were in mid-send when a process died; sending them"
                " once more, %d stay unknown (see `aiwork deliveries --state unknown`)",
                lane.platform, lane.workspace, again, left,
            )  # fmt: skip

    async def _send(self, lane: Lane) -> Courier:
        limits = self._limits.get(lane.platform, UNLIMITED)
        courier = Courier(self._shared, lane, self._senders[lane.platform], limits)
        self._couriers[lane.id] = courier
        if self._stopping:
            courier.stop()
        self._leaving = [other for other in self._leaving if not other.settled]
        try:
            if limits.per_second and not self._shared.desk.alone and not self._stopping:
                await asyncio.sleep(TAKEOVER_SECONDS)
            await courier.run()
            return courier
        finally:
            del self._couriers[lane.id]
            self._leaving.append(courier)


def _from_the_middle(lanes: Sequence[Lane], session: int) -> list[Lane]:
    """Two processes that look at the same moment begin at different lanes, mostly."""
    start = (id(lanes) // 64 + session) % len(lanes) if lanes else 0
    return [*lanes[start:], *lanes[:start]]
