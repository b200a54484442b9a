"""A database is brought up to date, refused, copied, on both databases."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.core.address import Address
from bot.core.command import RoomKind
from bot.core.errors import StoreError
from bot.store import migrations
from bot.store.database import schema
from bot.store.database.engine import Database, parse_url
from bot.store.database.tables import metadata
from bot.store.store import Store
from tests.databases import KINDS, postgres


@pytest.fixture(params=KINDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/aiwork.db" if request.param == "sqlite" else postgres().database()


async def execute(url: str, *statements: str) -> None:
    database = Database(parse_url(url))
    async with database.write() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await database.close()


async def test_a_database_of_the_first_schema_keeps_its_rows_through_all_migrations(
    empty: str,
) -> None:
    await schema.upgrade(empty, "0001")
    await execute(
        empty,
        "INSERT INTO chat (platform, workspace, room, thread, kind, created_at)"
        " VALUES ('telegram', '', '42', '', 'dm', '2026-01-01 00:00:00.000000')",
        "INSERT INTO subscription (chat_id, topic, since)"
        " VALUES (1, 'overwork', '2026-01-01 00:00:00.000000')",
    )
    await schema.upgrade(empty)
    store = await Store.open(empty, upgrade=False)
    chat = await store.chats.find(Address("telegram", "42"))
    assert chat
    assert await store.chats.topics(chat) == ("overwork",)
    await store.shown.remember(chat, ["q1"])
    await store.close()


async def test_the_migrations_make_exactly_the_tables_that_the_code_describes(empty: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    await schema.upgrade(empty)
    database = Database(parse_url(empty))
    async with database.write() as connection:
        difference = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), metadata)
        )
    await database.close()
    assert difference == []


def test_the_schema_of_the_code_is_the_newest_migration() -> None:
    versions = Path(migrations.__file__).parent / "versions"
    assert max(path.name[:4] for path in versions.glob("0*.py")) == schema.SCHEMA


async def test_upgrading_twice_changes_nothing(empty: str) -> None:
    await schema.upgrade(empty)
    await schema.upgrade(empty)
    store = await Store.open(empty, upgrade=False)
    await store.close()


async def test_a_newer_database_is_refused_with_a_sentence(empty: str) -> None:
    await schema.upgrade(empty)
    await execute(empty, "UPDATE alembic_version SET version_num = '9999'")
    for attempt in (Store.open(empty), schema.upgrade(empty)):
        with pytest.raises(StoreError, match=r"schema 9999 .* newer version .* install"):
            await attempt


async def test_an_older_database_says_what_to_run(empty: str) -> None:
    await schema.upgrade(empty, "0001")
    with pytest.raises(StoreError, match=r"db backup.*db upgrade"):
        await Store.open(empty, upgrade=False)


async def test_an_empty_database_says_what_to_run(empty: str) -> None:
    with pytest.raises(StoreError, match="aiwork db upgrade"):
        await Store.open(empty, upgrade=False)


async def test_the_embedded_database_is_upgraded_by_a_start_alone(tmp_path: Path) -> None:
    store = await Store.open(f"sqlite:///{tmp_path}/new/folder/aiwork.db")
    await store.chats.ensure(Address("console", "terminal"), RoomKind.DM)
    await store.close()


@pytest.mark.parametrize("url", ["mysql://u:secret@h/db", "no url", "", "oracle://secret"])
def test_another_database_is_refused_without_repeating_its_password(url: str) -> None:
    with pytest.raises(StoreError, match="DATABASE_URL") as refused:
        parse_url(url)
    assert "secret" not in str(refused.value)


def test_what_hosting_services_put_into_a_url_is_understood() -> None:
    url = parse_url("postgres://u:p@h/db?sslmode=require&channel_binding=prefer")
    assert url.drivername == "postgresql+asyncpg"
    assert dict(url.query) == {"ssl": "require"}


async def test_a_server_that_is_not_there_is_said_in_a_sentence() -> None:
    with pytest.raises(StoreError, match="check that it runs"):
        await Store.open("postgresql://u:secret@127.0.0.1:1/db")


async def test_a_file_that_is_no_database_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "aiwork.db").write_text("x" * 5000)
    with pytest.raises(StoreError, match="no SQLite database"):
        await Store.open(f"sqlite:///{tmp_path}/aiwork.db")


async def test_a_file_in_the_folders_place_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreError, match=r"data folder .* cannot be written"):
        await Store.open(f"sqlite:///{tmp_path}/data/aiwork.db")


_OPEN = """
import asyncio, os, sys
from bot.core.errors import StoreError
from bot.store.store import Store
asyncio.run(Store.open("sqlite://"))  # everything is imported while this user may read it
if os.getuid() == 0:
    os.setuid(65534)  # root may write everywhere
