"""Alembic migrations, numbered. `bot.store.database.schema.upgrade` runs them."""
