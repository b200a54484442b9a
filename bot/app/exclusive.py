"""Work that only one process may do at a time; the others stand by and take over."""

from __future__ import annotations

import asyncio
import logging
import zlib
from collections.abc import Awaitable, Callable

from bot.core.errors import StoreError
from bot.store.database.engine import Database
from bot.store.delivery.locks import AdvisoryLocks, Locks, Purpose

_log = logging.getLogger("aiwork.standby")

LOOK_SECONDS = 1.0
"""Between two tries to become the one, and between two heartbeats of the one that is."""


async def run_exclusively(
    database: Database, name: str, work: Callable[[], Awaitable[None]]
) -> None:
    """Do the work while this process holds the lock of that name; begin anew whenever the lock
    was lost (the database went away, this process was frozen). Ends as the work ends.

    On SQLite the one process that runs holds everything, and the work begins at once.
    """
    if database.sqlite:
        return await work()
    while True:
        locks: Locks = AdvisoryLocks(database)
        try:
            await _taken(locks, name)
            if await _while_sound(locks, work):
                return None
        except StoreError as error:
            _log.warning("%s: %s; trying again", name, error)
            await asyncio.sleep(LOOK_SECONDS)
        finally:
            await locks.close()


async def _taken(locks: Locks, name: str) -> None:
    await locks.open()
    number = zlib.crc32(name.encode()) & 0x7FFF_FFFF
    told = False
    while not await locks.take(number, purpose=Purpose.RECEIVE):
        if not told:
            _log.info("%s is held by another worker; standing by", name)
            told = True
        await asyncio.sleep(LOOK_SECONDS)


async def _while_sound(locks: Locks, work: Callable[[], Awaitable[None]]) -> bool:
    """Whether the work came to its own end; `False` when the lock was lost before."""
    task = asyncio.ensure_future(work())
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=LOOK_SECONDS)
            if not task.done():
                await locks.beat()
                if not locks.healthy():
                    return False
        await task
        return True
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
