"""A chat gets another address: a Telegram group became a supergroup, a room was re-created."""

from __future__ import annotations

from sqlalchemy import Table, and_, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.address import Address
from bot.core.chats import ChatState, DeliveryState
from bot.store.database.rows import is_at, names_of
from bot.store.database.tables import chat, delivery, kept, schedule, shown, subscription

_WAITING = (DeliveryState.PENDING, DeliveryState.CANCELLED, DeliveryState.SKIPPED)


async def move(connection: AsyncConnection, old: Address, new: Address) -> None:
    """Everything of `old` belongs to `new` afterwards, within the caller's transaction. A room's
    threads go with it. Where both have something, what `new` has counts, topics are joined, and
    a day that both had a digest for keeps the one that was sent."""
    which = is_at(old)
    if not old.thread:
        which = and_(
            chat.c.platform == old.platform,
            chat.c.workspace == old.workspace,
            chat.c.room == old.room,
        )
    for row in (await connection.execute(select(chat.c.id, chat.c.thread).where(which))).all():
        to = new if old.thread or not row.thread else new.in_room(new.room, row.thread)
        await _move_one(connection, row.id, to)


async def _move_one(connection: AsyncConnection, chat_id: int, to: Address) -> None:
    there = await connection.scalar(select(chat.c.id).where(is_at(to)))
    if there == chat_id:
        return
    if there is not None:
        await _merge(connection, chat_id, there)
        return
    active = {"state": ChatState.ACTIVE, "gone_at": None}
    await connection.execute(
        update(chat).where(chat.c.id == chat_id).values(**names_of(to), **active)
    )


async def _merge(connection: AsyncConnection, source: int, target: int) -> None:
    await _merge_deliveries(connection, source, target)
    for table, key in ((subscription, "topic"), (shown, "item"), (kept, "item"), (schedule, None)):
        await _hand_over(connection, table, key, source, target)
    language = select(chat.c.language).where(chat.c.id == source).scalar_subquery()
    await connection.execute(
        update(chat).where(chat.c.id == target, chat.c.language.is_(None)).values(language=language)
    )
    await connection.execute(delete(chat).where(chat.c.id == source))


async def _hand_over(
    connection: AsyncConnection, table: Table, key: str | None, source: int, target: int
) -> None:
    """Give the rows of `source` to `target`, except those that it has already."""
    theirs = table.alias()
    same = theirs.c.chat_id == target
    if key is not None:
        same &= theirs.c[key] == table.c[key]
    await connection.execute(
        update(table).where(table.c.chat_id == source, ~exists().where(same)).values(chat_id=target)
    )


async def _merge_deliveries(connection: AsyncConnection, source: int, target: int) -> None:
    ours, theirs = delivery.alias(), delivery.alias()
    query = select(ours.c.id, ours.c.state, theirs.c.id.label("other"), theirs.c.state).join(
        theirs, and_(theirs.c.slot_date == ours.c.slot_date, theirs.c.chat_id == target)
    )
    losers = [
        other if other_state in _WAITING and state not in _WAITING else one
        for one, state, other, other_state in await connection.execute(
            query.where(ours.c.chat_id == source)
        )
    ]
    if losers:
        await connection.execute(delete(delivery).where(delivery.c.id.in_(losers)))
    await connection.execute(
        update(delivery).where(delivery.c.chat_id == source).values(chat_id=target)
    )
