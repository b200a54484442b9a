"""Everything that is held about a chat or a person: to hand over, and to delete."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, select, update

from bot.core.address import Address
from bot.store.chats.chats import room_and_threads
from bot.store.database.engine import Database
from bot.store.database.tables import (
    chat,
    delivery,
    delivery_item,
    kept,
    report,
    schedule,
    shown,
    subscription,
)

Plain = str | int | float | bool | None
Held = dict[str, list[dict[str, Plain]]]


class Privacy:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def export(self, at: Address, person: str = "") -> Held:
        """All rows about the chat (and, with `person`, the schedules elsewhere that this person
        set up) as plain values that `json` can write; instants are ISO 8601."""
        ids = select(chat.c.id).where(room_and_threads(at)).scalar_subquery()
        parts = {"chat": select(chat).where(chat.c.id.in_(ids))}
        for table in (schedule, subscription, delivery, shown, kept, report):
            parts[table.name] = select(table).where(table.c.chat_id.in_(ids))
        parts["delivery_item"] = (
            select(delivery_item).join(delivery).where(delivery.c.chat_id.in_(ids))
        )
        if person:
            parts["set_up"] = (
                select(chat.c.room, chat.c.thread, schedule)
                .join(schedule)
                .where(_by(at, person), chat.c.id.not_in(ids))
            )
        async with self._database.read() as connection:
            return {
                name: [
                    {key: _plain(value) for key, value in row.items()}
                    for row in (await connection.execute(query)).mappings()
                ]
                for name, query in parts.items()
            }

    async def forget(self, at: Address, person: str = "") -> int:
        """Delete the chat with all that hangs on it, and its name on schedules elsewhere; how
        many chats (a room's threads count). What readers reported stays, without the chat."""
        ids = select(chat.c.id).where(room_and_threads(at)).scalar_subquery()
        theirs = select(chat.c.id).where(_same_workspace(at)).scalar_subquery()
        async with self._database.write() as connection:
            if person:
                await connection.execute(
                    update(schedule)
                    .where(schedule.c.set_up_by == person, schedule.c.chat_id.in_(theirs))
                    .values(set_up_by="")
                )
            return (await connection.execute(delete(chat).where(chat.c.id.in_(ids)))).rowcount


def _by(at: Address, person: str) -> ColumnElement[bool]:
    """Schedules that this person set up."""
    return _same_workspace(at) & (schedule.c.set_up_by == person)


def _same_workspace(at: Address) -> ColumnElement[bool]:
    """Ids of people are unique in their workspace alone."""
    return (chat.c.platform == at.platform) & (chat.c.workspace == at.workspace)


def _plain(value: object) -> Plain:
    if isinstance(value, datetime | date):
        return value.isoformat()
    assert value is None or isinstance(value, str | int | float | bool)
    return value
