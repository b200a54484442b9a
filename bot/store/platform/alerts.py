"""What operators are to be told, and what they were: each trouble once, and once its end."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database.clock import Clock
from bot.store.database.engine import Database
from bot.store.database.tables import alert, meta

SETTLED = timedelta(minutes=10)
"""So long something must be well before operators hear that it is over; what comes back sooner is
the same trouble, and is not told again."""

CLAIMED = timedelta(minutes=2)
"""In which whoever took up a message has sent it, or has died; then another one does."""

DAY = timedelta(days=1)

KEPT = timedelta(days=90)

AT_ONCE = 10
"""Troubles in one message."""

_LOCK = "alerts"


@dataclass(frozen=True, slots=True)
class StoredAlert:
    """`over`: it was told before, and is over now. `values` fill its sentence."""

    id: int
    kind: str
    subject: str
    values: Mapping[str, str]
    over: bool


@dataclass(frozen=True, slots=True)
class ClaimedAlerts:
    """What goes into one message; `last`: the day has no other."""

    alerts: Sequence[StoredAlert] = ()
    last: bool = False


class AlertStore:
    """Any number of processes may report and claim: each message is claimed by one of them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._now = clock

    async def begin(self, kind: str, subject: str, values: Mapping[str, str]) -> None:
        """It is so; nothing changes when that is known. What was over, and not told so, goes on."""
        row = {"kind": kind, "subject": subject, "detail": json.dumps(dict(values))}
        new = self._database.insert(alert).values(since=self._now(), **row)
        known = new.on_conflict_do_update(
            index_elements=["kind", "subject"],
            index_where=alert.c.closed_at.is_(None),
            set_={"over_at": None},
        )
        async with self._database.write() as connection:
            await connection.execute(known)

    async def end(self, kind: str, subject: str) -> None:
        """It is not so any more. What nobody was told is forgotten."""
        this = and_(alert.c.kind == kind, alert.c.subject == subject, alert.c.closed_at.is_(None))
        async with self._database.write() as connection:
            await connection.execute(delete(alert).where(this, alert.c.told_at.is_(None)))
            over = update(alert).where(this, alert.c.over_at.is_(None))
            await connection.execute(over.values(over_at=self._now()))

    async def standing(self) -> dict[tuple[str, str], Mapping[str, str]]:
        """By kind and subject, the values of what is so."""
        query = select(alert.c.kind, alert.c.subject, alert.c.detail).where(
            alert.c.closed_at.is_(None), alert.c.over_at.is_(None)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return {(kind, subject): json.loads(text) for kind, subject, text in rows}

    async def claim(self, most: int) -> ClaimedAlerts:
        """What is to be told now, for whoever asks first; nothing once `most` messages have gone
        out within a day: the rest waits, and what is over by then is never told."""
        now = self._now()
        waiting = _waiting(now)
        async with self._database.read() as connection:
            if not await connection.scalar(select(func.count()).where(waiting)):
                return ClaimedAlerts()
        async with self._database.write() as connection:
            await self._lock(connection)
            left = most - await _messages(connection, now - DAY)
            query = select(alert).where(waiting).order_by(alert.c.id).limit(AT_ONCE)
            rows = (await connection.execute(query)).all() if left > 0 else []
            ids = [row.id for row in rows]
            await connection.execute(
                update(alert).where(alert.c.id.in_(ids)).values(claimed_at=now)
            )
        found = [
            StoredAlert(r.id, r.kind, r.subject, json.loads(r.detail), r.told_at is not None)
            for r in rows
        ]
        return ClaimedAlerts(found, last=bool(found) and left == 1)

    async def told(self, alerts: Sequence[StoredAlert]) -> None:
        """They have been told, in one message."""
        now = self._now()
        new = [one.id for one in alerts if not one.over]
        over = [one.id for one in alerts if one.over]
        free = {"claimed_at": None}
        async with self._database.write() as connection:
            await connection.execute(
                update(alert).where(alert.c.id.in_(new)).values(told_at=now, **free)
            )
            await connection.execute(
                update(alert).where(alert.c.id.in_(over)).values(closed_at=now, **free)
            )

    async def purge(self) -> int:
        old = or_(alert.c.closed_at < self._now() - KEPT, alert.c.since < self._now() - 4 * KEPT)
        async with self._database.write() as connection:
            return (await connection.execute(delete(alert).where(old))).rowcount

    async def _lock(self, connection: AsyncConnection) -> None:
        """One at a time: both would count the day's messages before either has sent one."""
        row = self._database.insert(meta).values(key=_LOCK, value="")
        same = row.on_conflict_do_update(index_elements=["key"], set_={"value": ""})
        await connection.execute(same)


def _waiting(now: datetime) -> ColumnElement[bool]:
    new = and_(alert.c.told_at.is_(None), alert.c.over_at.is_(None))
    over = and_(alert.c.told_at.is_not(None), alert.c.over_at <= now - SETTLED)
    free = or_(alert.c.claimed_at.is_(None), alert.c.claimed_at < now - CLAIMED)
    return and_(alert.c.closed_at.is_(None), or_(new, over), free)


async def _messages(connection: AsyncConnection, since: datetime) -> int:
    """One message has one moment, however many troubles it names. What is under way counts."""
    told = (select(c).where(c > since) for c in (alert.c.told_at, alert.c.closed_at))
    fresh = select(alert.c.claimed_at).where(alert.c.claimed_at > since + DAY - CLAIMED)
    times = union(*told, fresh).subquery()
    return int(await connection.scalar(select(func.count()).select_from(times)) or 0)
