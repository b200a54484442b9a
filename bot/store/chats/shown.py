"""What a chat was shown on request."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from bot.core.chats import Chat
from bot.store.database.clock import Clock
from bot.store.database.engine import Database
from bot.store.database.tables import shown


class ShownItems:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._now = clock

    async def items(self, to: Chat) -> tuple[str, ...]:
        """What `quote` without words has shown since the pool was last used up, in order."""
        async with self._database.read() as connection:
            query = select(shown.c.item).where(shown.c.chat_id == to.id).order_by(shown.c.at)
            return tuple((await connection.scalars(query)).all())

    async def remember(self, to: Chat, items: Sequence[str], *, afresh: bool = False) -> None:
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
