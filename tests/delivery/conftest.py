from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.address import Address
from bot.core.chats import Chat, Delivery, Schedule
from bot.core.command import RoomKind
from bot.delivery.outbox import Outbox
from bot.delivery.rate_limit import UNLIMITED
from bot.store.store import Store
from tests.databases import KINDS, Clock, new_database
from tests.delivery.fakes import Composer, Platform

MORNING = "2026-03-02T09:30"


class Office:
    """A bot with its clock, its platform and its outbox; time passes in steps."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.platform = Platform()
        self.composer = Composer()
        self.outbox = self.new_outbox()

    def new_outbox(self, *, once_more: bool = True) -> Outbox:
        limits = {"telegram": UNLIMITED, "slack": UNLIMITED}
        senders = {"telegram": self.platform, "slack": self.platform}
        return Outbox(self.store, senders, self.composer, limits=limits, once_more=once_more)

    async def chat(self, at: Address, **schedule: object) -> Chat:
        chat = await self.store.chats.ensure(at, RoomKind.DM)
        await self.store.schedules.set(chat, Schedule(zone="UTC", **schedule))  # type: ignore[arg-type]
        return chat

    async def step(self, **by: float) -> None:
        self.clock.move(**by)
        await self.outbox.step()

    async def latest(self, chat: Chat) -> Delivery:
        return (await self.store.deliveries.list(of=chat))[0]

    async def crash(self, *, once_more: bool = True) -> None:
        """Everything in memory is lost; another process starts."""
        await self.outbox.finish()
        self.outbox = self.new_outbox(once_more=once_more)
        await self.outbox.start()


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return new_database(request.param, tmp_path)


@pytest.fixture
async def office(url: str) -> AsyncIterator[Office]:
    clock = Clock("2026-03-02T08:00")
    store = await Store.open(url, clock=clock)
    office = Office(store, clock)
    await office.outbox.start()
    yield office
    await office.outbox.finish()
    await store.close()
