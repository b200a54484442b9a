"""The queue of deliveries: which are ready, who claims them, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import and_, exists, func, literal, or_, select, text, tuple_, update

from bot.core.chats import Cadence, Chat, ChatState, DeliveryState, KeptKind, Slot
from bot.core.ports import DigestRequest
from bot.store.chats.chats import topics_by
from bot.store.chats.due_slots import DIGEST_LIFETIME
from bot.store.chats.kept import kept_by
from bot.store.database.clock import Clock
from bot.store.database.engine import Database
from bot.store.database.rows import CHAT, chat_of
from bot.store.database.tables import OPEN, Instant, chat, delivery, lane, schedule
from bot.store.delivery.deliveries import items_of, seen_by
from bot.store.delivery.locks import AdvisoryLocks, FileLocks, Locks
from bot.store.delivery.writes import Operation, apply_operations, cancel_unwanted


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


@dataclass(frozen=True, slots=True)
class PreparedDigest:
    """What is needed to say it, with the items if they were chosen before."""

    request: DigestRequest
    items: tuple[str, ...]


PageCursor: TypeAlias = "tuple[datetime, int]"
"""`not_before` and id of the last delivery that was read: the next page begins after it."""


class DeliveryQueue:
    """One per delivering process. Open its `locks` before anything else. Writing goes through them,
    so that it fails when the lane may have another owner."""

    def __init__(self, database: Database, clock: Clock, *, network_ok: bool = False) -> None:
        self._database = database
        self._now = clock
        self.locks: Locks = (
            FileLocks(database, network_ok=network_ok)
            if database.sqlite
            else AdvisoryLocks(database)
        )
        self.single_process = database.sqlite

    async def lanes_with_work(self, now: datetime) -> list[Lane]:
        """Lanes that have something to send or to clear up now."""
        work = exists().where(
            delivery.c.lane_id == lane.c.id, text(_OPEN), delivery.c.not_before <= now
        )
        query = select(lane).where(work, or_(lane.c.not_before.is_(None), lane.c.not_before <= now))
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(lane.c.id))
            return [Lane(row.id, row.platform, row.workspace, row.not_before) for row in rows]

    async def read_ready(
        self, of: Lane, now: datetime, after: PageCursor | None, limit: int
    ) -> list[ReadyDelivery]:
        """Deliveries that may be sent now, in their order, a page of them. Those of a chat
        that the platform asked to leave alone for a while are left out."""
        query = _READY.where(
            delivery.c.lane_id == of.id,
            delivery.c.not_before <= now,
            or_(chat.c.not_before.is_(None), chat.c.not_before <= now),
        )
        if after is not None:
            query = query.where(_order > tuple_(literal(after[0], Instant), after[1]))
        async with self._database.read() as connection:
            return [
                ReadyDelivery(
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
                for row in await connection.execute(query.limit(limit))
            ]

    async def prepare(self, batch: Sequence[ReadyDelivery]) -> list[PreparedDigest]:
        """What some deliveries need to be said, in one read."""
        chats = [one.chat.id for one in batch]
        tried = [one.id for one in batch if one.attempts]
        async with self._database.read() as connection:
            topics = await topics_by(connection, chats)
            seen = await seen_by(connection, chats)
            kept = await kept_by(connection, chats)
            items = await items_of(connection, tried) if tried else {}
        return [
            PreparedDigest(
                DigestRequest(
                    chat=one.chat,
                    slot=one.slot,
                    cadence=one.cadence,
                    zone=one.zone,
                    topics=topics.get(one.chat.id, ()),
                    seen=seen.get(one.chat.id, {}),
                    hidden=kept.get((one.chat.id, KeptKind.HIDDEN), frozenset()),
                    saved=kept.get((one.chat.id, KeptKind.SAVED), frozenset()),
                ),
                items.get(one.id, ()),
            )
            for one in batch
        ]

    async def write(self, operations: Sequence[Operation]) -> set[int]:
        """Write claims and outcomes down in one transaction; the ids that were claimed. Safe to
        repeat: an outcome counts only for the attempt that it belongs to."""
        async with self.locks.write() as connection:
            return await apply_operations(connection, operations, self._now())

    async def recover(
        self, of: Lane, known: Sequence[int], why: str, *, once_more: bool
    ) -> tuple[int, int]:
        """Deliveries of a lane that are `sending` although nobody sends them (all but `known`):
        their process died, so whether they arrived is unknown. How many go once more, and how
        many stay `unknown`."""
        stranded = and_(
            delivery.c.lane_id == of.id,
            text(_OPEN),
            delivery.c.state == DeliveryState.SENDING,
            delivery.c.id.not_in(known),
        )
        doubt = {"doubts": delivery.c.doubts + 1, "reason": why}
        again = {"state": DeliveryState.PENDING, "not_before": self._now(), **doubt}
        async with self.locks.write() as connection:
            first: list[int] = []
            if once_more:
                statement = update(delivery).where(stranded, delivery.c.doubts == 0)
                ids = await connection.scalars(statement.values(**again).returning(delivery.c.id))
                first = list(ids)
                await cancel_unwanted(connection, first, self._now())
            rest = update(delivery).where(stranded)
            left = await connection.execute(rest.values(state=DeliveryState.UNKNOWN, **doubt))
            return len(first), left.rowcount

    async def pause_lane(self, of: Lane, until: datetime) -> None:
        async with self.locks.write() as connection:
            await connection.execute(
                update(lane).where(lane.c.id == of.id).values(not_before=until)
            )

    async def keep_due(self, now: datetime, longest_pause: timedelta) -> int:
        """Digests that fell due by a clock that has been set back since go on at once, unless the
        platform or our backoff wants their chat left alone; how many. What lies further ahead than
        a digest is of use was never due, and keeps its time. Lanes pause no longer than ever."""
        parked = exists().where(chat.c.id == delivery.c.chat_id, chat.c.not_before > now)
        ahead = (
            select(delivery.c.id)
            .where(
                text(_OPEN),
                delivery.c.state == DeliveryState.PENDING,
                delivery.c.due_at > now,
                delivery.c.due_at <= now + DIGEST_LIFETIME,
                ~parked,
            )
            .with_for_update(skip_locked=True)  # whoever writes one meanwhile takes it anyway
        )
        paused = lane.c.not_before > now + longest_pause
        async with self._database.write() as connection:
            await connection.execute(update(lane).where(paused).values(not_before=None))
            statement = update(delivery).where(delivery.c.id.in_(ahead)).values(not_before=now)
            return (await connection.execute(statement)).rowcount

    async def expire(self, now: datetime) -> int:
        """Close what is past its use in lanes that nobody serves (a token was taken away); how
        many. What may have arrived already ends as `unknown` instead."""
        late = and_(
            text(_OPEN),
            delivery.c.state == DeliveryState.PENDING,
            delivery.c.not_before <= now,
            delivery.c.expires_at <= now,
        )
        async with self._database.write() as connection:
            doubtful = update(delivery).where(late, delivery.c.doubts > 0)
            await connection.execute(doubtful.values(state=DeliveryState.UNKNOWN))
            values = {
                "state": DeliveryState.EXPIRED,
                "reason": func.coalesce(func.nullif(delivery.c.reason, ""), "nobody could send it"),
            }
            return (
                await connection.execute(update(delivery).where(late).values(**values))
            ).rowcount


_OPEN = f"delivery.{OPEN}"

_order = tuple_(delivery.c.not_before, delivery.c.id)

_READY = (
    select(
        *CHAT,
        schedule.c.zone,
        delivery.c.id.label("delivery_id"),
        delivery.c.slot_date,
        delivery.c.due_at,
        delivery.c.cadence,
        delivery.c.not_before,
        delivery.c.expires_at,
        delivery.c.attempts,
        delivery.c.doubts,
    )
    .select_from(delivery)
    .join(chat)
    .outerjoin(schedule, schedule.c.chat_id == chat.c.id)
    .where(
        text(_OPEN),
        delivery.c.state == DeliveryState.PENDING,
        chat.c.state == ChatState.ACTIVE,
    )
    .order_by(delivery.c.not_before, delivery.c.id)
)
