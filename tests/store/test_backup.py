"""A copy beside a busy bot, a damaged file, a backup that is put back."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.core.address import Address
from bot.core.chats import Schedule
from bot.core.command import RoomKind
from bot.core.errors import StoreError
from bot.store.database.backup import check_file, copy, restore
from bot.store.database.files import RunLock
from bot.store.store import Store
from tests.cli.process import aiwork as run_aiwork

TERMINAL = Address("console", "terminal")


async def bot(folder: Path, zone: str = "UTC") -> Path:
    """A data folder in which a bot has run."""
    store = await Store.open(f"sqlite:///{folder}/aiwork.db")
    chat = await store.chats.ensure(TERMINAL, RoomKind.DM)
    await store.schedules.set(chat, Schedule(zone=zone))
    await store.close()
    return folder / "aiwork.db"


async def zone_in(path: Path) -> str:
    store = await Store.open(f"sqlite:///{path}", upgrade=False)
    chat = await store.chats.find(TERMINAL)
    assert chat
    schedule = await store.schedules.of(chat)
    await store.close()
    assert schedule
    return schedule.zone


async def test_a_copy_beside_a_bot_that_writes_all_the_time_is_made_and_whole(
    tmp_path: Path,
) -> None:
    database = await bot(tmp_path)
    padding = sqlite3.connect(database)
    padding.execute("CREATE TABLE padding (text TEXT)")
    padding.executemany("INSERT INTO padding VALUES (?)", [("x" * 4000,)] * 4000)
    padding.commit()
    stop = asyncio.Event()

    async def busy() -> None:
        while not stop.is_set():
            padding.execute("INSERT INTO padding VALUES ('more')")
            padding.commit()
            await asyncio.sleep(0)

    writing = asyncio.create_task(busy())
    await asyncio.to_thread(copy, database, tmp_path / "copy.db")
    stop.set()
    await writing
    padding.close()
    check_file(tmp_path / "copy.db")
    assert await zone_in(tmp_path / "copy.db") == "UTC"
    with pytest.raises(StoreError, match="exists"):
        copy(database, tmp_path / "copy.db")


async def test_what_a_killed_copy_left_stands_in_nobodys_way(tmp_path: Path) -> None:
    database = await bot(tmp_path)
    (tmp_path / ".copy.db.part").write_bytes(b"half")
    copy(database, tmp_path / "copy.db")
    check_file(tmp_path / "copy.db")
    assert not (tmp_path / ".copy.db.part").exists()


async def test_files_and_folder_are_their_users_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        database = await bot(tmp_path / "data")
        copy(database, tmp_path / "copy.db")
    finally:
        os.umask(before)
    rights = [stat.S_IMODE(path.stat().st_mode) for path in (database.parent, database)]
    assert rights == [0o700, 0o600]
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
    database.chmod(0o644)
    await (await Store.open(f"sqlite:///{database}")).close()
    assert stat.S_IMODE(database.stat().st_mode) == 0o600


async def test_a_damaged_file_is_called_damaged_and_none_is_made_of_nothing(
    tmp_path: Path,
) -> None:
    database = await bot(tmp_path)
    whole = database.read_bytes()
    database.write_bytes(whole[:8192] + b"\xff" * 4096 + whole[12288:])
    with pytest.raises(StoreError, match="damaged"):
        check_file(database)
    (tmp_path / "no.db").write_bytes(b"this is no database at all, though it is long enough")
    with pytest.raises(StoreError, match="damaged"):
        check_file(tmp_path / "no.db")
    for nothing in ("missing.db", "empty.db"):
        path = tmp_path / nothing
        if nothing == "empty.db":
            path.touch()
        with pytest.raises(StoreError, match="there is no database"):
            check_file(path)
        assert not path.exists() or path.stat().st_size == 0


async def test_a_backup_is_put_back_and_what_was_there_is_kept(tmp_path: Path) -> None:
    database = await bot(tmp_path, "Asia/Tokyo")
    copy(database, tmp_path / "copy.db")
    await bot(tmp_path, "Europe/Berlin")
    sent = sqlite3.connect(database)
    now = datetime.now(UTC)
    due = f"{now - timedelta(hours=1):%Y-%m-%d %H:%M:%S.%f}"
    sent.execute("INSERT INTO lane (platform, workspace) VALUES ('console', '')")
    sent.execute(
        "INSERT INTO delivery (chat_id, lane_id, slot_date, due_at, cadence, state, not_before,"
        " expires_at) SELECT chat.id, lane.id, '2026-03-02', ?, 'daily', 'sent', ?, ?"
        " FROM chat, lane", (due, due, due),
    )  # fmt: skip
    sent.commit()
    sent.close()
    done = restore(tmp_path / "copy.db", database, now)
    assert await zone_in(database) == "Asia/Tokyo"
    assert done.kept
    assert await zone_in(done.kept) == "Europe/Berlin"
    assert done.again == ("console:/terminal 2026-03-02",)


async def test_nothing_is_put_back_while_a_bot_runs_or_from_a_damaged_file(
    tmp_path: Path,
) -> None:
    database = await bot(tmp_path, "Asia/Tokyo")
    copy(database, tmp_path / "copy.db")
    running = RunLock(str(database))
    running.take()
    with pytest.raises(StoreError, match="another aiwork is running"):
        restore(tmp_path / "copy.db", database, datetime.now(UTC))
    running.release()
    (tmp_path / "bad.db").write_bytes(b"no database" * 100)
    with pytest.raises(StoreError, match=r"nothing was changed: .*damaged"):
        restore(tmp_path / "bad.db", database, datetime.now(UTC))
    with pytest.raises(StoreError, match="there is no backup at"):
        restore(tmp_path / "no.db", database, datetime.now(UTC))
    assert await zone_in(database) == "Asia/Tokyo"


def test_the_shell_copies_checks_and_puts_back(tmp_path: Path) -> None:
    asyncio.run(bot(tmp_path, "Asia/Tokyo"))
    aiwork = partial(run_aiwork, data=tmp_path)
    copied = aiwork("db", "backup", str(tmp_path / "copy.db"))
    assert (copied.returncode, copied.stderr) == (0, b"")
    assert b"is sound" in aiwork("db", "check").stdout
    put_back = aiwork("db", "restore", str(tmp_path / "copy.db"))
    assert put_back.returncode == 0
    assert b"the database of before is" in put_back.stdout
    (tmp_path / "aiwork.db").write_bytes(b"")
    refused = aiwork("db", "check")
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert b"there is no database" in refused.stderr
    server = "postgresql://u:p@h/db"
    assert b"pg_dump" in aiwork("db", "backup", "x", DATABASE_URL=server).stderr
    assert b"pg_restore" in aiwork("db", "restore", "x", DATABASE_URL=server).stderr
