"""Connections and transactions: one code path for SQLite and PostgreSQL."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Table, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.core.errors import StoreAway, StoreError

BUSY_SECONDS = 10
"""How long SQLite waits for another process (`db backup`, `ask`) to finish its write."""

FROZEN_SECONDS = 10
"""After so long in an open transaction, PostgreSQL ends the session of a process that froze, so
that the rows which it had locked are free for the others."""

_log = logging.getLogger("aiwork.store")

_ASYNCPG_WORDS = {"ssl", "host", "port"}
"""Parameters of an address that the driver takes; `host` and `port` may stand there several times,
and the first that answers is used."""

READERS = 4
WRITERS = 3
"""Connections of one process, besides the one that holds its lanes on PostgreSQL."""


def parse_url(text: str) -> URL:
    """`sqlite:///path`, `postgres://…` or `postgresql://…`, with our drivers filled in.

    Raises StoreError, which never repeats the URL: it may hold a password.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        url = URL.create("unreadable")
    match url.get_backend_name():
        case "sqlite":
            return url.set(drivername="sqlite+aiosqlite")
        case "postgres" | "postgresql":
            if find_spec("asyncpg") is None:
                raise StoreError(
                    "DATABASE_URL names a PostgreSQL, but its library is not installed:"
                    " run `pip install 'aiwork[postgres]'`"
                )
            return _for_asyncpg(url)
        case other:
            raise StoreError(
                f"DATABASE_URL: cannot use {other!r}; write postgresql://user:password@host/name,"
                " or sqlite:///path, or leave it out for a file in the data folder"
            )


def sqlite_path(text: str) -> Path | None:
    """The file of an SQLite database; `None` for a server's."""
    url = parse_url(text)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


_NOTHING: Mapping[str, Any] = {}

_BY_INDEX = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit")
"""Off: what is asked often begins with a few rows and goes by an index. PostgreSQL takes its plans
from statistics that are missing or old just when thousands of digests fall due, and then reads
whole tables: 78 instead of 24 µs for each outcome among 16,000 deliveries. Before version 18 it
would compile what it has to read whole all the same, for 100 ms each time."""


class Database:
    """`read()` and `write()` give a connection inside one transaction, which is committed at the
    end and rolled back by an exception. What the database itself refuses (unreachable, locked,
    full, read-only) comes out as StoreError; mistakes in our SQL come out as they are."""

    def __init__(self, url: URL, *, durable: bool = False) -> None:
        """`durable` makes each SQLite commit survive a power cut, not only a killed process, for
        4 to 8 % of the speed."""
        self.url = url
        self.sqlite = url.get_backend_name() == "sqlite"
        memory = self.sqlite and url.database in (None, "", ":memory:")
        self._writer = _sqlite_writer(url, durable) if self.sqlite else _postgres(url)
        self._reader = self._writer if memory else _reader(url, sqlite=self.sqlite)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Each SELECT for itself, without the two round trips of a transaction around them."""
        async with translate_errors(), self._reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """On SQLite one write connection and `BEGIN IMMEDIATE`: what was read stays true."""
        async with translate_errors(), self._writer.begin() as connection:
            yield connection

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT that can say ON CONFLICT, which SQLAlchemy keeps apart by dialect."""
        return sqlite.insert(table) if self.sqlite else postgresql.insert(table)

    def dedicated_engine(self) -> AsyncEngine:
        """One connection of its own, outside the pool: PostgreSQL ends it when it has been
        silent for FROZEN_SECONDS, and with it everything that it holds."""
        return _postgres(self.url, size=1, idle_session_timeout=f"{FROZEN_SECONDS}s")

    async def close(self) -> None:
        await self._reader.dispose()
        await self._writer.dispose()


def pad_ids(ids: Sequence[int]) -> Sequence[int]:
    """The same set for an IN, as 1, 2, 4, 8 … values: each length is another statement, to be
    compiled here and prepared by PostgreSQL."""
    if not ids:
        return ids
    missing = (1 << (len(ids) - 1).bit_length()) - len(ids)
    return [*ids, *([ids[-1]] * missing)]


@asynccontextmanager
async def translate_errors() -> AsyncIterator[None]:
    """The database's own trouble as a StoreError that says what to do."""
    try:
        yield
    except (IntegrityError, ProgrammingError, DataError):
        raise
    except DBAPIError as error:
        if str(getattr(error.orig, "sqlstate", "")).startswith("22"):  # our data, not its trouble
            raise
        if getattr(error.orig, "sqlstate", "") == OUT_OF_MEMORY:
            raise ServerFullError(_advice(str(error.orig))) from error
        away = str(getattr(error.orig, "sqlstate", "")).startswith(_AWAY)
        raise (StoreAway if away else StoreError)(_advice(str(error.orig))) from error
    except (OSError, PoolTimeout) as error:
        raise StoreAway(_advice(str(error))) from error


