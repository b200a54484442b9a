"""What became of digests: for `status`, for operators, and for choosing what is new."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chats import Chat, Delivery, DeliveryState, Status
from bot.store.chats.chats import topics_of
from bot.store.chats.schedules import schedule_for
from bot.store.database.clock import Clock
from bot.store.database.engine import Database, pad_ids
from bot.store.database.rows import CHAT, DELIVERY, AnyRow, chat_of, delivery_of
from bot.store.database.tables import (
    TROUBLE,
    chat,
    delivery,
    delivery_item,
    schedule,
)
from bot.store.delivery.ready import longest_ready

SEEN_STATES = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNKNOWN)
"""A digest in doubt counts as seen: it is likelier that it arrived."""

IDS_PER_QUERY = 1000
"""Ids in one IN; PostgreSQL takes 32,767 values in a statement."""

SLICE = 1_000
"""Deliveries that are deleted at a time: some 10 ms, in which others wait to write."""

KEEP_DELIVERIES = timedelta(days=400)
"""How long deliveries are kept: a little more than the year after which anything may return."""


class Deliveries:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._now = clock

    async def status(self, of: Chat) -> Status:
        async with self._database.read() as connection:
            row = (await connection.execute(select(*CHAT).where(chat.c.id == of.id))).one_or_none()
            return Status(
                chat=of if row is None else chat_of(row),
                schedule=await schedule_for(connection, of.id),
                topics=await topics_of(connection, of.id),
                recent=await _with_items(connection, _newest(of.id, 7)),
                seen=len((await seen_by(connection, [of.id])).get(of.id, {})),
            )

    async def seen(self, by: Chat) -> dict[str, datetime]:
        """The items that digests brought to the chat, and when each came last."""
        async with self._database.read() as connection:
            return (await seen_by(connection, [by.id])).get(by.id, {})

    async def list(
        self, state: DeliveryState | None = None, of: Chat | None = None, limit: int = 100
    ) -> tuple[Delivery, ...]:
        """Deliveries, newest first: of one state, of one chat, or all."""
        query = _query().order_by(delivery.c.id.desc()).limit(limit)
        if state is not None:
            query = query.where(delivery.c.state == state)
        if of is not None:
            query = query.where(delivery.c.chat_id == of.id)
        async with self._database.read() as connection:
            return await _with_items(connection, query)

    async def troubles(self) -> dict[DeliveryState, int]:
        """How many are in each state that somebody should look at; cheap at any size."""
        query = (
            select(delivery.c.state, func.count()).where(text(TROUBLE)).group_by(delivery.c.state)
        )
        async with self._database.read() as connection:
            return {DeliveryState(state): n for state, n in await connection.execute(query)}

    async def count_since(self, state: DeliveryState, since: datetime) -> int:
        """How many that were due since then are in a state that somebody should look at."""
        query = select(func.count()).where(
            text(f"delivery.{TROUBLE}"), delivery.c.state == state, delivery.c.due_at >= since
        )
        async with self._database.read() as connection:
            return int(await connection.scalar(query) or 0)

    async def longest_waiting(self, platforms: Sequence[str]) -> str | None:
        """What is due and has waited longest to go out on those platforms: a slot that is no
        delivery yet, else a delivery that neither its chat nor its lane holds up. It is another one
        whenever work goes on; `None` when nothing waits."""
        now = self._now()
        slot = select(func.min(schedule.c.next_due)).where(schedule.c.next_due <= now)
        async with self._database.read() as connection:
            if due := await connection.scalar(slot):
                return f"slot {due}"
            row = (await connection.execute(longest_ready(platforms, now))).one_or_none()
            return f"delivery {row.id} {row.not_before}" if row else None

    async def purge(self) -> int:
        """Delete what is older than KEEP_DELIVERIES; how many. In slices, each a transaction of
        its own, and by the primary key: the oldest have the lowest ids, as a digest is enqueued
        when it falls due. Looking through all of them took 100 ms for each million."""
        first = select(delivery.c.id, delivery.c.due_at).order_by(delivery.c.id).limit(SLICE)
        among = first.subquery()
        old = select(among.c.id).where(among.c.due_at < self._now() - KEEP_DELIVERIES)
        gone = 0
        while True:
            async with self._database.write() as connection:
                deleting = delete(delivery).where(delivery.c.id.in_(old))
                count = (await connection.execute(deleting)).rowcount
            gone += count
            if count < SLICE:
                return gone


async def seen_by(
    connection: AsyncConnection, chat_ids: Sequence[int]
) -> dict[int, dict[str, datetime]]:
    """Per chat, each item that its digests brought and when it came last."""
    query = (
        select(delivery.c.chat_id, delivery_item.c.item, func.max(delivery.c.due_at))
        .join(delivery_item, delivery_item.c.delivery_id == delivery.c.id)
        .where(delivery.c.chat_id.in_(pad_ids(chat_ids)), delivery.c.state.in_(SEEN_STATES))
        .group_by(delivery.c.chat_id, delivery_item.c.item)
    )
    found: dict[int, dict[str, datetime]] = {}
    for chat_id, item, at in await connection.execute(query):
        found.setdefault(chat_id, {})[item] = at
    return found


async def items_of(
    connection: AsyncConnection, delivery_ids: Sequence[int]
) -> dict[int, tuple[str, ...]]:
    """The chosen items of deliveries, in their order."""
    found: dict[int, tuple[str, ...]] = {}
    for start in range(0, len(delivery_ids), IDS_PER_QUERY):
        query = (
            select(delivery_item.c.delivery_id, delivery_item.c.item)
            .where(
                delivery_item.c.delivery_id.in_(
                    pad_ids(delivery_ids[start : start + IDS_PER_QUERY])
                )
            )
            .order_by(delivery_item.c.delivery_id, delivery_item.c.position)
        )
        for delivery_id, item in await connection.execute(query):
            found[delivery_id] = (*found.get(delivery_id, ()), item)
    return found


def _query() -> Select[*tuple[object, ...]]:
    return select(*DELIVERY).join(chat, chat.c.id == delivery.c.chat_id)


def _newest(chat_id: int, limit: int) -> Select[*tuple[object, ...]]:
    query = _query().where(delivery.c.chat_id == chat_id)
    return query.order_by(delivery.c.slot_date.desc()).limit(limit)


async def _with_items(
    connection: AsyncConnection, query: Select[*tuple[object, ...]]
) -> tuple[Delivery, ...]:
    rows: Sequence[AnyRow] = (await connection.execute(query)).all()
    items = await items_of(connection, [row.delivery_id for row in rows])
    return tuple(delivery_of(row, items.get(row.delivery_id, ())) for row in rows)
