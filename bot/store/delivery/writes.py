"""Claims and outcomes, many in one transaction: a commit costs as much as fifty of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, assert_never

from sqlalchemy import delete, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.address import Address
from bot.core.chats import ChatState, DeliveryState
from bot.store.chats.chats import mark_gone, room_and_threads
from bot.store.chats.merge import move
from bot.store.database.engine import pad_ids
from bot.store.database.tables import chat, delivery, delivery_item, schedule
from bot.store.delivery.batch import Cell, rows_parameter, rows_table


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """What became of attempt number `attempts` (0: it was not tried)."""

    id: int
    attempts: int
    state: DeliveryState
    not_before: datetime
    doubts: int = 0
    reason: str = ""
    message_id: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """Send it now: `pending` becomes `sending`. `items` are stored in the same commit; `None`
    keeps the ones that are. The rest is how the delivery was read, to hand it back unsent."""

    id: int
    items: tuple[str, ...] | None
    attempts: int
    not_before: datetime
    doubts: int = 0

    def undone(self) -> RecordOutcome:
        """Records that the attempt was claimed and certainly not made."""
        return RecordOutcome(
            self.id, self.attempts + 1, DeliveryState.PENDING, self.not_before, self.doubts
        )


@dataclass(frozen=True, slots=True)
class ParkChat:
    """The platform wants that chat left alone until then."""

    chat: int
    until: datetime


@dataclass(frozen=True, slots=True)
class MarkChatGone:
    """The chat cannot be reached any more."""

    at: Address
    why: str


@dataclass(frozen=True, slots=True)
class MoveChat:
    """The chat has another address."""

    old: Address
    new: Address


Operation: TypeAlias = "Claim | RecordOutcome | ParkChat | MarkChatGone | MoveChat"


async def apply_operations(
    connection: AsyncConnection, operations: Sequence[Operation], now: datetime
) -> set[int]:
    """All of them, inside the caller's transaction; the ids that were claimed. Outcomes come first:
    a departed chat's deliveries are not claimed any more."""
    records = [op for op in operations if isinstance(op, RecordOutcome)]
    claims = [op for op in operations if isinstance(op, Claim)]
    parks = [op for op in operations if isinstance(op, ParkChat)]
    again = [record.id for record in records if not record.state.final]
    await _hold_schedules(connection, again)
    if records:
        await _record(connection, records)
    if parks:
        await _park(connection, parks)
    for op in operations:
        match op:
            case MarkChatGone(at, why):
                await mark_gone(connection, room_and_threads(at), why, now)
            case MoveChat(old, new):
                await move(connection, old, new)
            case Claim() | RecordOutcome() | ParkChat():
                pass
            case _:
                assert_never(op)
    await cancel_unwanted(connection, again, now)
    return await _claim(connection, claims, now) if claims else set()


async def _hold_schedules(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """Nobody switches these off between our look at their schedules and our commit: they would
    not see that the delivery waits again, nor we that it is not wanted any more."""
    if ids:
        chats = select(delivery.c.chat_id).where(delivery.c.id.in_(pad_ids(ids)))
        held = select(schedule.c.chat_id).where(schedule.c.chat_id.in_(chats))
        await connection.execute(held.order_by(schedule.c.chat_id).with_for_update(read=True))


async def cancel_unwanted(connection: AsyncConnection, ids: Sequence[int], now: datetime) -> None:
    """Cancel what came back from an attempt into a chat that has since switched its digest off,
    paused it or thrown us out."""
    if not ids:
        return
    resting = exists().where(
        schedule.c.chat_id == delivery.c.chat_id,
        or_(~schedule.c.enabled, schedule.c.paused_until > now),
    )
    gone = exists().where(chat.c.id == delivery.c.chat_id, chat.c.state == ChatState.GONE)
    await connection.execute(
        update(delivery)
        .where(
            delivery.c.id.in_(pad_ids(ids)),
            delivery.c.state == DeliveryState.PENDING,
            or_(resting, gone),
        )
        .values(state=DeliveryState.CANCELLED, reason="no longer wanted")
    )


async def _record(connection: AsyncConnection, records: Sequence[RecordOutcome]) -> None:
    new = rows_table(connection.dialect.name, *(delivery.c[name] for name in _RECORDED))
    statement = (
        update(delivery)
        .where(
            delivery.c.id == new.c.id,
            # Only the attempt that it belongs to, in whatever state a new owner of the lane put it.
            delivery.c.attempts == new.c.attempts,
            delivery.c.state.in_(UNFINISHED),
        )
        .values({name: new.c[name] for name in _RECORDED[2:]})
    )
    await connection.execute(statement, rows_parameter(map(_cells, records)))


_RECORDED = (
    "id", "attempts", "state", "not_before", "doubts", "reason", "message_id", "sent_at",
)  # fmt: skip

UNFINISHED = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNKNOWN)


def _cells(record: RecordOutcome) -> tuple[Cell, ...]:
    return (
        record.id, record.attempts, record.state, record.not_before, record.doubts,
        record.reason[:500], record.message_id, record.sent_at,
    )  # fmt: skip


async def _claim(connection: AsyncConnection, claims: Sequence[Claim], now: datetime) -> set[int]:
    statement = (
        update(delivery)
        .where(
            delivery.c.id.in_(pad_ids([claim.id for claim in claims])),
            delivery.c.state == DeliveryState.PENDING,
        )
        .values(
            state=DeliveryState.SENDING,
            attempts=delivery.c.attempts + 1,
            started_at=now,
        )
        .returning(delivery.c.id)
    )
    claimed = set((await connection.scalars(statement)).all())
    chosen = [claim for claim in claims if claim.id in claimed and claim.items is not None]
    await _keep_items(connection, chosen)
    return claimed


async def _keep_items(connection: AsyncConnection, claims: Sequence[Claim]) -> None:
    rows = [
        (claim.id, item, position)
        for claim in claims
        for position, item in enumerate(claim.items or ())
    ]
    tried = [claim.id for claim in claims if claim.attempts]
    if tried:  # what was chosen before has been withdrawn
        old = delivery_item.c.delivery_id.in_(tried)
        await connection.execute(delete(delivery_item).where(old))
    if rows:
        columns = tuple(delivery_item.c)
        new = rows_table(connection.dialect.name, *columns)
        await connection.execute(
            insert(delivery_item).from_select(columns, select(new)), rows_parameter(rows)
        )


async def _park(connection: AsyncConnection, parks: Sequence[ParkChat]) -> None:
    """What else waits for a chat waits as long, so that the order is kept."""
    until = {park.chat: park.until for park in parks}
    new = rows_table(connection.dialect.name, chat.c.id, chat.c.not_before)
    await connection.execute(
        update(chat).where(chat.c.id == new.c.id).values(not_before=new.c.not_before),
        rows_parameter(until.items()),
    )
    waits = update(delivery).where(
        delivery.c.chat_id == new.c.id,
        delivery.c.state == DeliveryState.PENDING,
        delivery.c.not_before < new.c.not_before,
    )
    await connection.execute(
        waits.values(not_before=new.c.not_before), rows_parameter(until.items())
    )
