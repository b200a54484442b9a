"""Events that came in, so that each takes effect once. Implements the core's `Inbox` port."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select, update

from bot.store.database.clock import Clock
from bot.store.database.engine import Database
from bot.store.database.tables import inbox

REMEMBERED = timedelta(days=1)
"""How long an id is known. Telegram keeps updates for 24 h; Slack gives up retrying after 1 h."""


class Inbox:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._now = clock

    async def first_time(self, source: str, event: str) -> bool:
        row = {"source": source, "event": event, "at": self._now()}
        statement = self._database.insert(inbox).values(**row).on_conflict_do_nothing()
        async with self._database.write() as connection:
            return (await connection.execute(statement)).rowcount == 1

    async def keep(self, source: str, events: Sequence[tuple[str, str]]) -> Sequence[str]:
        now = self._now()
        rows = [
            {"source": source, "event": event, "payload": payload, "at": now}
            for event, payload in events
        ]
        if not rows:
            return []
        statement = self._database.insert(inbox).on_conflict_do_nothing().returning(inbox.c.event)
        async with self._database.write() as connection:
            return (await connection.scalars(statement, rows)).all()

    async def waiting(self, source: str, idle: timedelta | None = None) -> list[tuple[str, str]]:
        open_ = (inbox.c.source == source) & inbox.c.payload.is_not(None)
        if idle is not None:
            return await self._claim(open_ & (inbox.c.at <= self._now() - idle))
        query = select(inbox.c.event, inbox.c.payload).where(open_).order_by(inbox.c.id)
        async with self._database.read() as connection:
            return [(event, payload) for event, payload in await connection.execute(query)]

    async def hold(self, source: str, events: Sequence[str]) -> None:
        which = (inbox.c.source == source) & inbox.c.event.in_(events)
        async with self._database.write() as connection:
            await connection.execute(update(inbox).where(which).values(at=self._now()))

    async def _claim(self, which: ColumnElement[bool]) -> list[tuple[str, str]]:
        """One statement that both looks and marks: a row that a sibling has just claimed no
        longer fits the condition when its lock is free."""
        claimed = (inbox.c.id, inbox.c.event, inbox.c.payload)
        statement = update(inbox).where(which).values(at=self._now()).returning(*claimed)
        async with self._database.write() as connection:
            rows = sorted((await connection.execute(statement)).all())
        return [(event, payload) for _, event, payload in rows]

    async def done(self, source: str, *events: str) -> None:
        which = (inbox.c.source == source) & inbox.c.event.in_(events)
        async with self._database.write() as connection:
            await connection.execute(update(inbox).where(which).values(payload=None))

    async def purge(self) -> int:
        """Forget ids after a day; what is not handled yet stays. How many were forgotten."""
        old = (inbox.c.at < self._now() - REMEMBERED) & inbox.c.payload.is_(None)
        async with self._database.write() as connection:
            return (await connection.execute(delete(inbox).where(old))).rowcount
