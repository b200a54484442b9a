"""Alembic's way in: an open connection from `bot.store.database.schema`, in a transaction."""

from __future__ import annotations

from alembic import context

from bot.store.database.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter most things in place
    transaction_per_migration=False,
    compare_type=True,
)
context.run_migrations()
