"""Copies of an SQLite database: made beside a running bot, checked, and put back."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.core.errors import StoreError
from bot.store.database.files import PRIVATE_FILE, RunLock
from bot.store.database.schema import SCHEMA, newer_schema

_RESENT = timedelta(hours=6)
"""So long after its time a digest is still sent, and so sent again after a restore."""

_COMING_AGAIN = """
    SELECT chat.platform, chat.workspace, chat.room, delivery.slot_date
    FROM delivery JOIN chat ON chat.id = delivery.chat_id
    WHERE delivery.state = 'sent' AND delivery.due_at > ? ORDER BY delivery.due_at"""


@dataclass(frozen=True, slots=True)
class Restored:
    """`kept` is where the database of before stands now, if there was one; `again` names the
    digests that it has sent and that will be sent again: chat, then local date."""

    kept: Path | None
    again: Sequence[str]


def copy(source: Path, to: Path) -> None:
    """A consistent copy, beside a running bot. Raises StoreError for a file that exists.

    In one step, under one read lock: in several, SQLite begins anew after each write of others,
    and beside a bot that writes every 20 ms is never done. The copy is read through before it
    gets its name, so that under that name there is nothing or a whole database; a killed copy
    leaves a `.part` that the next one overwrites.
    """
    require_file(source)
    if to.exists():
        raise StoreError(f"{to} exists: name a file that does not")
    part = to.with_name(f".{to.name}.part")
    try:
        _create_private(part)
        with closing(_readable(source)) as origin, closing(sqlite3.connect(part)) as target:
            origin.backup(target, pages=-1)
        if (found := _what_is_wrong(part, still=True)) is not None:
            raise StoreError(
                f"no backup was made: the copy is damaged ({found}); see `aiwork db check`"
            )
        _sync(part)
        part.replace(to)
        _sync(to.parent)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise StoreError(f"no backup was made: {error}; check the folder of {to}") from error
    except StoreError:
        part.unlink(missing_ok=True)
        raise


def check_file(path: Path) -> None:
    """Whether the file is a whole database of ours. Changes nothing, and never creates one.
    Raises StoreError with what to do."""
    require_file(path)
    if (found := _what_is_wrong(path)) is not None:
        raise StoreError(_damaged(path, found))
    with closing(_readable(path)) as database:
        version = database.execute("SELECT version_num FROM alembic_version").fetchone()
    if version and str(version[0]) > SCHEMA:
        raise StoreError(newer_schema(str(version[0])))


def restore(file: Path, database: Path, now: datetime) -> Restored:
    """Put the copy in the database's place; what was there is kept beside it. Raises StoreError
    while a bot runs on that folder, and for a copy that is not whole: then nothing was changed."""
    _check_backup(file)
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = RunLock(str(database))
    lock.take()
    try:
        again = _coming_again(file, database, now)
        part = database.with_name(f".{database.name}.part")
        part.unlink(missing_ok=True)
        copy(file, part)
        kept = _set_aside(database, now)
        part.replace(database)
    finally:
        lock.release()
    return Restored(kept, again)


def require_file(path: Path) -> None:
    """Raises StoreError where there is no database."""
    if not path.is_file() or not path.stat().st_size:
        raise StoreError(f"there is no database at {path}: check AIWORK_DATA_DIR and DATABASE_URL")


def _check_backup(file: Path) -> None:
    if not file.is_file():
        raise StoreError(f"there is no backup at {file}: name one that `aiwork db backup` made")
    try:
        check_file(file)
    except StoreError as error:
        raise StoreError(f"{file} is not put back, and nothing was changed: {error}") from error


def _set_aside(database: Path, now: datetime) -> Path | None:
    if not database.exists():
        return None
    kept = database.with_name(f"{database.name}.before-{now:%Y%m%d-%H%M%S}")
    for suffix in ("-wal", "-shm", ""):
        beside = database.with_name(database.name + suffix)
        if beside.exists():
            beside.replace(kept.with_name(kept.name + suffix))
    return kept


def _coming_again(file: Path, database: Path, now: datetime) -> tuple[str, ...]:
    """Of a database that cannot be read any more nothing is known."""
    try:
        sent, before = (_sent_lately(path, now) for path in (database, file))
    except sqlite3.Error:
        return ()
    return tuple(one for one in sent if one not in before)


def _sent_lately(path: Path, now: datetime) -> list[str]:
    if not path.exists():
        return []
    since = f"{now - _RESENT:%Y-%m-%d %H:%M:%S}"
    with closing(_readable(path)) as database:
        rows = database.execute(_COMING_AGAIN, (since,)).fetchall()
    return [f"{platform}:{team}/{room} {day}" for platform, team, room, day in rows]


def _what_is_wrong(path: Path, *, still: bool = False) -> str | None:
    """Why the file is no whole database of ours; `None` when it is. `still`: nobody else has it
    open, and no file is made beside it."""
    try:
        with closing(_readable(path, still=still)) as database:
            found = [str(row[0]) for row in database.execute("PRAGMA integrity_check(3)")]
            database.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return None if found == ["ok"] else "; ".join(found)


def _readable(path: Path, *, still: bool = False) -> sqlite3.Connection:
    how = "immutable=1" if still else "mode=ro"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=30)


def _sync(path: Path) -> None:
    """To the disk, so that a power cut leaves no half file under a whole one's name."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _create_private(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE))


def _damaged(path: Path, why: str) -> str:
    return (
        f"{path} is damaged ({why}): put a backup in its place with `aiwork db restore FILE`, or,"
        " if there is none, stop the bot and keep the file before you try to mend it"
    )
