"""What `aiwork capacity` foretells is what happens."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.capacity import capacity
from bot.core.address import Address
from bot.core.chats import EVERY_DAY, Schedule
from bot.core.command import RoomKind
from bot.delivery.capacity import foresee
from bot.delivery.rate_limit import Limits
from bot.store.chats.loads import SlotLoad
from bot.store.store import Store
from tests.databases import KINDS, Clock, new_database
from tests.delivery.simulation import Simulated, zones_of_the_world
from tests.seeding import seed

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_a_million_chats_in_sixteen_zones_lose_no_digest_that_was_not_foretold() -> None:
    """At a hundredth of a size and of a rate, which is the same."""
    limits = {"telegram": Limits(per_second=0.25)}
    loads = zones_of_the_world(10_000, tokens=3, start=NOW)
    found = {(one.lane, one.due): one for one in foresee(loads, limits, NOW)}
    seen = Simulated(loads, limits).run()
    assert sum(one.count for one in found.values()) == 10_000
    assert any(one.expired for one in found.values()), "too small to tell"
    for key, slot in seen.items():
        assert slot.expired <= found[key].expired
        assert slot.last <= found[key].last + timedelta(seconds=5)


def test_one_token_carries_ninety_thousand_an_hour_and_what_is_beyond_six_is_told() -> None:
    (half,) = foresee([SlotLoad("telegram", "", NOW, 270_000)], {"telegram": Limits(25)}, NOW)
    assert half.tight
    assert not half.expired
    (full,) = foresee([SlotLoad("telegram", "", NOW, 600_000)], {"telegram": Limits(25)}, NOW)
    assert full.expired == pytest.approx(60_000, rel=0.2)
    assert full.last <= NOW + timedelta(hours=6)
    (small,) = foresee([SlotLoad("telegram", "", NOW, 200_000)], {"telegram": Limits(25)}, NOW)
    assert not small.tight


@pytest.mark.parametrize("kind", KINDS)
async def test_waiting_digests_and_each_slot_of_the_coming_time_are_counted(
    kind: str, tmp_path: Path
) -> None:
    clock = Clock("2026-03-02T08:00")
    store = await Store.open(new_database(kind, tmp_path), clock=clock)
    for room, zone in (("1", "UTC"), ("2", "UTC"), ("3", "Asia/Shanghai")):
        chat = await store.chats.ensure(Address("telegram", room), RoomKind.DM)
        await store.schedules.set(chat, Schedule(zone=zone, days=EVERY_DAY, minute=9 * 60))
    await store.schedules.enqueue(clock.move(hours=1))
    loads = await store.schedules.loads(clock() + timedelta(hours=24, minutes=1))
    assert [(f"{load.due:%d %H:%M}", load.count) for load in loads] == [
        ("02 09:00", 2), ("03 01:00", 1), ("03 09:00", 2),
    ]  # fmt: skip
    await store.close()


def test_the_terminal_tells_each_slot_and_warns_at_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIWORK_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("bot.app.capacity.LIMITS", {"telegram": Limits(per_second=0.001)})
    due = (datetime.now(UTC) + timedelta(hours=2)).replace(second=0, microsecond=0)
    asyncio.run(subscribers(f"sqlite:///{tmp_path}/aiwork.db", 40, due))
    (slot,) = json.loads(run("--json", code=1))
    assert (slot["lane"], slot["count"], slot["tight"]) == ("telegram", 40, True)
    assert 15 <= slot["expired"] <= 20
    text = run(code=1)
    assert "digests would expire" in text
    assert f"{due:%Y-%m-%d %H:%M}Z" in text
    monkeypatch.setattr("bot.app.capacity.LIMITS", {"telegram": Limits(per_second=25)})
    assert "less than half of its time" in run(code=0)


def run(*words: str, code: int) -> str:
    done = CliRunner().invoke(capacity, words)
    assert done.exit_code == code, done.output
    return done.output


async def subscribers(url: str, count: int, due: datetime) -> None:
    store = await Store.open(url)
    await seed(store, [str(number) for number in range(count)], due, platform="telegram")
    await store.close()
