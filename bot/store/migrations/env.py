"""Alembic's way in: it gets an open connection from `bot.store.schema`, inside a transaction."""

from __future__ import annotations

from alembic import context

from bot.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter most things in place
    transaction_per_migration=False,
    compare_type=True,
)
context.run_migrations()
