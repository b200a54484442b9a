"""Writes claims and outcomes down, whatever came together in one commit: one writer takes all that
queued up during the previous commit."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.errors import StoreError
from bot.store.delivery.queue import Desk
from bot.store.delivery.writes import Claim, Op

log = logging.getLogger("aiwork.delivery")

MOST = 500
"""Operations in one commit, so that others who write do not wait long."""

RETRY_SECONDS = 0.5

COMPLAIN_SECONDS = 30.0
"""A disk that is full for an hour is worth a line every half minute, not one per try."""


@dataclass(slots=True)
class _Claims:
    ops: Sequence[Claim]
    session: int
    answer: asyncio.Future[set[int]]
    released: Callable[[], object]


@dataclass(slots=True)
class _Marks:
    ops: Sequence[Op]
    ended: Callable[[bool], object]


class Scribe:
    """Outcomes are kept until they are written, through every trouble of the database; claims
    fail at once, since nothing is lost by not claiming."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._queue: deque[_Claims | _Marks] = deque()
        self._something = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._complained = -math.inf

    async def claim(
        self, claims: Sequence[Claim], session: int, released: Callable[[], object]
    ) -> set[int]:
        """The ids that are ours to send. `session` is the keeper's at the time when the lane was
        taken. Raises StoreError when nothing could be claimed; `released` is called when it is
        sure that no claim stands."""
        if not claims:
            return set()
        answer: asyncio.Future[set[int]] = asyncio.get_running_loop().create_future()
        self._put(_Claims(claims, session, answer, released))
        return await answer

    def note(self, ops: Sequence[Op], ended: Callable[[bool], object]) -> None:
        """Write outcomes down, sooner or later. `ended` is called with True when they are, and
        with False when the database will not have them: their rows stay as they are."""
        self._put(_Marks(ops, ended))

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._something.wait()
            batch = self._take()
            try:
                await self._write(batch)
            except StoreError as error:
                self._take_back(batch, error)
                self._complain(error)
                await asyncio.sleep(RETRY_SECONDS)
            except Exception:
                log.exception("a commit of %d outcomes failed; writing them one by one", len(batch))
                await self._one_by_one(batch)
            if not self._queue:
                self._something.clear()
                self._idle.set()

    async def flush(self) -> None:
        """Wait until everything is written."""
        await self._idle.wait()

    def _put(self, entry: _Claims | _Marks) -> None:
        self._queue.append(entry)
        self._idle.clear()
        self._something.set()

    def _take(self) -> list[_Claims | _Marks]:
        batch: list[_Claims | _Marks] = []
        size = 0
        while self._queue and size < MOST:
            entry = self._queue.popleft()
            if isinstance(entry, _Claims) and entry.session != self._desk.keeper.session:
                _fail(entry, StoreError("the lane has been lost: taking it again"))
                entry.released()
                continue
            batch.append(entry)
            size += len(entry.ops)
        return batch

    async def _write(self, batch: Sequence[_Claims | _Marks]) -> None:
        if batch:
            claimed = await self._desk.write([op for entry in batch for op in entry.ops])
            for entry in batch:
                if isinstance(entry, _Marks):
                    entry.ended(True)
                elif not entry.answer.done():
                    entry.answer.set_result(claimed)
                else:  # nobody waits for it any more, at the end of a stop
                    self._queue.append(_undone(entry))

    def _take_back(self, batch: Sequence[_Claims | _Marks], error: StoreError) -> None:
        """Outcomes are tried again, in their order. A claim may have been committed although we
        were told nothing: it is handed back, for the case that it was."""
        back: list[_Claims | _Marks] = []
        for entry in batch:
            if isinstance(entry, _Claims):
                _fail(entry, error)
                back.append(_undone(entry))
            else:
                back.append(entry)
        self._queue.extendleft(reversed(back))

    async def _one_by_one(self, batch: Sequence[_Claims | _Marks]) -> None:
        """So that one row which the database will not have holds up nothing else."""
        for entry in batch:
            try:
                await self._write([entry])
            except StoreError as error:
                self._take_back([entry], error)
            except Exception:
                log.exception("an outcome could not be written; it stays `sending`: report this")
                if isinstance(entry, _Claims):
                    _fail(entry, StoreError("the claim was refused: see the log"))
                    entry.released()
                else:
                    entry.ended(False)

    def _complain(self, error: StoreError) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._complained > COMPLAIN_SECONDS:
            self._complained = now
            log.error("deliveries wait: %s", error)


def _undone(entry: _Claims) -> _Marks:
    return _Marks([claim.undone() for claim in entry.ops], lambda _: entry.released())


def _fail(entry: _Claims, error: StoreError) -> None:
    if not entry.answer.done():
        entry.answer.set_exception(error)
