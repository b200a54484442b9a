"""Schedules that keep public holidays, in the store: a missed working Saturday, a sent holiday."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.app.workdays import WorkdaysFile, look_at_calendars, read_workdays
from bot.core.address import Address
from bot.core.chats import Chat, Schedule
from bot.core.command import RoomKind
from bot.core.errors import SettingsError
from bot.store.store import Store
from tests.databases import Clock, new_database

IN_CHINA = Schedule("Asia/Shanghai", holidays="CN")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "workdays.yaml"
    path.write_text("known: {}\n", encoding="utf-8")
    return path


@pytest.fixture(params=["sqlite", "postgres"])
async def kept(
    request: pytest.FixtureRequest, clock: Clock, tmp_path: Path, file: Path
) -> AsyncIterator[Store]:
    url = new_database(request.param, tmp_path)
    store = await Store.open(url, clock=clock, upgrade=True, workdays=WorkdaysFile(file))
    yield store
    await store.close()


def write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


async def chat(store: Store) -> Chat:
    return await store.chats.ensure(Address("console", "1"), RoomKind.DM)


async def due_dates(store: Store, clock: Clock, first: str, last: str) -> list[date]:
    """The days for which digests were enqueued while the clock went from one day to another."""
    clock.now = datetime.fromisoformat(first).replace(tzinfo=UTC)
    await store.schedules.set(await chat(store), IN_CHINA)
    while clock.now < datetime.fromisoformat(last).replace(tzinfo=UTC):
        await store.schedules.enqueue(clock.now)
        clock.move(hours=1)
    return sorted(one.slot.date for one in await store.deliveries.list(limit=100))


async def test_a_holiday_is_not_sent_and_a_working_saturday_is(kept: Store, clock: Clock) -> None:
    found = await due_dates(kept, clock, "2026-09-18", "2026-10-12")
    assert [f"{day:%m-%d}" for day in found] == [
        "09-18", "09-20", "09-21", "09-22", "09-23", "09-24", "09-28", "09-29", "09-30", "10-08",
        "10-09", "10-10",
    ]  # fmt: skip


async def test_a_new_holiday_moves_what_is_planned_without_a_restart(
    kept: Store, clock: Clock, file: Path
) -> None:
    clock.now = datetime(2026, 3, 3, 3, tzinfo=UTC)
    await kept.schedules.set(await chat(kept), IN_CHINA)
    await kept.schedules.follow_calendars()
    assert str(await kept.schedules.next_due()) == "2026-03-04 01:30:00+00:00"
    write(file, "free: {CN: ['2026-03-04', 2026-03-05]}\n")
    assert await kept.schedules.follow_calendars() == 1
    assert str(await kept.schedules.next_due()) == "2026-03-06 01:30:00+00:00"


async def test_operators_hear_once_in_december_whose_next_year_is_unknown(
    kept: Store, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    clock.now = datetime(2034, 11, 30, tzinfo=UTC)
    await kept.schedules.set(await chat(kept), IN_CHINA)
    told: set[tuple[str, int]] = set()
    with caplog.at_level(logging.WARNING):
        await look_at_calendars(kept, WorkdaysFile(Path("none"))(), told)
        assert not caplog.messages
        clock.now = datetime(2034, 12, 1, tzinfo=UTC)
        for _ in range(2):
            await look_at_calendars(kept, WorkdaysFile(Path("none"))(), told)
    (said,) = caplog.messages
    assert said.startswith("the public holidays of CN in 2035 are not known")


def test_a_broken_file_keeps_what_was_known(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    file.write_text("free: {CN: ['2026-03-04']}\n", encoding="utf-8")
    workdays = WorkdaysFile(file)
    assert workdays().works("CN", date(2026, 3, 4)) is False
    file.write_text("free: {CN: [someday, or other]}\n", encoding="utf-8")
    assert workdays().works("CN", date(2026, 3, 4)) is False
    assert "someday is no day such as" in caplog.text


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("free: [", "cannot be read"),
        ("off: {CN: []}", "holds known, free and worked"),
        ("free: {FR: ['2026-07-14']}", "write a list under one of CN, HK"),
        ("free: {CN: 2026-07-14}", "write a list under one of"),
    ],
)
def test_what_is_wrong_in_the_file_is_one_sentence(file: Path, written: str, said: str) -> None:
    file.write_text(written, encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        read_workdays(file)
