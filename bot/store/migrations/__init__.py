"""Alembic migrations, numbered. `bot.store.schema.upgrade` runs them."""
