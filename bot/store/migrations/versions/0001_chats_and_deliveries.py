"""Chats, schedules, subscriptions, deliveries, the inbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _instant() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "chat",
        sa.Column("id", _id(), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("room", sa.String(length=128), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("state", sa.String(length=16), server_default="active", nullable=False),
        sa.Column("gone_at", _instant(), nullable=True),
        sa.Column("not_before", _instant(), nullable=True),
        sa.Column("created_at", _instant(), nullable=False),
        sa.CheckConstraint("kind IN ('dm', 'group', 'channel', 'inline')", name="chat_kind_check"),
        sa.CheckConstraint("state IN ('active', 'gone')", name="chat_state_check"),
        sa.PrimaryKeyConstraint("id", name="chat_pkey"),
        sa.UniqueConstraint(
            "platform",
            "workspace",
            "room",
            "thread",
            name="chat_platform_workspace_room_thread_key",
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "inbox",
        sa.Column("id", _id(), nullable=False),
        sa.Column("source", sa.String(length=128), nullable=False),
        sa.Column("event", sa.String(length=128), nullable=False),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("at", _instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="inbox_pkey"),
        sa.UniqueConstraint("source", "event", name="inbox_source_event_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("inbox_at", "inbox", ["at"], unique=False)
    op.create_index(
        "inbox_waiting",
        "inbox",
        ["source", "id"],
        unique=False,
        sqlite_where=sa.text("payload IS NOT NULL"),
        postgresql_where=sa.text("payload IS NOT NULL"),
    )
    op.create_table(
        "lane",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("not_before", _instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="lane_pkey"),
        sa.UniqueConstraint("platform", "workspace", name="lane_platform_workspace_key"),
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="meta_pkey"),
    )
    op.create_table(
        "delivery",
        sa.Column("id", _id(), nullable=False),
        sa.Column("chat_id", _id(), nullable=False),
        sa.Column("lane_id", sa.Integer(), nullable=False),
        sa.Column("slot_date", sa.Date(), nullable=False),
        sa.Column("due_at", _instant(), nullable=False),
        sa.Column("cadence", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("not_before", _instant(), nullable=False),
        sa.Column("expires_at", _instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("doubts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("started_at", _instant(), nullable=True),
        sa.Column("sent_at", _instant(), nullable=True),
        sa.Column("message_id", sa.String(length=128), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("cadence IN ('daily', 'weekly')", name="delivery_cadence_check"),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'quiet', 'skipped', 'failed', 'unknown',"
            " 'expired', 'cancelled')",
            name="delivery_state_check",
        ),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chat.id"], name="delivery_chat_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["lane_id"], ["lane.id"], name="delivery_lane_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="delivery_pkey"),
        sa.UniqueConstraint("chat_id", "slot_date", name="delivery_chat_id_slot_date_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "delivery_open",
        "delivery",
        ["lane_id", "not_before", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('pending', 'sending')"),
        postgresql_where=sa.text("state IN ('pending', 'sending')"),
    )
    op.create_index(
        "delivery_trouble",
        "delivery",
        ["state", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('failed', 'unknown', 'expired')"),
        postgresql_where=sa.text("state IN ('failed', 'unknown', 'expired')"),
    )
    op.create_table(
        "schedule",
        sa.Column("chat_id", _id(), nullable=False),
        sa.Column("cadence", sa.String(length=16), nullable=False),
        sa.Column("minute", sa.SmallInteger(), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("paused_until", _instant(), nullable=True),
        sa.Column("next_due", _instant(), nullable=True),
        sa.Column("set_up_by", sa.String(length=64), nullable=False),
        sa.CheckConstraint("cadence IN ('daily', 'weekly')", name="schedule_cadence_check"),
        sa.CheckConstraint("days BETWEEN 1 AND 127", name="schedule_days_check"),
        sa.CheckConstraint("enabled OR next_due IS NULL", name="schedule_off_check"),
        sa.CheckConstraint("minute BETWEEN 0 AND 1439", name="schedule_minute_check"),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chat.id"], name="schedule_chat_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chat_id", name="schedule_pkey"),
    )
    op.create_index(
        "schedule_due",
        "schedule",
        ["next_due"],
        unique=False,
        sqlite_where=sa.text("next_due IS NOT NULL"),
        postgresql_where=sa.text("next_due IS NOT NULL"),
    )
    op.create_index("schedule_set_up_by", "schedule", ["set_up_by"], unique=False)
    op.create_table(
        "subscription",
        sa.Column("chat_id", _id(), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("since", _instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chat.id"], name="subscription_chat_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chat_id", "topic", name="subscription_pkey"),
    )
    op.create_table(
        "delivery_item",
        sa.Column("delivery_id", _id(), nullable=False),
        sa.Column("item", sa.String(length=160), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["delivery.id"],
            name="delivery_item_delivery_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("delivery_id", "item", name="delivery_item_pkey"),
    )
