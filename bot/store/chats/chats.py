"""Chats: which there are, their language and topics, and what happens to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.address import Address
from bot.core.chats import Chat, ChatState, DeliveryState
from bot.core.command import RoomKind
from bot.core.errors import StoreError
from bot.core.language import Language
from bot.core.workdays import Workdays
from bot.store.chats.merge import move
from bot.store.chats.schedules import resume, stop
from bot.store.database.clock import Clock
from bot.store.database.engine import Database, pad_ids
from bot.store.database.rows import CHAT, chat_of, is_at, names_of
from bot.store.database.tables import chat, delivery, schedule, subscription


class Chats:
    """Implements the core's `ChatLifecycle` port."""

    def __init__(self, database: Database, clock: Clock, workdays: Callable[[], Workdays]) -> None:
        self._database = database
        self._now = clock
        self._workdays = workdays

    async def find(self, at: Address) -> Chat | None:
        """The chat, if we remember it; nothing is written."""
        async with self._database.read() as connection:
            return await _find(connection, at)

    async def ensure(self, at: Address, kind: RoomKind) -> Chat:
        """The chat, remembered from now on. Ask for it where something is to be kept; `find`
        does for everything else, so that a passer-by leaves no row. The kind is corrected when
        the platform says another one (a group that became a channel)."""
        values = {"kind": kind, "state": ChatState.ACTIVE, "created_at": self._now()}
        async with self._database.write() as connection:
            await connection.execute(
                self._database.insert(chat)
                .values(**names_of(at), **values)
                .on_conflict_do_update(
                    index_elements=["platform", "workspace", "room", "thread"],
                    set_={"kind": kind},
                    where=chat.c.kind != kind,
                )
            )
            return chat_of((await connection.execute(select(*CHAT).where(is_at(at)))).one())

    async def rooms_with_digest(self) -> list[Address]:
        """The groups and channels that get digests, those that are due first."""
        query = (
            select(*CHAT)
            .join(schedule)
            .where(schedule.c.next_due.is_not(None), chat.c.kind != RoomKind.DM)
            .order_by(schedule.c.next_due, chat.c.id)
        )
        async with self._database.read() as connection:
            return [chat_of(row).at for row in await connection.execute(query)]

    async def limited(self) -> int:
        """How many wait as long as their platform asked for."""
        query = select(func.count()).where(chat.c.not_before > self._now())
        async with self._database.read() as connection:
            return int(await connection.scalar(query) or 0)

    async def of_person(self, platform: str, person: str, workspace: str = "") -> tuple[Chat, ...]:
        """The chats of that workspace whose digest that person set up, by address: ids of people
        are unique in their workspace alone."""
        query = (
            select(*CHAT)
            .join(schedule)
            .where(
                chat.c.platform == platform,
                chat.c.workspace == workspace,
                schedule.c.set_up_by == person,
            )
            .order_by(chat.c.workspace, chat.c.room, chat.c.thread)
        )
        async with self._database.read() as connection:
            return tuple(chat_of(row) for row in await connection.execute(query))

    async def set_language(self, of: Chat, language: Language | None) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                update(chat).where(chat.c.id == of.id).values(language=language)
            )

    async def set_silent(self, of: Chat, silent: bool) -> None:
        async with self._database.write() as connection:
            await connection.execute(update(chat).where(chat.c.id == of.id).values(silent=silent))

    async def set_reactions(self, of: Chat, reactions: bool) -> None:
        """Whether what the chat saves and hides moves what is like it."""
        async with self._database.write() as connection:
            await connection.execute(
                update(chat).where(chat.c.id == of.id).values(reactions=reactions)
            )

    async def set_only(self, of: Chat, only: bool) -> None:
        """Whether digests stay with the chat's own topics when those are used up."""
        async with self._database.write() as connection:
            await connection.execute(
                update(chat).where(chat.c.id == of.id).values(only_topics=only)
            )

    async def set_topics(self, of: Chat, topics: Sequence[str]) -> None:
        """Exactly these topics from now on; those kept keep their age."""
        for topic in set(await self.topics(of)) - set(topics):
            await self.unsubscribe(of, topic)
        for topic in topics:
            await self.subscribe(of, topic)

    async def subscribe(self, of: Chat, topic: str) -> bool:
        """Whether the topic is new to the chat."""
        row = {"chat_id": of.id, "topic": topic, "since": self._now()}
        statement = self._database.insert(subscription).values(**row).on_conflict_do_nothing()
        try:
            async with self._database.write() as connection:
                return (await connection.execute(statement)).rowcount == 1
        except IntegrityError as error:
            raise StoreError("this chat has just moved or been forgotten: ask again") from error

    async def unsubscribe(self, of: Chat, topic: str | None = None) -> tuple[str, ...]:
        """The topics that were dropped: that one, or all of them."""
        which = subscription.c.chat_id == of.id
        if topic is not None:
            which &= subscription.c.topic == topic
        statement = delete(subscription).where(which).returning(subscription.c.topic)
        async with self._database.write() as connection:
            return tuple(sorted((await connection.execute(statement)).scalars()))

    async def topics(self, of: Chat) -> tuple[str, ...]:
        """The topics subscribed to, oldest first; none means everything."""
        async with self._database.read() as connection:
            return await topics_of(connection, of.id)

    async def moved(self, old: Address, new: Address) -> None:
        async with self._database.write() as connection:
            await move(connection, old, new)

    async def gone(self, at: Address, why: str) -> None:
        """Waiting deliveries are cancelled and the schedule rests; the data is kept. A room takes
        its threads with it."""
        async with self._database.write() as connection:
            await mark_gone(connection, room_and_threads(at), why, self._now())

    async def back(self, at: Address) -> None:
        """Looks before it writes: every chat that speaks is reported, hardly one was gone."""
        which = room_and_threads(at)
        gone = select(chat.c.id).where(which, chat.c.state == ChatState.GONE).limit(1)
        async with self._database.read() as connection:
            if (await connection.execute(gone)).first() is None:
                return
        async with self._database.write() as connection:
            await mark_back(connection, which, self._now(), self._workdays())

    async def uninstalled(self, platform: str, workspace: str) -> None:
        """The bot left a whole workspace. Its data is kept until `purge`, so that installing
        again within a month finds everything as it was."""
        which = (chat.c.platform == platform) & (chat.c.workspace == workspace)
        async with self._database.write() as connection:
            await mark_gone(connection, which, "uninstalled", self._now())


