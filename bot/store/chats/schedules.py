"""Schedules: when each chat gets its digest, and which digests are due."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chats import Chat, ChatState, DeliveryState, Schedule
from bot.core.errors import StoreError
from bot.core.schedule import next_slot, tz_version
from bot.core.workdays import Workdays
from bot.store.chats.due_slots import DIGEST_LIFETIME, DueSlots, due_slots
from bot.store.chats.loads import SlotLoad, slot_loads
from bot.store.database.clock import Clock
from bot.store.database.engine import Database, pad_ids
from bot.store.database.rows import SCHEDULE, AnyRow, schedule_of
from bot.store.database.tables import chat, delivery, meta, schedule
from bot.store.delivery.batch import rows_parameter, rows_table
from bot.store.delivery.lanes import lane_ids

BATCH = 2000
"""Digests enqueued in one transaction: 50 ms of the write connection at most."""

SPREAD = timedelta(minutes=2)
"""A popular slot (more than BATCH chats at once) is spread over so long, by chat, so that it
does not arrive at the platform, and answers do not wait, in one wave."""


@dataclass(frozen=True, slots=True)
class Enqueued:
    """What one pass over the due schedules did. `full` says that more may be waiting."""

    enqueued: int
    skipped: int
    full: bool


class Schedules:
    def __init__(self, database: Database, clock: Clock, workdays: Callable[[], Workdays]) -> None:
        self._database = database
        self._now = clock
        self._workdays = workdays

    async def of(self, which: Chat) -> Schedule | None:
        async with self._database.read() as connection:
            return await schedule_for(connection, which.id)

    async def set(self, which: Chat, wanted: Schedule) -> Schedule:
        """Store what the person wants and give it back with `next_due`. A chat gets one digest a
        local day: set after today's digest, it starts tomorrow. Switching off or pausing cancels
        what was waiting to be sent."""
        async with self._database.write() as connection:
            result = await self._due(connection, which, wanted)
            await self._save(connection, which.id, result)
            resting = result.next_due is None or (
                result.paused_until is not None and result.paused_until > self._now()
            )
            if resting:
                await _cancel(connection, which.id, "paused" if result.on else "switched off")
            return result

    async def suspend(self, which: Chat, until: datetime | None = None) -> Schedule | None:
        """Pause until that instant, or switch off; `None` when the chat has no schedule."""
        now = await self.of(which)
        if now is None:
            return None
        return await self.set(which, replace(now, on=until is not None, paused_until=until))

    async def next_due(self) -> datetime | None:
        """When the next digest of all is due."""
        async with self._database.read() as connection:
            query = select(func.min(schedule.c.next_due)).where(schedule.c.next_due.is_not(None))
            found: datetime | None = await connection.scalar(query)
            return found

    async def loads(self, until: datetime) -> list[SlotLoad]:
        """What waits to be sent, and how many digests each slot until then has."""
        return await slot_loads(self._database, self._now(), until, self._workdays())

    async def countries(self) -> frozenset[str]:
        """Whose public holidays any schedule that is on keeps."""
        query = select(schedule.c.holidays).where(schedule.c.enabled, schedule.c.holidays != "")
        async with self._database.read() as connection:
            return frozenset((await connection.execute(query.distinct())).scalars())

    async def zones(self) -> frozenset[str]:
        """The zones by which digests are due."""
        query = select(schedule.c.zone).where(schedule.c.next_due.is_not(None)).distinct()
        async with self._database.read() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def enqueue(self, now: datetime) -> Enqueued:
        """Turn up to BATCH due slots into deliveries, each exactly once, in one transaction with
        the advance of the schedules. Several processes may do this at once: on PostgreSQL each
        takes rows that no other has locked."""
        async with self._database.write() as connection:
            rows = (await connection.execute(_DUE, {"now": now})).all()
            if not rows:
                return Enqueued(0, 0, full=False)
            names = {(row.platform, row.workspace) for row in rows}
            lanes = await lane_ids(connection, self._database, names)
            popular = len(rows) == BATCH
            by_rhythm: dict[tuple[object, ...], DueSlots] = {}
            found: list[_Delivery] = []
            moves = []
            for row in rows:
                rhythm = (
                    row.zone, row.minute, row.days, row.cadence, row.holidays, row.paused_until,
                    row.next_due,
                )  # fmt: skip
                due = by_rhythm.get(rhythm) or by_rhythm.setdefault(
                    rhythm, due_slots(schedule_of(row), now, self._workdays())
                )
                found += _deliveries(row, due, lanes[row.platform, row.workspace], popular)
                moves.append((row.chat_id, due.next_due))
            await _enqueue(connection, self._database, found)
            await _advance(connection, moves)
        skipped = sum(one.state is DeliveryState.SKIPPED for one in found)
        return Enqueued(len(found) - skipped, skipped, full=len(rows) == BATCH)

    async def follow_calendars(self) -> int:
        """Recompute every `next_due` when the time zones or the holidays have changed since the
        last time; how many changed. What is already due stays due."""
        workdays = self._workdays()
        edition = f"{tz_version()} {workdays.edition}"
        async with self._database.read() as connection:
            known = await connection.scalar(select(meta.c.value).where(meta.c.key == "tzdata"))
        changed = 0
        last: int | None = 0
        while known not in (None, edition) and last is not None:
            async with self._database.write() as connection:
                which = schedule.c.next_due > self._now()
                moved, last = await _reschedule_page(connection, which, self._now(), last, workdays)
            changed += moved
        async with self._database.write() as connection:
            statement = self._database.insert(meta).values(key="tzdata", value=edition)
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["key"], set_={"value": edition})
            )
        return changed

    async def _due(self, connection: AsyncConnection, which: Chat, wanted: Schedule) -> Schedule:
        state = await connection.scalar(select(chat.c.state).where(chat.c.id == which.id))
        if not wanted.on or state == ChatState.GONE:
            return replace(wanted, next_due=None)
        dates = await _last_dates(connection, [which.id])
        last = dates.get(which.id, date.min)
        slot = next_slot(wanted, self._now(), last, self._workdays())
        return replace(wanted, next_due=slot.due)

    async def _save(self, connection: AsyncConnection, chat_id: int, result: Schedule) -> None:
        values = _values(result)
        statement = self._database.insert(schedule).values(chat_id=chat_id, **values)
        try:
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["chat_id"], set_=values)
            )
        except IntegrityError as error:
            raise StoreError("this chat has just moved or been forgotten: ask again") from error


async def schedule_for(connection: AsyncConnection, chat_id: int) -> Schedule | None:
    query = select(*SCHEDULE).where(schedule.c.chat_id == chat_id)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else schedule_of(row)


async def stop(connection: AsyncConnection, which: Any) -> None:
    """Nothing is due any more for those schedules; `enabled`, the person's choice, stays."""
    await connection.execute(update(schedule).where(which).values(next_due=None))


