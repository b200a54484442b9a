"""What tests of a running outbox need: digests that are due, and to wait for their arrival."""

from __future__ import annotations

import asyncio

from sqlalchemy import text

from bot.core.address import Address
from bot.core.chats import Chat, Schedule
from bot.core.command import RoomKind
from bot.core.errors import StoreError
from bot.delivery.rate_limit import UNLIMITED
from bot.store.store import Store
from tests.databases import Clock
from tests.delivery.fakes import Platform

LIMITS = {"test": UNLIMITED}


async def due(store: Store, *rooms: str) -> list[Chat]:
    """Chats whose digest is due now."""
    assert isinstance(store.now, Clock)
    chats = [await store.chats.ensure(Address("test", room), RoomKind.DM) for room in rooms]
    for chat in chats:
        await store.schedules.set(chat, Schedule(zone="UTC"))
    store.now.now = store.now.now.replace(hour=9, minute=30)
    return chats


async def until_arriving(platform: Platform, count: int) -> None:
    """Until that many messages came in."""
    arriving = asyncio.Event()

    def during() -> None:
        if len(platform.arrived) + 1 >= count:
            arriving.set()

    platform.during = during
    async with asyncio.timeout(30):
        await arriving.wait()


async def until_sent(store: Store, count: int) -> None:
    query = text("SELECT count(*) FROM delivery WHERE state = 'sent'")
    async with asyncio.timeout(40):
        found = -1
        while found != count:
            try:
                async with store.database.read() as connection:
                    found = int(await connection.scalar(query) or 0)
            except StoreError:
                found = -1
            await asyncio.sleep(0.1)