class ServerFullError(StoreError):
    """PostgreSQL had no room for a lock. The transaction is undone, the session and all that it
    holds go on."""


_AWAY = ("08", "57P")
"""No connection; a server that is starting, stopping or was stopped."""

OUT_OF_MEMORY = "53200"
"""postgresql.org/docs/current/errcodes-appendix.html"""

_ADVICE = {
    "out of shared memory": "PostgreSQL has no room for more locks: raise"
    " max_locks_per_transaction in its configuration and restart it",
    "is full": "the disk is full: free some space; waiting deliveries go on by themselves",
    "no space left": "the disk is full: free some space; waiting deliveries go on by themselves",
    "readonly": "the database file cannot be written: give this user the right to write to it",
    "unable to open": "the database file cannot be opened: check that the data folder exists and"
    " that this user may write to it, or set AIWORK_DATA_DIR",
    "locked": "the database is busy in another process: wait for it to finish and try again",
    "malformed": "the database file is damaged: restore the latest backup",
    "not a database": "the file is no SQLite database: set AIWORK_DATA_DIR to another folder",
    "password authentication": "the database refuses the password: correct DATABASE_URL",
    "does not exist": "the database does not exist there: create it, or correct DATABASE_URL",
}


def _advice(words: str) -> str:
    short = words.splitlines()[0].rpartition(": ")[2][:200] if words else "no answer"
    for sign, advice in _ADVICE.items():
        if sign in words.lower():
            return f"{advice} ({short})"
    return f"the database does not answer: check that it runs and can be reached ({short})"


def _postgres(
    url: URL, size: int = WRITERS, more: Mapping[str, Any] = _NOTHING, **settings: str
) -> AsyncEngine:
    engine = create_async_engine(
        url,
        hide_parameters=True,  # what people wrote stays out of logs
        pool_size=size,
        max_overflow=0,
        pool_pre_ping=size > 1,  # a server that restarted is noticed before a question is lost
        pool_recycle=1800,
        connect_args={
            "timeout": 10,
            "command_timeout": 60,
            "server_settings": {"application_name": "aiwork", "timezone": "UTC"},
        },
        **more,
    )
    settings |= {"idle_in_transaction_session_timeout": f"{FROZEN_SECONDS}s"}
    settings |= dict.fromkeys(_BY_INDEX, "off")
    # Not as parameters of the connection, most of which pgbouncer refuses.
    statements = "; ".join(f"SET {name} = '{value}'" for name, value in settings.items())

    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        try:
            connection.run_async(lambda driver: driver.execute(statements))
        except Exception as error:  # the driver's own, which nobody else translates here
            connection.driver_connection.terminate()
            raise OSError(str(error)) from error

    return engine


def _for_asyncpg(url: URL) -> URL:
    """`sslmode` is libpq's word (and what hosting services put into DATABASE_URL) for asyncpg's
    `ssl`; the other libpq words that asyncpg would take for arguments are dropped."""
    query = dict(url.query)
    mode = query.pop("sslmode", None)
    if mode is not None:
        query.setdefault("ssl", mode)
    if dropped := sorted(query.keys() - _ASYNCPG_WORDS):
        _log.warning("DATABASE_URL: not used here: %s", ", ".join(dropped))
    known = {word: value for word, value in query.items() if word in _ASYNCPG_WORDS}
    return url.set(drivername="postgresql+asyncpg", query=known)


def _sqlite_writer(url: URL, durable: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        hide_parameters=True,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=60,
    )
    synchronous = "FULL" if durable else "NORMAL"
    _on_connect(engine, ("journal_mode = WAL", f"synchronous = {synchronous}"))
    _on_begin(engine, "BEGIN IMMEDIATE")
    return engine


def _reader(url: URL, *, sqlite: bool) -> AsyncEngine:
    """Without transactions: a quarter of the round trips of a short read, and of the thread
    changes that take their place on SQLite."""
    alone = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
    if not sqlite:
        return _postgres(url, READERS, alone)
    engine = create_async_engine(
        url, hide_parameters=True, pool_size=READERS, max_overflow=0, **alone
    )
    _on_connect(engine, ("query_only = ON",))
    return engine


def _on_connect(engine: AsyncEngine, pragmas: tuple[str, ...]) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions are ours to begin
        cursor = connection.cursor()
        for pragma in (f"busy_timeout = {BUSY_SECONDS * 1000}", "foreign_keys = ON", *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


def _on_begin(engine: AsyncEngine, statement: str) -> None:
    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql(statement)
