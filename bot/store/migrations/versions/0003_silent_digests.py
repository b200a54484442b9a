"""Whether a chat wants its digests without a sound."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("chat") as table:
        table.add_column(
            sa.Column("silent", sa.Boolean(), nullable=False, server_default=sa.text("false"))
        )
