"""Which deliveries may be sent now, and which lanes have some."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    bindparam,
    func,
    literal,
    or_,
    select,
    text,
    true,
    tuple_,
)

from bot.core.chats import Cadence, Chat, ChatState, DeliveryState, Slot
from bot.store.database.rows import CHAT, AnyRow, chat_of
from bot.store.database.tables import OPEN, Instant, chat, delivery, lane, schedule
from bot.store.delivery.batch import rows_table


@dataclass(frozen=True, slots=True)
class Lane:
    """Everything that one bot token, or one workspace's installation, sends."""

    id: int
    platform: str
    workspace: str
    not_before: datetime | None = None

    def __str__(self) -> str:
        """For the log: `telegram`, `slack:T0`."""
        return f"{self.platform}:{self.workspace}" if self.workspace else self.platform


@dataclass(frozen=True, slots=True)
class ReadyDelivery:
    """A delivery that may be sent now, as it was read."""

    id: int
    chat: Chat
    slot: Slot
    cadence: Cadence
    zone: str
    not_before: datetime
    expires_at: datetime
    attempts: int
    doubts: int


PageCursor: TypeAlias = "tuple[datetime, int]"
"""`not_before` and id of the last delivery that was read: the next page begins after it."""


@cache
def lanes_at_work() -> Select[Any]:
    """Lanes of the parameter `platforms` with something to send or to clear up `now`, as many as
    `limit`, in the order of their ids `after` that one. Goes from lane to lane along the index of
    open deliveries: lanes without one cost nothing, and the many of a large one are passed over.

    Built once: it is asked each second, and building it was a third of what an idle bot did."""
    now: BindParameter[datetime] = bindparam("now", type_=Instant)
    after: BindParameter[int] = bindparam("after", type_=Integer)
    first = func.min(delivery.c.lane_id).label("id")
    walk = select(first).where(text(_OPEN), delivery.c.lane_id > after).cte("walk", recursive=True)
    later = delivery.alias("later")
    step = select(func.min(later.c.lane_id)).where(
        text(f"later.{OPEN}"), later.c.lane_id > walk.c.id
    )
    walk = walk.union_all(select(step.scalar_subquery()).where(walk.c.id.is_not(None)))
    # One table at a time, and no EXISTS: PostgreSQL would begin with what is not open.
    soonest = select(func.min(delivery.c.not_before)).where(
        delivery.c.lane_id == walk.c.id, text(_OPEN)
    )
    served = select(literal(True)).where(
        lane.c.id == walk.c.id,
        lane.c.platform.in_(bindparam("platforms", expanding=True)),
        or_(lane.c.not_before.is_(None), lane.c.not_before <= now),
    )
    found = select(walk.c.id).where(soonest.scalar_subquery() <= now, served.scalar_subquery())
    some = found.limit(bindparam("limit", type_=Integer)).subquery("some")
    return select(lane).join(some, lane.c.id == some.c.id).order_by(lane.c.id)


def ready_in(of: Lane, now: datetime, after: PageCursor | None, limit: int) -> Select[Any]:
    """Of one lane, in their order, those after the cursor. Those of a chat that the platform asked
    to leave alone for a while are left out."""
    query = _READY.where(delivery.c.lane_id == of.id, *_sendable(delivery, chat, now))
    if after is not None:
        query = query.where(tuple_(*_ORDER) > tuple_(literal(after[0], Instant), after[1]))
    return query.order_by(*_ORDER).limit(limit)


def ready_in_many(dialect: str, now: datetime, limit: int) -> Select[Any]:
    """The first of each lane whose id is in the parameter `rows`, as many as `limit` of each, in
    the order of the lanes."""
    lanes = rows_table(dialect, lane.c.id)
    one, its = delivery.alias("one"), chat.alias("its")
    first = (
        select(one.c.id)
        .join_from(one, its, its.c.id == one.c.chat_id)
        .where(one.c.lane_id == lanes.c.id, text(f"one.{OPEN}"), *_sendable(one, its, now))
        .order_by(one.c.not_before, one.c.id)
        .limit(limit)
        .correlate(lanes)
    )
    if dialect == "sqlite":  # which has no LATERAL, and runs this once for each lane
        query = _READY.join(lanes, delivery.c.id.in_(first))
    else:
        lateral = first.lateral("first")
        query = select(*_COLUMNS).select_from(
            lanes.join(lateral, true())
            .join(delivery, delivery.c.id == lateral.c.id)
            .join(chat, chat.c.id == delivery.c.chat_id)
            .outerjoin(schedule, schedule.c.chat_id == chat.c.id)
        )
    return query.order_by(delivery.c.lane_id, *_ORDER)


def longest_ready(platforms: Collection[str], now: datetime) -> Select[Any]:
    """Of those platforms, the delivery that could have gone out before all others."""
    query = select(delivery.c.id, delivery.c.not_before).join(chat).join(lane)
    lane_is_free = or_(lane.c.not_before.is_(None), lane.c.not_before <= now)
    theirs = lane.c.platform.in_(sorted(platforms))
    found = query.where(text(_OPEN), *_sendable(delivery, chat, now), theirs, lane_is_free)
    return found.order_by(*_ORDER).limit(1)


def ready_delivery(row: AnyRow) -> ReadyDelivery:
    return ReadyDelivery(
        id=row.delivery_id,
        chat=chat_of(row),
        slot=Slot(row.slot_date, row.due_at),
        cadence=Cadence(row.cadence),
        zone=row.zone or "UTC",
        not_before=row.not_before,
        expires_at=row.expires_at,
        attempts=row.attempts,
        doubts=row.doubts,
    )


def _sendable(of: FromClause, to: FromClause, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        of.c.state == DeliveryState.PENDING,
        of.c.not_before <= now,
        to.c.state == ChatState.ACTIVE,
        or_(to.c.not_before.is_(None), to.c.not_before <= now),
    )


_OPEN = f"delivery.{OPEN}"

_ORDER = (delivery.c.not_before, delivery.c.id)

_COLUMNS = (
    *CHAT,
    schedule.c.zone,
    delivery.c.id.label("delivery_id"),
    delivery.c.lane_id,
    delivery.c.slot_date,
    delivery.c.due_at,
    delivery.c.cadence,
    delivery.c.not_before,
    delivery.c.expires_at,
    delivery.c.attempts,
    delivery.c.doubts,
)

_READY = (
    select(*_COLUMNS)
    .select_from(delivery)
    .join(chat)
    .outerjoin(schedule, schedule.c.chat_id == chat.c.id)
    .where(text(_OPEN))
)
