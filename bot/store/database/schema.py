"""Which schema a database has, and how it gets the one that this version needs."""

from __future__ import annotations

from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from bot.core.errors import StoreError
from bot.store.database.engine import Database, parse_url
from bot.store.database.files import prepare_folder

SCHEMA = "0007"
"""The newest migration in `migrations/versions`; a test holds it to that."""

_MIGRATING = 0x6169_776F  # "aiwo": the advisory lock of a running migration


async def version(database: Database) -> str | None:
    """The database's schema, `None` for an empty one. One SELECT, no Alembic (whose import alone
    takes longer than the rest of a start)."""
    try:
        async with database.read() as connection:
            return str(await connection.scalar(text("SELECT version_num FROM alembic_version")))
    except ProgrammingError:  # PostgreSQL: no such table
        return None
    except StoreError as error:
        if isinstance(error.__cause__, OperationalError) and "no such table" in str(
            error.__cause__
        ):
            return None
        raise


async def check(database: Database) -> None:
    """Nothing when the schema is the one this version needs; otherwise StoreError."""
    found = await version(database)
    if found is None:
        raise StoreError("the database is empty: run `aiwork db upgrade`")
    if found > SCHEMA:
        raise StoreError(newer_schema(found))
    if found < SCHEMA:
        raise StoreError(
            f"the database has schema {found}, this version needs {SCHEMA}:"
            " make a backup with `aiwork db backup`, then run `aiwork db upgrade`"
        )


async def upgrade(url: str, to: str = "head") -> None:
    """Bring a database to this version's schema, all or nothing; a no-op when it has it.
    Raises StoreError for a database that a newer version made."""
    parsed = parse_url(url)
    database = Database(parsed)
    try:
        if database.sqlite:
            prepare_folder(parsed.database)
        await upgrade_in(database, to)
    finally:
        await database.close()


async def upgrade_in(database: Database, to: str = "head") -> None:
    """`upgrade` for a database that is open."""
    found = await version(database)
    if found is not None and found > SCHEMA:
        raise StoreError(newer_schema(found))
    if found == SCHEMA:
        return
    async with database.write() as connection:
        if not database.sqlite:  # two releases at once: the second waits and finds it done
            await connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
        await connection.run_sync(_migrate, to)


def newer_schema(found: str) -> str:
    """What to do about a database that a newer version made."""
    return (
        f"the database has schema {found} and comes from a newer version of aiwork (this one"
        f" knows {SCHEMA}): install the newer version, or restore a backup from before"
    )


def _migrate(connection: object, to: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, to)
