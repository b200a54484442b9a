"""Whether a chat wants its digests without a sound."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in batch mode, which copies the table on SQLite and drops the old one: its rows' children
    # (subscriptions, schedules) would be deleted with it, by ON DELETE CASCADE.
    silent: sa.Column[bool] = sa.Column(
        "silent", sa.Boolean(), nullable=False, server_default=sa.text("false")
    )
    op.add_column("chat", silent)
