"""Rows of the database as the core's records."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, and_

from bot.core.address import Address
from bot.core.chats import Cadence, Chat, ChatState, Delivery, DeliveryState, Schedule, Slot
from bot.core.command import RoomKind
from bot.core.language import Language
from bot.store.database.tables import chat, delivery, schedule

AnyRow = Row[*tuple[Any, ...]]

CHAT = (
    chat.c.id,
    chat.c.platform,
    chat.c.workspace,
    chat.c.room,
    chat.c.thread,
    chat.c.kind,
    chat.c.language,
    chat.c.silent,
    chat.c.only_topics,
    chat.c.reactions,
    chat.c.state.label("chat_state"),
)

SCHEDULE = tuple(schedule.c)

DELIVERY = (*CHAT, *(column for column in delivery.c if column.name not in ("id", "chat_id")),
            delivery.c.id.label("delivery_id"))  # fmt: skip


def address_of(row: AnyRow) -> Address:
    return Address(row.platform, row.room, row.workspace, row.thread)


def chat_of(row: AnyRow) -> Chat:
    language = Language(row.language) if row.language else None
    state = ChatState(row.chat_state)
    return Chat(
        id=row.id,
        at=address_of(row),
        kind=RoomKind(row.kind),
        language=language,
        state=state,
        silent=row.silent,
        only=row.only_topics,
        reactions=row.reactions,
    )


def schedule_of(row: AnyRow) -> Schedule:
    return Schedule(
        zone=row.zone,
        minute=row.minute,
        days=row.days,
        cadence=Cadence(row.cadence),
        on=row.enabled,
        paused_until=row.paused_until,
        by=row.set_up_by,
        next_due=row.next_due,
        holidays=row.holidays,
    )


def delivery_of(row: AnyRow, items: tuple[str, ...] = ()) -> Delivery:
    return Delivery(
        id=row.delivery_id,
        at=address_of(row),
        slot=Slot(row.slot_date, row.due_at),
        cadence=Cadence(row.cadence),
        state=DeliveryState(row.state),
        not_before=row.not_before,
        expires_at=row.expires_at,
        attempts=row.attempts,
        doubts=row.doubts,
        started_at=row.started_at,
        sent_at=row.sent_at,
        message_id=row.message_id,
        reason=row.reason,
        items=items,
    )


def is_at(at: Address) -> Any:
    """The condition that a row of `chat` is that address."""
    return and_(
        chat.c.platform == at.platform,
        chat.c.workspace == at.workspace,
        chat.c.room == at.room,
        chat.c.thread == at.thread,
    )


def names_of(at: Address) -> dict[str, str]:
    """The columns of `chat` that hold an address."""
    return {
        "platform": at.platform,
        "workspace": at.workspace,
        "room": at.room,
        "thread": at.thread,
    }