async def resume(
    connection: AsyncConnection, which: Any, now: datetime, workdays: Workdays
) -> None:
    """What `stop` stopped goes on with the next slot."""
    last: int | None = 0
    while last is not None:
        page = which & schedule.c.enabled
        _, last = await _reschedule_page(connection, page, now, last, workdays)


async def _reschedule_page(
    connection: AsyncConnection, which: Any, now: datetime, after: int, workdays: Workdays
) -> tuple[int, int | None]:
    """Compute `next_due` anew for BATCH schedules: how many changed, and where to go on."""
    query = select(*SCHEDULE).where(which, schedule.c.chat_id > after)
    rows = (await connection.execute(query.order_by(schedule.c.chat_id).limit(BATCH))).all()
    dates = await _last_dates(connection, [row.chat_id for row in rows])
    moves = []
    for row in rows:
        last = dates.get(row.chat_id, date.min)
        due = next_slot(schedule_of(row), now, last, workdays).due
        if due != row.next_due:
            moves.append((row.chat_id, due))
    await _advance(connection, moves)
    return len(moves), rows[-1].chat_id if rows else None


async def _last_dates(connection: AsyncConnection, chat_ids: Sequence[int]) -> dict[int, date]:
    query = (
        select(delivery.c.chat_id, func.max(delivery.c.slot_date))
        .where(delivery.c.chat_id.in_(pad_ids(chat_ids)))
        .group_by(delivery.c.chat_id)
    )
    return {row[0]: row[1] for row in await connection.execute(query)}


async def _cancel(connection: AsyncConnection, chat_id: int, why: str) -> None:
    await connection.execute(
        update(delivery)
        .where(delivery.c.chat_id == chat_id, delivery.c.state == DeliveryState.PENDING)
        .values(state=DeliveryState.CANCELLED, reason=why)
    )


_DUE = (
    select(*SCHEDULE, chat.c.platform, chat.c.workspace, chat.c.not_before)
    .join(chat)
    .where(schedule.c.next_due.is_not(None), schedule.c.next_due <= bindparam("now"))
    .order_by(schedule.c.next_due, schedule.c.chat_id)
    .limit(BATCH)
    .with_for_update(of=schedule, skip_locked=True)  # left out on SQLite: BEGIN IMMEDIATE does
)


class _Delivery(NamedTuple):
    """A row to enqueue; the fields are named like the columns."""

    chat_id: int
    lane_id: int
    slot_date: date
    due_at: datetime
    cadence: str
    state: DeliveryState
    reason: str
    not_before: datetime
    expires_at: datetime


async def _enqueue(
    connection: AsyncConnection, database: Database, found: Sequence[_Delivery]
) -> None:
    columns = [delivery.c[name] for name in _Delivery._fields]
    new = rows_table(connection.dialect.name, *columns)
    rows = select(new).where(true())  # without WHERE, SQLite takes ON for a join's
    statement = database.insert(delivery).from_select(columns, rows).on_conflict_do_nothing()
    await connection.execute(statement, rows_parameter(found))


async def _advance(connection: AsyncConnection, moves: Sequence[tuple[int, datetime]]) -> None:
    if moves:
        new = rows_table(connection.dialect.name, schedule.c.chat_id, schedule.c.next_due)
        mine = schedule.c.chat_id == new.c.chat_id
        await connection.execute(
            update(schedule).where(mine).values(next_due=new.c.next_due), rows_parameter(moves)
        )


def _deliveries(row: AnyRow, due: DueSlots, lane_id: int, popular: bool) -> Iterator[_Delivery]:
    wait = _spread(row.chat_id) if popular else timedelta()
    for slot, reason in due.slots:
        state = DeliveryState.SKIPPED if reason else DeliveryState.PENDING
        not_before = max(slot.due + wait, row.not_before or slot.due)
        yield _Delivery(
            row.chat_id, lane_id, slot.date, slot.due, row.cadence, state, reason,
            not_before, slot.due + DIGEST_LIFETIME,
        )  # fmt: skip


def _spread(chat_id: int) -> timedelta:
    """The same for a chat every day; CRC spreads consecutive ids evenly."""
    return SPREAD * (zlib.crc32(chat_id.to_bytes(8, "big")) % 1000 / 1000)


def _values(of: Schedule) -> dict[str, object]:
    return {
        "cadence": of.cadence, "minute": of.minute, "days": of.days, "zone": of.zone,
        "enabled": of.on, "paused_until": of.paused_until, "next_due": of.next_due,
        "set_up_by": of.by, "holidays": of.holidays,
    }  # fmt: skip
