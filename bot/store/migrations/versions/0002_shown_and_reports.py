"""What a chat was shown by `quote`, and what readers report."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _instant() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("id", _id(), nullable=False),
        sa.Column("chat_id", _id(), nullable=True),
        sa.Column("item", sa.String(length=160), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", _instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chat.id"], name="report_chat_id_fkey", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="report_pkey"),
    )
    op.create_index("report_chat_id", "report", ["chat_id"], unique=False)
    op.create_table(
        "shown",
        sa.Column("chat_id", _id(), nullable=False),
        sa.Column("item", sa.String(length=160), nullable=False),
        sa.Column("at", _instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chat.id"], name="shown_chat_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chat_id", "item", name="shown_pkey"),
    )
