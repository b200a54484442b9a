"""How many digests fall due when, counted without reading them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text

from bot.core.chats import Cadence, Schedule
from bot.core.schedule import next_slot
from bot.core.workdays import Workdays
from bot.store.database.engine import Database
from bot.store.database.rows import AnyRow
from bot.store.database.tables import OPEN, chat, delivery, lane, schedule


@dataclass(frozen=True, slots=True)
class SlotLoad:
    """So many digests of one bot token or workspace are due at one instant."""

    platform: str
    workspace: str
    due: datetime
    count: int


async def slot_loads(
    database: Database, now: datetime, until: datetime, workdays: Workdays
) -> list[SlotLoad]:
    """What waits to be sent, and every slot that comes before `until`, oldest first. Chats that
    share a rhythm are one row: some seconds for a million."""
    found: Counter[tuple[str, str, datetime]] = Counter()
    async with database.read() as connection:
        for row in await connection.execute(_WAITING):
            found[row.platform, row.workspace, row.due_at] += row.digests
        rhythms = _RHYTHMS.where(schedule.c.next_due < until)
        for row in await connection.execute(rhythms):
            for due in _slots(row, now, until, workdays):
                found[row.platform, row.workspace, due] += row.digests
    loads = [
        SlotLoad(platform, workspace, due, n) for (platform, workspace, due), n in found.items()
    ]
    return sorted(loads, key=lambda load: (load.due, load.platform, load.workspace))


def _slots(row: AnyRow, now: datetime, until: datetime, workdays: Workdays) -> Iterator[datetime]:
    """When a rhythm is due next, and after that."""
    cadence = Cadence(row.cadence)
    rhythm = Schedule(row.zone, row.minute, row.days, cadence, holidays=row.holidays)
    due: datetime = row.next_due
    while due < until:
        yield due
        due = next_slot(rhythm, max(due, now), workdays=workdays).due


_WAITING = (
    select(lane.c.platform, lane.c.workspace, delivery.c.due_at, func.count().label("digests"))
    .select_from(delivery)
    .join(lane)
    .where(text(f"delivery.{OPEN}"))
    .group_by(lane.c.platform, lane.c.workspace, delivery.c.due_at)
)

_RHYTHM = (
    chat.c.platform, chat.c.workspace, schedule.c.zone, schedule.c.minute, schedule.c.days,
    schedule.c.cadence, schedule.c.holidays, schedule.c.next_due,
)  # fmt: skip

_RHYTHMS = (
    select(*_RHYTHM, func.count().label("digests"))
    .select_from(schedule)
    .join(chat)
    .where(schedule.c.next_due.is_not(None))
    .group_by(*_RHYTHM)
)
