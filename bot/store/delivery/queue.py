"""The queue of deliveries: which are ready, who claims them, and what became of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chats import DeliveryState, KeptKind
from bot.core.ports import DigestRequest
from bot.store.chats.chats import topics_by
from bot.store.chats.due_slots import DIGEST_LIFETIME
from bot.store.chats.kept import kept_by
from bot.store.database.clock import Clock
from bot.store.database.engine import Database, pad_ids
from bot.store.database.tables import OPEN, chat, delivery, lane
from bot.store.delivery.batch import rows_parameter, rows_table
from bot.store.delivery.deliveries import items_of, seen_by
from bot.store.delivery.locks import AdvisoryLocks, FileLocks, Locks
from bot.store.delivery.ready import (
    Lane,
    PageCursor,
    ReadyDelivery,
    lanes_at_work,
    ready_delivery,
    ready_in,
    ready_in_many,
)
from bot.store.delivery.writes import Operation, apply_operations, cancel_unwanted

SLICE = 1000
"""Deliveries put in doubt or closed in one transaction: some 20 ms, in which others wait to
write."""

LATE = 10_000
"""Late deliveries looked for at once, among all that is open: half a second for half a million."""


@dataclass(frozen=True, slots=True)
class PreparedDigest:
    """What is needed to say it, with the items if they were chosen before."""

    request: DigestRequest
    items: tuple[str, ...]


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

    async def lanes_with_work(
        self, platforms: Collection[str], now: datetime, after: int, limit: int
    ) -> list[Lane]:
        """Lanes of those platforms that have something to send or to clear up now, in the order of
        their ids, as many as `limit` after that id."""
        async with self._database.read() as connection:
            asked = {"platforms": sorted(platforms), "now": now, "after": after, "limit": limit}
            rows = await connection.execute(lanes_at_work(), asked)
            return [Lane(row.id, row.platform, row.workspace, row.not_before) for row in rows]

    async def read_ready(
        self, of: Lane, now: datetime, after: PageCursor | None, limit: int
    ) -> list[ReadyDelivery]:
        """Deliveries that may be sent now, in their order, a page of them. Those of a chat
        that the platform asked to leave alone for a while are left out."""
        async with self._database.read() as connection:
            rows = await connection.execute(ready_in(of, now, after, limit))
            return [ready_delivery(row) for row in rows]

    async def read_ready_of_many(
        self, lanes: Sequence[Lane], now: datetime, limit: int
    ) -> dict[int, list[ReadyDelivery]]:
        """The first page of each lane, by its id, with one statement."""
        pages: dict[int, list[ReadyDelivery]] = {lane.id: [] for lane in lanes}
        ids = rows_parameter([(lane.id,) for lane in lanes])
        async with self._database.read() as connection:
            query = ready_in_many(connection.dialect.name, now, limit)
            for row in await connection.execute(query, ids):
                pages[row.lane_id].append(ready_delivery(row))
        return pages

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

    async def stranded(self, lanes: Sequence[Lane]) -> list[int]:
        """Deliveries of those lanes that are `sending`."""
        ids = rows_parameter([(one.id,) for one in lanes])
        async with self._database.read() as connection:
            new = rows_table(connection.dialect.name, lane.c.id)
            query = select(delivery.c.id).join(new, delivery.c.lane_id == new.c.id)
            sending = query.where(text(_OPEN), delivery.c.state == DeliveryState.SENDING)
            return list(await connection.scalars(sending, ids))

    async def recover(self, ids: Sequence[int], why: str, *, once_more: bool) -> tuple[int, int]:
        """Deliveries that are `sending` although nobody sends them: their process died, so whether
        they arrived is unknown. How many go once more, and how many stay `unknown`."""
        again = left = 0
        for start in range(0, len(ids), SLICE):
            among = pad_ids(ids[start : start + SLICE])
            found = and_(delivery.c.id.in_(among), delivery.c.state == DeliveryState.SENDING)
            async with self.locks.write() as connection:
                if once_more:
                    again += await self._send_again(connection, found, why)
                doubt = {"doubts": delivery.c.doubts + 1, "reason": why}
                rest = update(delivery).where(found)
                done = await connection.execute(rest.values(state=DeliveryState.UNKNOWN, **doubt))
                left += done.rowcount
        return again, left

    async def _send_again(
        self, connection: AsyncConnection, found: ColumnElement[bool], why: str
    ) -> int:
        values = {"state": DeliveryState.PENDING, "not_before": self._now(), "reason": why}
        first = update(delivery).where(found, delivery.c.doubts == 0)
        first = first.values(doubts=delivery.c.doubts + 1, **values)
        ids = list(await connection.scalars(first.returning(delivery.c.id)))
        await cancel_unwanted(connection, ids, self._now())
        return len(ids)

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
        late = select(delivery.c.id).where(
            text(_OPEN),
            delivery.c.state == DeliveryState.PENDING,
            delivery.c.not_before <= now,
            delivery.c.expires_at <= now,
        )
        closed = 0
        while True:
            async with self._database.read() as connection:
                ids = list(await connection.scalars(late.limit(LATE)))
            for start in range(0, len(ids), SLICE):
                closed += await self._close(ids[start : start + SLICE])
            if len(ids) < LATE:
                return closed

    async def _close(self, ids: Sequence[int]) -> int:
        late = and_(delivery.c.id.in_(pad_ids(ids)), delivery.c.state == DeliveryState.PENDING)
        async with self._database.write() as connection:
            doubtful = update(delivery).where(late, delivery.c.doubts > 0)
            await connection.execute(doubtful.values(state=DeliveryState.UNKNOWN))
            values = {
                "state": DeliveryState.EXPIRED,
                "reason": func.coalesce(func.nullif(delivery.c.reason, ""), "nobody could send it"),
            }
            closed = await connection.execute(update(delivery).where(late).values(**values))
            return closed.rowcount


_OPEN = f"delivery.{OPEN}"
