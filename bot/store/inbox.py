"""Events that came in, so that each takes effect once. Implements the core's `Inbox` port."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select, update

from bot.store.database import Database
from bot.store.tables import inbox
from bot.store.time import Clock

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

    async def keep(self, source: str, events: Sequence[tuple[str, str]]) -> None:
        now = self._now()
        rows = [
            {"source": source, "event": event, "payload": payload, "at": now}
            for event, payload in events
        ]
        if rows:
            async with self._database.write() as connection:
                statement = self._database.insert(inbox).on_conflict_do_nothing()
                await connection.execute(statement, rows)

    async def waiting(self, source: str) -> list[tuple[str, str]]:
        query = (
            select(inbox.c.event, inbox.c.payload)
            .where(inbox.c.source == source, inbox.c.payload.is_not(None))
            .order_by(inbox.c.id)
        )
        async with self._database.read() as connection:
            return [(event, payload) for event, payload in await connection.execute(query)]

    async def done(self, source: str, event: str) -> None:
        statement = (
            update(inbox)
            .where(inbox.c.source == source, inbox.c.event == event)
            .values(payload=None)
        )
        async with self._database.write() as connection:
            await connection.execute(statement)

    async def purge(self) -> int:
        """Forget ids after a day; what is not handled yet stays. How many were forgotten."""
        old = (inbox.c.at < self._now() - REMEMBERED) & inbox.c.payload.is_(None)
        async with self._database.write() as connection:
            return (await connection.execute(delete(inbox).where(old))).rowcount
