"""What a chat was shown on request, and what readers report."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from bot.core.chats import Chat, Report
from bot.store.database.clock import Clock
from bot.store.database.engine import Database
from bot.store.database.rows import address_of
from bot.store.database.tables import chat, report, shown


class Reading:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._now = clock

    async def shown(self, to: Chat) -> tuple[str, ...]:
        """What `quote` without words has shown since the pool was last used up, in order."""
        async with self._database.read() as connection:
            query = select(shown.c.item).where(shown.c.chat_id == to.id).order_by(shown.c.at)
            return tuple((await connection.scalars(query)).all())

    async def show(self, to: Chat, items: Sequence[str], *, afresh: bool = False) -> None:
        """Remember that items were shown; `afresh` forgets the earlier ones first (the pool is
        used up)."""
        now = self._now()
        rows = [{"chat_id": to.id, "item": item, "at": now} for item in items]
        async with self._database.write() as connection:
            if afresh:
                await connection.execute(delete(shown).where(shown.c.chat_id == to.id))
            if rows:
                statement = self._database.insert(shown).on_conflict_do_nothing()
                await connection.execute(statement, rows)

    async def report(self, item: str, words: str, by: Chat | None = None) -> None:
        """A reader says that something is wrong with an item; at most 1000 characters are kept."""
        row = {"item": item, "words": words[:1000], "at": self._now()}
        async with self._database.write() as connection:
            await connection.execute(
                self._database.insert(report).values(chat_id=by.id if by else None, **row)
            )

    async def reports(self, limit: int = 100) -> tuple[Report, ...]:
        """The latest reports, newest first."""
        query = (
            select(report, chat.c.platform, chat.c.workspace, chat.c.room, chat.c.thread)
            .outerjoin(chat)
            .order_by(report.c.id.desc())
            .limit(limit)
        )
        async with self._database.read() as connection:
            return tuple(
                Report(row.id, row.item, row.words, row.at, row.platform and address_of(row))
                for row in await connection.execute(query)
            )
