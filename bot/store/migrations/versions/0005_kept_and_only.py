"""What a chat saved and hid, and whether it wants its own topics alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    only: sa.Column[bool] = sa.Column(
        "only_topics", sa.Boolean(), nullable=False, server_default=sa.text("false")
    )
    op.add_column("chat", only)
    op.create_table(
        "kept",
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("item", sa.String(length=160), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chat.id"], name="kept_chat_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chat_id", "kind", "item", name="kept_pkey"),
        sa.CheckConstraint("kind IN ('saved', 'hidden')", name="kept_kind_check"),
    )
