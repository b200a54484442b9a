"""Whose public holidays a schedule keeps, and whether what a chat saves and hides moves others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    holidays: sa.Column[str] = sa.Column(
        "holidays", sa.String(length=2), nullable=False, server_default=""
    )
    op.add_column("schedule", holidays)
    reactions: sa.Column[bool] = sa.Column(
        "reactions", sa.Boolean(), nullable=False, server_default=sa.text("true")
    )
    op.add_column("chat", reactions)
