"""Which schema a database has, and how it gets the one that this version needs."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from bot.core.errors import StoreError
from bot.store.database.engine import Database, parse_url

SCHEMA = "0004"
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
        raise StoreError(_newer(found))
    if found < SCHEMA:
        raise StoreError(
            f"the database has schema {found}, this version needs {SCHEMA}:"
            " make a backup with `aiwork db backup`, then run `aiwork db upgrade`"
        )


async def upgrade(url: str, to: str = "head") -> None:
    """Bring a database to this version's schema, all or nothing; a no-op when it has it.
    Raises StoreError for a database that a newer version made."""
    database = Database(parse_url(url))
    try:
        await upgrade_in(database, to)
    finally:
        await database.close()


async def upgrade_in(database: Database, to: str = "head") -> None:
    """`upgrade` for a database that is open."""
    found = await version(database)
    if found is not None and found > SCHEMA:
        raise StoreError(_newer(found))
    if found == SCHEMA:
        return
    async with database.write() as connection:
        if not database.sqlite:  # two releases at once: the second waits and finds it done
            await connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
        await connection.run_sync(_migrate, to)


async def backup(url: str, to: Path) -> None:
    """A consistent copy of an SQLite database, beside a running bot. Raises StoreError for
    PostgreSQL, which has its own tool, and for a file that exists."""
    source = parse_url(url)
    if source.get_backend_name() != "sqlite":
        raise StoreError("PostgreSQL has its own tool: run `pg_dump --format=custom` instead")
    await asyncio.to_thread(_copy, Path(source.database or ""), to)


def _newer(found: str) -> str:
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


def _copy(source: Path, to: Path) -> None:
    if not source.is_file():
        raise StoreError(f"there is no database at {source}: check AIWORK_DATA_DIR")
    if to.exists():
        raise StoreError(f"{to} exists: name a file that does not")
    try:
        origin = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
        target = sqlite3.connect(to)
        with origin, target:
            origin.backup(target, pages=1000)
        origin.close()
        target.close()
    except sqlite3.Error as error:
        to.unlink(missing_ok=True)
        raise StoreError(f"no backup was made: {error}; check the folder of {to}") from error
