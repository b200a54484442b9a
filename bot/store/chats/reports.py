"""What readers report about items."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from bot.core.chats import Chat, Report
from bot.store.database.clock import Clock
from bot.store.database.engine import Database
from bot.store.database.rows import address_of
from bot.store.database.tables import chat, report

MAX_CHARACTERS = 1000
"""Of one report that are kept: more than two messages' worth says nothing more."""


class Reports:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._now = clock

    async def add(self, item: str, words: str, by: Chat | None = None) -> None:
        """A reader says that something is wrong with an item; at most MAX_CHARACTERS are kept."""
        row = {"item": item, "words": words[:MAX_CHARACTERS], "at": self._now()}
        async with self._database.write() as connection:
            await connection.execute(
                self._database.insert(report).values(chat_id=by.id if by else None, **row)
            )

    async def since(self, by: Chat, moment: datetime) -> int:
        """How many reports came from that chat since then."""
        query = (
            select(func.count())
            .select_from(report)
            .where(report.c.chat_id == by.id, report.c.at >= moment)
        )
        async with self._database.read() as connection:
            return int((await connection.scalar(query)) or 0)

    async def latest(self, limit: int = 100) -> tuple[Report, ...]:
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
