"""Which process does what: the only one there is on SQLite, the holder of a lock on PostgreSQL."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from enum import IntEnum
from typing import Protocol

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.core.errors import StoreError
from bot.store.database.engine import (
    FROZEN_SECONDS,
    Database,
    ServerFullError,
    translate_errors,
)
from bot.store.database.files import RunLock

HEARTBEAT_SECONDS = 3.0
"""Between two words to the server when there is nothing to say. It ends the session after
FROZEN_SECONDS of silence, so that two may be late."""

ANSWER_SECONDS = 0.8 * FROZEN_SECONDS
"""A server that has not answered for so long may soon have given our locks away: the connection
is dropped. Shorter than FROZEN_SECONDS, so that we know it before anybody else sends."""

FULL_SECONDS = 5.0
"""Before a server that had no room for a lock is asked for another: lanes that end make room, and
what waits has hours."""

_log = logging.getLogger("aiwork.store")


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

    async def take(self, *numbers: int, purpose: Purpose = Purpose.SEND) -> Collection[int]:
        """Those of the numbers that are ours now."""
        ...

    async def release(self, *numbers: int, purpose: Purpose = Purpose.SEND) -> None: ...

    async def held_elsewhere(self, numbers: Sequence[int]) -> Collection[int]:
        """Those of the lanes that another process serves."""
        ...

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

    async def take(self, *numbers: int, purpose: Purpose = Purpose.SEND) -> Collection[int]:
        return numbers

    async def release(self, *numbers: int, purpose: Purpose = Purpose.SEND) -> None:
        pass

    async def held_elsewhere(self, numbers: Sequence[int]) -> Collection[int]:
        return ()

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
        self._full_until = -math.inf
        self._told_full = False

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
            except ServerFullError:
                self._answered_at = _now()  # it said so, and the session goes on
                raise
            except (StoreError, asyncio.CancelledError):
                await self.close()  # a statement that was cut off took the session with it
                raise
            self._answered_at = _now()

    async def take(self, *numbers: int, purpose: Purpose = Purpose.SEND) -> Collection[int]:
        """What is held already is not locked again: the server counts the locks, and would
        wait for as many releases. A server without room for more locks gives none for a while,
        and costs nothing of what is held."""
        held = {number for number in numbers if (purpose, number) in self._taken}
        wanted = [number for number in numbers if number not in held]
        held = held if self.healthy() else set()
        if not wanted or _now() < self._full_until:
            return held
        try:
            taken = await self._numbers(_TAKE, wanted, purpose)
        except ServerFullError:
            self._tell_full()
            taken = await self._found_held(wanted, purpose)  # those before the one too many
        self._taken |= {(purpose, number) for number in taken}
        return held | taken

    async def release(self, *numbers: int, purpose: Purpose = Purpose.SEND) -> None:
        await self._numbers(_RELEASE, numbers, purpose)
        self._taken -= {(purpose, number) for number in numbers}

    async def held_elsewhere(self, numbers: Sequence[int]) -> Collection[int]:
        return await self._numbers(_ELSEWHERE, numbers, Purpose.SEND)

    async def _found_held(self, numbers: Sequence[int], purpose: Purpose) -> set[int]:
        try:
            return await self._numbers(_HELD, numbers, purpose)
        except ServerFullError:  # rather none than some that nobody knows of
            await self._numbers(_RELEASE, numbers, purpose)
            return set()

    async def _numbers(self, query: str, numbers: Sequence[int], purpose: Purpose) -> set[int]:
        values = {"purpose": int(purpose), "numbers": list(numbers)}
        async with self.write() as connection:
            return set(await connection.scalars(text(query), values))

    def _tell_full(self) -> None:
        self._full_until = _now() + FULL_SECONDS
        if not self._told_full:
            self._told_full = True
            _log.warning(
                "PostgreSQL has no room for more locks: %d lanes are served, the others wait their"
                " turn; raise max_locks_per_transaction in its configuration and restart it",
                len(self._taken),
            )

    async def beat(self) -> None:
        if _now() - self._answered_at >= HEARTBEAT_SECONDS:
            async with self.write() as connection:
                await connection.execute(select(1))

    def healthy(self) -> bool:
        return self._connection is not None and _now() - self._answered_at < ANSWER_SECONDS


_TAKE = """
SELECT number FROM unnest(CAST(:numbers AS integer[])) AS number
WHERE pg_try_advisory_lock(:purpose, number)
"""

_RELEASE = """
SELECT number FROM unnest(CAST(:numbers AS integer[])) AS number
WHERE pg_advisory_unlock(:purpose, number)
"""

_ADVISORY = """
SELECT CAST(objid AS integer) FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 2 AND classid = CAST(:purpose AS oid)
AND objid = ANY(CAST(:numbers AS oid[]))
"""

_HELD = _ADVISORY + "AND pid = pg_backend_pid()"

_HERE = "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"

_ELSEWHERE = f"{_ADVISORY} AND pid <> pg_backend_pid() {_HERE}"


def _now() -> float:
    return asyncio.get_running_loop().time()
