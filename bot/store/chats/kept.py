"""What a chat saved, and what it does not want to see."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chats import Chat, KeptKind
from bot.store.database.clock import Clock
from bot.store.database.engine import Database, pad_ids
from bot.store.database.tables import kept


class KeptItems:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._now = clock

    async def items(self, of: Chat, kind: KeptKind) -> tuple[str, ...]:
        """The items of that kind, the newest first."""
        query = (
            select(kept.c.item)
            .where(kept.c.chat_id == of.id, kept.c.kind == kind)
            .order_by(kept.c.at.desc(), kept.c.item)
        )
        async with self._database.read() as connection:
            return tuple((await connection.scalars(query)).all())

    async def add(self, of: Chat, kind: KeptKind, item: str) -> None:
        row = {"chat_id": of.id, "kind": kind, "item": item, "at": self._now()}
        async with self._database.write() as connection:
            statement = self._database.insert(kept).values(**row).on_conflict_do_nothing()
            await connection.execute(statement)

    async def remove(self, of: Chat, kind: KeptKind, item: str) -> bool:
        """Whether it was there."""
        which = (kept.c.chat_id == of.id) & (kept.c.kind == kind) & (kept.c.item == item)
        async with self._database.write() as connection:
            return (await connection.execute(delete(kept).where(which))).rowcount == 1


async def kept_by(
    connection: AsyncConnection, chat_ids: Sequence[int]
) -> dict[tuple[int, KeptKind], frozenset[str]]:
    """What each chat saved and hid."""
    query = select(kept.c.chat_id, kept.c.kind, kept.c.item).where(
        kept.c.chat_id.in_(pad_ids(chat_ids))
    )
    found: dict[tuple[int, KeptKind], frozenset[str]] = {}
    for chat_id, kind, item in await connection.execute(query):
        key = (chat_id, KeptKind(kind))
        found[key] = found.get(key, frozenset()) | {item}
    return found