try:
    asyncio.run(Store.open(f"sqlite:///{sys.argv[1]}aiwork.db"))
except StoreError as error:
    print(error)
"""


def test_a_read_only_folder_is_said_in_a_sentence() -> None:
    # `/` can be entered by everybody and written by nobody but root.
    found = subprocess.run(
        [sys.executable, "-c", _OPEN, "/"], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert "the data folder / cannot be written (it is read-only)" in found.stdout


async def test_a_full_disk_is_said_in_a_sentence_and_passes(tmp_path: Path) -> None:
    store = await Store.open(f"sqlite:///{tmp_path}/aiwork.db")
    async with store.database.write() as connection:
        pages = await connection.scalar(text("PRAGMA page_count"))
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(StoreError, match="disk is full"):
        await store.inbox.keep("bot", [(str(n), "x" * 1000) for n in range(200)])
    async with store.database.write() as connection:
        await connection.execute(text("PRAGMA max_page_count = 1000000"))
    await store.inbox.keep("bot", [("1", "x")])
    assert await store.inbox.waiting("bot") == [("1", "x")]
    await store.close()


async def test_a_database_that_another_process_writes_to_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.database.engine.BUSY_SECONDS", 0)
    store = await Store.open(f"sqlite:///{tmp_path}/aiwork.db")
    other = sqlite3.connect(tmp_path / "aiwork.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="busy in another process"):
        await store.inbox.first_time("bot", "1")
    other.execute("COMMIT")
    other.close()
    assert await store.inbox.first_time("bot", "1")
    await store.close()


async def test_a_store_in_memory_forgets_everything_and_asks_for_no_folder() -> None:
    store = await Store.open("sqlite://")
    assert await store.inbox.first_time("bot", "1")
    assert not await store.inbox.first_time("bot", "1")
    await store.close()


async def test_a_database_of_an_earlier_state_opens_with_all_it_held(tmp_path: Path) -> None:
    """Written by the code before the adapters got one shape; a dump, to be readable here."""
    dump = Path(__file__).parents[1] / "fixtures" / "databases" / "0004.sql"
    with closing(sqlite3.connect(tmp_path / "aiwork.db")) as old:
        old.executescript(dump.read_text(encoding="utf-8"))
    store = await Store.open(f"sqlite:///{tmp_path}/aiwork.db")
    zones = {}
    for at in (
        Address("telegram", "42"),
        Address("telegram", "-100123", thread="7"),
        Address("slack", "C0NEWS", "T0ACME"),
    ):
        chat = await store.chats.find(at)
        assert chat
        assert await store.chats.topics(chat) == ("layoffs", "overwork")
        schedule = await store.schedules.of(chat)
        assert schedule
        assert schedule.on
        assert schedule.next_due
        zones[at.platform, at.room] = schedule.zone
    assert set(zones.values()) == {"Asia/Shanghai", "Europe/Berlin", "America/New_York"}
    assert len(await store.deliveries.list()) == 2
    assert await store.inbox.waiting("telegram:1") == [("5", '{"update_id": 5}')]
    found = await store.installations.find("T0ACME")
    assert found
    assert found.bot_token == "xoxb-planted"
    await store.close()