async def topics_of(connection: AsyncConnection, chat_id: int) -> tuple[str, ...]:
    return (await topics_by(connection, [chat_id])).get(chat_id, ())


async def topics_by(
    connection: AsyncConnection, chat_ids: Sequence[int]
) -> dict[int, tuple[str, ...]]:
    """The topics of each chat, oldest first."""
    query = (
        select(subscription.c.chat_id, subscription.c.topic)
        .where(subscription.c.chat_id.in_(pad_ids(chat_ids)))
        .order_by(subscription.c.since, subscription.c.topic)
    )
    found: dict[int, tuple[str, ...]] = {}
    for chat_id, topic in await connection.execute(query):
        found[chat_id] = (*found.get(chat_id, ()), topic)
    return found


async def mark_gone(connection: AsyncConnection, which: Any, why: str, now: datetime) -> None:
    """Make chats `gone` inside a transaction: nothing more is due, what waited is cancelled."""
    ids = select(chat.c.id).where(which).scalar_subquery()
    await stop(connection, schedule.c.chat_id.in_(ids))  # first, as whoever writes outcomes does
    await connection.execute(
        update(delivery)
        .where(delivery.c.chat_id.in_(ids), delivery.c.state == DeliveryState.PENDING)
        .values(state=DeliveryState.CANCELLED, reason=why[:500])
    )
    await connection.execute(
        update(chat)
        .where(which, chat.c.state == ChatState.ACTIVE)
        .values(state=ChatState.GONE, gone_at=now)
    )


async def mark_back(
    connection: AsyncConnection, which: Any, now: datetime, workdays: Workdays
) -> None:
    """What `mark_gone` stopped goes on, for those chats that are gone."""
    which &= chat.c.state == ChatState.GONE
    ids = select(chat.c.id).where(which)
    await resume(connection, schedule.c.chat_id.in_(ids), now, workdays)
    active = {"state": ChatState.ACTIVE, "gone_at": None, "not_before": None}
    await connection.execute(update(chat).where(which).values(**active))


def room_and_threads(at: Address) -> Any:
    """A forum's threads share the fate of the room; a thread has its own."""
    room = (
        (chat.c.platform == at.platform)
        & (chat.c.workspace == at.workspace)
        & (chat.c.room == at.room)
    )
    return room & (chat.c.thread == at.thread) if at.thread else room


async def _find(connection: AsyncConnection, at: Address) -> Chat | None:
    row = (await connection.execute(select(*CHAT).where(is_at(at)))).one_or_none()
    return None if row is None else chat_of(row)
