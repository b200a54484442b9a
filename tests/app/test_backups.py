"""A backup a day: whole or not there, seven kept, and a failure is told."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app.backups import KEPT, Backups, make, newest
from bot.app.doctor.findings import Trouble
from bot.app.doctor.local import check_backups
from bot.core.address import Address
from bot.core.command import RoomKind
from bot.core.errors import SettingsError, StoreError
from bot.settings import Settings, read_settings
from bot.store.database.backup import check_file
from bot.store.store import Store
from tests.databases import Clock, new_database
from tests.standin.telegram import TOKEN, Standin
from tests.whole import running

NAME = "aiwork-20260302-080000.db"


class House:
    """A database, a folder for its backups, and what was told of them."""

    def __init__(self, store: Store, clock: Clock, root: Path) -> None:
        self.store, self.clock, self.database = store, clock, root / "aiwork.db"
        self.folder, self.told = root / "backups", [""]
        self.start()

    def start(self) -> None:
        self.backups = Backups(self.database, self.folder, self.clock, self.report)

    async def report(self, why: str) -> None:
        if why != self.told[-1]:
            self.told.append(why)

    async def look(self, **by: float) -> list[str]:
        self.clock.move(**by)
        await self.backups.look()
        return self.names

    @property
    def names(self) -> list[str]:
        return sorted(os.listdir(self.folder)) if self.folder.is_dir() else []


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    clock = Clock("2026-03-02T08:00")
    store = await Store.open(new_database("sqlite", tmp_path), clock=clock)
    yield House(store, clock, tmp_path)
    await store.close()


async def test_one_a_day_is_made_whole_and_private(house: House) -> None:
    await house.store.chats.ensure(Address("telegram", "7"), RoomKind.DM)
    assert await house.look() == [NAME]
    made = house.folder / NAME
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert stat.S_IMODE(house.folder.stat().st_mode) == 0o700
    check_file(made)
    copy = await Store.open(f"sqlite:///{made}", upgrade=False)
    assert await copy.chats.find(Address("telegram", "7"))
    await copy.close()
    assert NAME in await house.look(hours=23)
    house.start()  # a restart makes none before its time
    await house.look()
    assert [name for name in house.names if name.endswith(".db")] == [NAME]
    assert "aiwork-20260303-080000.db" in await house.look(hours=1)


async def test_seven_stay_and_what_is_not_ours_is_left_alone(house: House) -> None:
    house.folder.mkdir()
    (house.folder / "aiwork-of-before.db").write_text("somebody's")
    (house.folder / "notes.txt").write_text("somebody's")
    for _ in range(KEPT + 3):
        await house.look(days=1)
    ours = [name for name in house.names if name.startswith("aiwork-2026")]
    assert ours == [f"aiwork-202603{day:02}-080000.db" for day in range(6, 13)]
    assert {"aiwork-of-before.db", "notes.txt"} <= set(house.names)


async def test_what_a_killed_copy_left_is_cleared_away(house: House) -> None:
    house.folder.mkdir()
    (house.folder / f".{NAME}.part").write_text("half of it")
    assert await house.look(days=1) == ["aiwork-20260303-080000.db"]


async def test_a_failure_is_told_and_tried_again_within_the_hour(house: House) -> None:
    house.folder.write_text("a file where a folder should be")
    await house.look()
    assert len(house.told) == 2
    assert "AIWORK_BACKUP_DIR" in house.told[-1]
    await house.look(minutes=1)
    house.folder.unlink()
    assert await house.look(minutes=1) == []  # not at once
    assert len(await house.look(hours=1)) == 1
    assert len(house.told) == 3
    assert house.told[-1] == ""


async def test_a_copy_that_is_not_whole_never_gets_a_name(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(await house.look()) == 1
    monkeypatch.setattr("bot.store.database.backup._what_is_wrong", lambda *_, **__: "a torn page")
    assert await house.look(days=1) == [NAME]
    assert "a torn page" in house.told[-1]


async def test_a_database_that_is_damaged_is_not_backed_up_over_good_ones(house: House) -> None:
    assert len(await house.look()) == 1
    await house.store.close()
    whole = house.database.read_bytes()
    house.database.write_bytes(whole[: len(whole) // 2] + b"\xff" * (len(whole) // 4))
    for beside in house.database.parent.glob("aiwork.db-*"):
        beside.unlink()
    for _ in range(KEPT + 1):
        assert await house.look(days=1) == [NAME]
    assert "no backup was made" in house.told[-1]


async def test_a_clock_that_was_wrong_stops_no_backups(house: House) -> None:
    wrong = datetime(2031, 1, 1, tzinfo=UTC)
    make(house.database, house.folder, wrong)
    assert newest(house.folder, house.clock()) is None
    for _ in range(KEPT):
        await house.look(days=1)
    assert len(house.names) == KEPT
    assert not any("2031" in name for name in house.names)


async def test_a_second_backup_of_the_same_moment_overwrites_nothing(house: House) -> None:
    now = house.clock()
    make(house.database, house.folder, now)
    with pytest.raises(StoreError, match="exists"):
        make(house.database, house.folder, now)
    check_file(house.folder / NAME)


async def test_doctor_has_a_word_when_the_newest_is_older_than_two_days(house: House) -> None:
    given: dict[str, Any] = {"backup_dir": house.folder}
    settings, none = Settings(**given), Settings(**{**given, "backup_dir": None})

    def found() -> list[str]:
        return [one.values["last"] for one in check_backups(settings, house.clock())]

    assert found() == ["–"]
    await house.look()
    house.clock.move(days=2)
    assert found() == []
    house.clock.move(minutes=1)
    assert found() == ["2026-03-02 08:00Z"]
    assert [one.trouble for one in check_backups(settings, house.clock())] == [Trouble.BACKUP]
    assert list(check_backups(none, house.clock())) == []


def test_a_folder_for_backups_of_postgres_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AIWORK_BACKUP_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://aiwork:hunter2@host/aiwork")
    with pytest.raises(SettingsError, match="pg_dump") as refused:
        read_settings()
    assert "hunter2" not in str(refused.value)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/a.db")
    read_settings()


async def test_the_running_bot_makes_one_at_its_start_and_tells_when_it_cannot(
    telegram: Standin, tmp_path: Path
) -> None:
    telegram.room(900)
    settings = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_BASE_URL": telegram.root,
        "AIWORK_OPERATORS": "telegram:900",
        "AIWORK_BACKUP_DIR": str(tmp_path / "backups"),
    }
    (tmp_path / "backups").write_text("no folder")
    async with running(tmp_path / "data", settings) as bot:
        await bot.ready()
        await telegram.until(lambda: telegram.texts(900), 30)
        assert "the backup of today failed" in telegram.texts(900)[0]
        assert await bot.stop() == 0
    (tmp_path / "backups").unlink()
    async with running(tmp_path / "data", settings) as bot:
        await bot.ready()
        async with asyncio.timeout(30):
            while not list((tmp_path / "backups").glob("aiwork-*.db")):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert await bot.stop() == 0
    made = next((tmp_path / "backups").glob("aiwork-*.db"))
    with sqlite3.connect(made) as database:
        assert database.execute("SELECT count(*) FROM alert").fetchone() == (1,)
    assert datetime.now(UTC) - datetime.fromtimestamp(made.stat().st_mtime, UTC) < timedelta(days=1)
