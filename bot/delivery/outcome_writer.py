"""Writes claims and outcomes down, whatever came together in one commit: one writer takes all that
queued up during the previous commit."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.core.errors import StoreError
from bot.store.delivery.queue import DeliveryQueue
from bot.store.delivery.writes import Claim, Operation

log = logging.getLogger("aiwork.delivery")

MAX_OPERATIONS = 500
"""In one commit (some 20 ms), so that others who write do not wait long."""

MAX_CLAIMS = 128
"""Claims in one commit, of a lane each: so many go on together when it is done, 0.2 ms each."""

RETRY_SECONDS = 0.5
"""Between two tries: a database that was busy or restarting is noticed soon, and is not stormed."""

COMPLAIN_SECONDS = 30.0
"""A disk that is full for an hour is worth a line every half minute, not one per try."""


@dataclass(slots=True)
class _ClaimEntry:
    operations: Sequence[Claim]
    session: int
    claimed: asyncio.Future[set[int]]
    released: Callable[[], object]

    def fail(self, error: StoreError) -> None:
        if not self.claimed.done():
            self.claimed.set_exception(error)

    def undone(self) -> _OutcomeEntry:
        """Hands the deliveries back, unsent."""
        unsent = [claim.undone() for claim in self.operations]
        return _OutcomeEntry(unsent, lambda _: self.released())


@dataclass(slots=True)
class _OutcomeEntry:
    operations: Sequence[Operation]
    ended: Callable[[bool], object]


_Entry: TypeAlias = "_ClaimEntry | _OutcomeEntry"


class OutcomeWriter:
    """Outcomes are kept until they are written, through every trouble of the database; claims
    fail at once, since nothing is lost by not claiming."""

    def __init__(self, queue: DeliveryQueue) -> None:
        self._queue = queue
        self._entries: deque[_Entry] = deque()
        self._something = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._complained = -math.inf
        self.writing_since: float | None = None
        """The loop's time when the commit under way began; `None` between two."""

    async def claim(
        self, claims: Sequence[Claim], session: int, released: Callable[[], object]
    ) -> set[int]:
        """The ids that are ours to send. `session` is that of the locks at the time when the lane
        was taken. Raises StoreError when nothing could be claimed; `released` is called when it is
        sure that no claim stands."""
        if not claims:
            return set()
        claimed: asyncio.Future[set[int]] = asyncio.get_running_loop().create_future()
        self._put(_ClaimEntry(claims, session, claimed, released))
        return await claimed

    def record(self, operations: Sequence[Operation], ended: Callable[[bool], object]) -> None:
        """Write outcomes down, sooner or later. `ended` is called with True when they are, and
        with False when the database will not have them: their rows stay as they are."""
        self._put(_OutcomeEntry(operations, ended))

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
                await self._write_one_by_one(batch)
            if not self._entries:
                self._something.clear()
                self._idle.set()

    async def flush(self) -> None:
        """Wait until everything is written."""
        await self._idle.wait()

    def _put(self, entry: _Entry) -> None:
        self._entries.append(entry)
        self._idle.clear()
        self._something.set()

    def _take(self) -> list[_Entry]:
        batch: list[_Entry] = []
        size = claims = 0
        while self._entries and size < MAX_OPERATIONS and claims < MAX_CLAIMS:
            entry = self._entries.popleft()
            if isinstance(entry, _ClaimEntry) and entry.session != self._queue.locks.session:
                entry.fail(StoreError("the lane has been lost: taking it again"))
                entry.released()
                continue
            batch.append(entry)
            claims += isinstance(entry, _ClaimEntry)
            size += len(entry.operations)
        return batch

    async def _commit(self, batch: Sequence[_Entry]) -> set[int]:
        self.writing_since = asyncio.get_running_loop().time()
        try:
            return await self._queue.write([op for entry in batch for op in entry.operations])
        finally:
            self.writing_since = None

    async def _write(self, batch: Sequence[_Entry]) -> None:
        if batch:
            claimed = await self._commit(batch)
            for entry in batch:
                if isinstance(entry, _OutcomeEntry):
                    entry.ended(True)
                elif not entry.claimed.done():
                    entry.claimed.set_result(claimed)
                else:  # nobody waits for it any more, at the end of a stop
                    self._entries.append(entry.undone())

    def _take_back(self, batch: Sequence[_Entry], error: StoreError) -> None:
        """Outcomes are tried again, in their order. A claim may have been committed although we
        were told nothing: it is handed back, for the case that it was."""
        again: list[_Entry] = []
        for entry in batch:
            if isinstance(entry, _ClaimEntry):
                entry.fail(error)
                again.append(entry.undone())
            else:
                again.append(entry)
        self._entries.extendleft(reversed(again))

    async def _write_one_by_one(self, batch: Sequence[_Entry]) -> None:
        """So that one row which the database will not have holds up nothing else."""
        for entry in batch:
            try:
                await self._write([entry])
            except StoreError as error:
                self._take_back([entry], error)
            except Exception:
                log.exception("an outcome could not be written; it stays `sending`: report this")
                if isinstance(entry, _ClaimEntry):
                    entry.fail(StoreError("the claim was refused: see the log"))
                    entry.released()
                else:
                    entry.ended(False)

    def _complain(self, error: StoreError) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._complained > COMPLAIN_SECONDS:
            self._complained = now
            log.error("deliveries wait: %s", error)
