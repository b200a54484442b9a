"""The tables, with the constraints that keep promises. Instants are stored in UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

from bot.core.chats import Cadence, ChatState, DeliveryState, KeptKind
from bot.core.command import RoomKind

OPEN = "state IN ('pending', 'sending')"
"""Literally the condition of the index `delivery_open`: a query must repeat it word for word, for
SQLite does not conclude from state = 'pending' that the partial index serves it."""

TROUBLE = "state IN ('failed', 'unknown', 'expired')"


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime: `timestamptz` on PostgreSQL; on SQLite fixed-width text, which
    sorts as it should and which a person can read. SQLAlchemy writes the same text, in ten times
    the time; a catch-up after a day writes millions."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        return _to_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        if dialect.name == "sqlite":
            return _from_text
        return super().result_processor(dialect, coltype)


def instant_text(value: datetime) -> str:
    """In UTC, as SQLite stores it."""
    utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    return utc.replace(tzinfo=None).isoformat(" ", "microseconds")


def _to_text(value: datetime | None) -> str | None:
    return None if value is None else instant_text(value)


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


def _one_of(column: str, kinds: type[StrEnum]) -> CheckConstraint:
    words = ", ".join(f"'{kind}'" for kind in kinds)
    return CheckConstraint(f"{column} IN ({words})", name=column)


_Id = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)

chat = Table(
    "chat",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("platform", String(32), nullable=False),
    Column("workspace", String(64), nullable=False),
    Column("room", String(128), nullable=False),
    Column("thread", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("language", String(16)),
    Column("state", String(16), nullable=False, server_default="active"),
    Column("silent", Boolean, nullable=False, server_default=text("false")),
    Column("only_topics", Boolean, nullable=False, server_default=text("false")),
    Column("reactions", Boolean, nullable=False, server_default=text("true")),
    Column("gone_at", Instant),
    Column("not_before", Instant),  # the platform's own wait (Retry-After), obeyed after a restart
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("platform", "workspace", "room", "thread"),
    _one_of("kind", RoomKind),
    _one_of("state", ChatState),
    sqlite_autoincrement=True,
)

schedule = Table(
    "schedule",
    metadata,
    Column("chat_id", ForeignKey("chat.id", ondelete="CASCADE"), primary_key=True),
    Column("cadence", String(16), nullable=False),
    Column("minute", SmallInteger, nullable=False),
    Column("days", SmallInteger, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("paused_until", Instant),  # the person's own pause
    Column("next_due", Instant),
    Column("set_up_by", String(64), nullable=False),
    Column("holidays", String(2), nullable=False, server_default=""),  # country whose are kept
    CheckConstraint("minute BETWEEN 0 AND 1439", name="minute"),
    CheckConstraint("days BETWEEN 1 AND 127", name="days"),
    _one_of("cadence", Cadence),
    CheckConstraint("enabled OR next_due IS NULL", name="off"),
    Index("schedule_due", "next_due", sqlite_where=text("next_due IS NOT NULL"),
          postgresql_where=text("next_due IS NOT NULL")),
    Index("schedule_set_up_by", "set_up_by"),
)  # fmt: skip

subscription = Table(
    "subscription",
    metadata,
    Column("chat_id", ForeignKey("chat.id", ondelete="CASCADE"), primary_key=True),
    Column("topic", String(64), primary_key=True),
    Column("since", Instant, nullable=False),
)

lane = Table(
    "lane",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("platform", String(32), nullable=False),
    Column("workspace", String(64), nullable=False),
    Column("not_before", Instant),  # a pause of the whole lane
    UniqueConstraint("platform", "workspace"),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("chat_id", ForeignKey("chat.id", ondelete="CASCADE"), nullable=False),
    Column("lane_id", ForeignKey("lane.id"), nullable=False),
    Column("slot_date", Date, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("cadence", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("doubts", Integer, nullable=False, server_default="0"),
    Column("started_at", Instant),
    Column("sent_at", Instant),
    Column("message_id", String(128), nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    UniqueConstraint("chat_id", "slot_date"),  # one digest per chat and local date, for ever
    _one_of("state", DeliveryState),
    _one_of("cadence", Cadence),
    Index("delivery_open", "lane_id", "not_before", "id",
          sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
    Index("delivery_trouble", "state", "id",
          sqlite_where=text(TROUBLE), postgresql_where=text(TROUBLE)),
    sqlite_autoincrement=True,
)  # fmt: skip

delivery_item = Table(
    "delivery_item",
    metadata,
    Column("delivery_id", ForeignKey("delivery.id", ondelete="CASCADE"), primary_key=True),
    Column("item", String(160), primary_key=True),
    Column("position", SmallInteger, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("source", String(128), nullable=False),
    Column("event", String(128), nullable=False),
    Column("payload", Text),  # NULL once it is handled
    Column("at", Instant, nullable=False),
    UniqueConstraint("source", "event"),
    Index("inbox_waiting", "source", "id", sqlite_where=text("payload IS NOT NULL"),
          postgresql_where=text("payload IS NOT NULL")),
    Index("inbox_at", "at"),
    sqlite_autoincrement=True,
)  # fmt: skip

shown = Table(
    "shown",
    metadata,
    Column("chat_id", ForeignKey("chat.id", ondelete="CASCADE"), primary_key=True),
    Column("item", String(160), primary_key=True),
    Column("at", Instant, nullable=False),
)

kept = Table(
    "kept",
    metadata,
    Column("chat_id", ForeignKey("chat.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("item", String(160), primary_key=True),
    Column("at", Instant, nullable=False),
    _one_of("kind", KeptKind),
)

report = Table(
    "report",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("chat_id", ForeignKey("chat.id", ondelete="SET NULL"), index=True),
    Column("item", String(160), nullable=False),
    Column("words", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

installation = Table(
    "installation",
    metadata,
    Column("platform", String(32), primary_key=True),
    Column("workspace", String(64), primary_key=True),
    Column("enterprise", String(64), nullable=False),
    Column("bot_user", String(64), nullable=False),
    Column("bot_id", String(64), nullable=False),
    Column("bot_name", String(80), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("bot_token", Text, nullable=False),  # encrypted, like the next one
    Column("refresh_token", Text, nullable=False),
    Column("expires_at", Instant),
    Column("renewing_until", Instant),  # one process at a time asks for the next token
    Column("installed_at", Instant, nullable=False),
    Column("removed_at", Instant),
)

alert = Table(
    "alert",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("subject", String(160), nullable=False),
    Column("detail", Text, nullable=False),  # what fills its sentence, as JSON; no secrets
    Column("since", Instant, nullable=False),
    Column("claimed_at", Instant),  # a process is about to tell it
    Column("told_at", Instant),
    Column("over_at", Instant),
    Column("closed_at", Instant),  # operators know that it is over
    Index("alert_open", "kind", "subject", unique=True,
          sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
    sqlite_autoincrement=True,
)  # fmt: skip

meta = Table(
    "meta",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("value", Text, nullable=False),
)
