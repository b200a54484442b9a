"""Which process does what: the only one there is on SQLite, the holder of a lock on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from enum import IntEnum
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.core.errors import StoreError
from bot.store.database.engine import FROZEN_SECONDS, Database, translate_errors
from bot.store.database.files import RunLock

HEARTBEAT_SECONDS = 3.0
"""Between two words to the server when there is nothing to say. It ends the session after
FROZEN_SECONDS of silence, so that two may be late."""

ANSWER_SECONDS = 0.8 * FROZEN_SECONDS
"""A server that has not answered for so long may soon have given our locks away: the connection
is dropped. Shorter than FROZEN_SECONDS, so that we know it before anybody else sends."""


class Purpose(IntEnum):
    """Sending for a lane, listening to a platform: a number taken for one is free for the other.
    The values are the first half of the advisory lock ("ai" and a counter), the number is the
    second."""

    SEND = 0x6169_0001
    RECEIVE = 0x6169_0002


class Locks(Protocol):
    """Holds numbers (a lane's id, say), and is the only way to write for what they stand for:
    `write()` fails from the moment that they may belong to another process. `session` counts how
    often it was opened: what was taken in an earlier session is lost."""

    session: int

    async def open(self) -> None:
        """Raises StoreError when another process has everything (SQLite), or no server answers."""
        ...

    async def close(self) -> None: ...

    def write(self) -> AbstractAsyncContextManager[AsyncConnection]: ...

    async def take(self, number: int, purpose: Purpose = Purpose.SEND) -> bool: ...

    async def release(self, number: int, purpose: Purpose = Purpose.SEND) -> None: ...

    async def beat(self) -> None:
        """Say something to the server if nothing was said for HEARTBEAT_SECONDS."""
        ...

    def healthy(self) -> bool:
        """Whether what was taken is surely still ours: asked before each send, since a process may
        wake from a freeze in which they were given away."""
        ...


class FileLocks:
    """SQLite: a lock on a file makes this process the owner of everything."""

    def __init__(self, database: Database, *, network_ok: bool = False) -> None:
        self.session = 1
        self._database = database
        self._lock = RunLock(database.url.database, network_ok=network_ok)

    async def open(self) -> None:
        self._lock.take()

    async def close(self) -> None:
        self._lock.release()

    def write(self) -> AbstractAsyncContextManager[AsyncConnection]:
        return self._database.write()

    async def take(self, number: int, purpose: Purpose = Purpose.SEND) -> bool:
        return True

    async def release(self, number: int, purpose: Purpose = Purpose.SEND) -> None:
        pass

    async def beat(self) -> None:
        pass

    def healthy(self) -> bool:
        return True


class AdvisoryLocks:
    """PostgreSQL: advisory locks of one session, which is the very one that writes.

    A process that dies frees them at once; one that is frozen or cut off loses its session when
    the server has heard nothing for FROZEN_SECONDS. Either way its next write fails: the fence is
    the session itself. The connection belongs to no pool, since one that is handed back keeps its
    locks; every use ends with a commit, since an open transaction would not count as idle.
    """

    def __init__(self, database: Database) -> None:
        self.session = 0
        self._database = database
        self._engine: AsyncEngine | None = None
        self._connection: AsyncConnection | None = None
        self._in_use = asyncio.Lock()
        self._answered_at = 0.0
        self._taken: set[tuple[Purpose, int]] = set()

    async def open(self) -> None:
        await self.close()
        self.session += 1
        self._engine = self._database.dedicated_engine()
        async with translate_errors(), asyncio.timeout(ANSWER_SECONDS):
            self._connection = await self._engine.connect()
        self._answered_at = _now()

    async def close(self) -> None:
        engine, connection = self._engine, self._connection
        self._engine = self._connection = None
        self._taken.clear()
        with suppress(SQLAlchemyError, OSError, TimeoutError):
            if connection is not None:
                async with asyncio.timeout(1):
                    await connection.invalidate()
        if engine is not None:
            await engine.dispose(close=False)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        async with self._in_use:
            connection = self._connection
            if connection is None:
                raise StoreError("the connection to the database was lost: reconnecting")
            try:
                async with translate_errors(), asyncio.timeout(ANSWER_SECONDS), connection.begin():
                    yield connection
            except (StoreError, asyncio.CancelledError):
                await self.close()  # a statement that was cut off took the session with it
                raise
            self._answered_at = _now()

    async def take(self, number: int, purpose: Purpose = Purpose.SEND) -> bool:
        """What is held already is not locked again: the server counts the locks, and would
        wait for as many releases."""
        if (purpose, number) in self._taken:
            return self.healthy()
        async with self.write() as connection:
            lock = func.pg_try_advisory_lock(int(purpose), number)
            taken = bool(await connection.scalar(select(lock)))
        if taken:
            self._taken.add((purpose, number))
        return taken

    async def release(self, number: int, purpose: Purpose = Purpose.SEND) -> None:
        async with self.write() as connection:
            await connection.execute(select(func.pg_advisory_unlock(int(purpose), number)))
            self._taken.discard((purpose, number))

    async def beat(self) -> None:
        if _now() - self._answered_at >= HEARTBEAT_SECONDS:
            async with self.write() as connection:
                await connection.execute(select(1))

    def healthy(self) -> bool:
        return self._connection is not None and _now() - self._answered_at < ANSWER_SECONDS


def _now() -> float:
    return asyncio.get_running_loop().time()
