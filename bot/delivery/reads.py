"""What lanes read, many at a time: whoever asks while a read is under way shares the next one.
Thousands of lanes with one digest each cost as much as one with thousands, then."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.store.database.clock import Clock
from bot.store.delivery.queue import DeliveryQueue, PreparedDigest
from bot.store.delivery.ready import Lane, PageCursor, ReadyDelivery

A = TypeVar("A")
B = TypeVar("B")

PAGE_SIZE = 250
"""Deliveries read at once: 4 ms in which nothing else runs here."""

SMALL_PAGE = 4
"""Deliveries of each lane, at least, when many lanes read at once: one more than most workspaces
that are small have, so that a second read is seldom needed."""

ENOUGH = 32
"""Deliveries that are worth a read of their own, beside others: a large lane waits for no other."""

LANES = 64
"""Lanes that read at once: they go on together, 0.2 ms each, in which nothing else runs here."""

DIGESTS = 128
"""Deliveries prepared at once: as many as one lane claims. What each chat has seen comes with
it."""


@dataclass(frozen=True, slots=True)
class Page:
    """Deliveries that may be sent now; `next` is `None` when no more of the lane may."""

    deliveries: Sequence[ReadyDelivery]
    next: PageCursor | None


class SharedReads:
    def __init__(self, queue: DeliveryQueue, clock: Clock) -> None:
        self._queue = queue
        self._clock = clock
        self._pages = Shared(self._read_pages, lambda _: 1, LANES)
        self._digests = Shared(self._prepare, len, DIGESTS)

    async def page(self, of: Lane, after: PageCursor | None) -> Page:
        """The first pages of many lanes are read at once; further ones, which only large lanes
        have, by themselves. Raises StoreError when the database fails."""
        if after is None:
            return await self._pages.ask(of)
        return await self._read_page(of, after)

    async def digests(self, batch: Sequence[ReadyDelivery]) -> Sequence[PreparedDigest]:
        """What some deliveries need to be said. Raises StoreError when the database fails."""
        if len(batch) >= ENOUGH:
            return await self._queue.prepare(batch)
        return await self._digests.ask(batch)

    async def _read_page(self, of: Lane, after: PageCursor | None) -> Page:
        page = await self._queue.read_ready(of, self._clock(), after, PAGE_SIZE)
        return _page(page, PAGE_SIZE)

    async def _read_pages(self, asked: Sequence[Lane]) -> list[Page]:
        lanes = {lane.id: lane for lane in asked}
        if len(lanes) == 1:
            return [await self._read_page(lane, None) for lane in asked]
        limit = max(SMALL_PAGE, PAGE_SIZE // len(lanes))
        found = await self._queue.read_ready_of_many(list(lanes.values()), self._clock(), limit)
        return [_page(found[lane.id], limit) for lane in asked]

    async def _prepare(
        self, asked: Sequence[Sequence[ReadyDelivery]]
    ) -> list[Sequence[PreparedDigest]]:
        prepared = iter(await self._queue.prepare([one for batch in asked for one in batch]))
        return [[next(prepared) for _ in batch] for batch in asked]


def _page(found: Sequence[ReadyDelivery], limit: int) -> Page:
    last = found[-1] if len(found) == limit else None
    return Page(found, (last.not_before, last.id) if last else None)


class Shared(Generic[A, B]):
    """Answers all who asked during the previous answer with the next one, in their order."""

    def __init__(
        self,
        answer: Callable[[Sequence[A]], Awaitable[Sequence[B]]],
        size: Callable[[A], int],
        limit: int,
    ) -> None:
        """`size` says how much one question counts of the `limit` for one answer."""
        self._answer = answer
        self._size = size
        self._limit = limit
        self._waiting: deque[tuple[A, asyncio.Future[B]]] = deque()
        self._task: asyncio.Task[None] | None = None

    async def ask(self, what: A) -> B:
        answered: asyncio.Future[B] = asyncio.get_running_loop().create_future()
        self._waiting.append((what, answered))
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return await answered

    async def _run(self) -> None:
        try:
            while batch := self._take():
                await self._tell(batch)
        finally:
            self._task = None
            for _, answered in self._waiting:  # only when the whole process ends
                answered.cancel()

    def _take(self) -> list[tuple[A, asyncio.Future[B]]]:
        batch: list[tuple[A, asyncio.Future[B]]] = []
        room = self._limit
        while self._waiting and (not batch or self._size(self._waiting[0][0]) <= room):
            batch.append(self._waiting.popleft())
            room -= self._size(batch[-1][0])
        return batch

    async def _tell(self, batch: Sequence[tuple[A, asyncio.Future[B]]]) -> None:
        try:
            answers = await self._answer([what for what, _ in batch])
        except Exception as error:  # noqa: BLE001 - all who asked are told, and raise it
            for _, answered in batch:
                if not answered.done():
                    answered.set_exception(error)
        else:
            for (_, answered), answer in zip(batch, answers, strict=True):
                if not answered.done():  # who asked may have been cancelled
                    answered.set_result(answer)
