"""The short form of `make chaos`: enough to notice that a promise broke."""

from __future__ import annotations

import asyncio
import random
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store.store import Store
from tests.chaos.doors import doors_test
from tests.chaos.duel import duel
from tests.chaos.faults import fault_test
from tests.chaos.kill import kill_test
from tests.chaos.noise import noise_test
from tests.chaos.year import SteppedClock, Year
from tests.databases import KINDS, new_database, postgres


@pytest.mark.parametrize("database", KINDS)
async def test_killed_twice_it_loses_nothing_and_doubles_only_what_was_in_flight(
    fresh: str, database: str
) -> None:
    verdict = await kill_test(fresh, database, 2, random.Random(5))
    assert verdict.kept, verdict
    assert verdict.digests >= 200


@pytest.mark.parametrize("database", ["sqlite"])
async def test_killed_with_leave_it_doubles_nothing(fresh: str, database: str) -> None:
    verdict = await kill_test(fresh, database, 1, random.Random(6), leave=True)
    assert verdict.kept, verdict


@pytest.mark.parametrize("database", ["postgres"])
async def test_when_one_of_two_workers_is_killed_the_other_goes_on(
    fresh: str, database: str
) -> None:
    verdict = await duel(fresh, 1, random.Random(7), how="kill")
    assert verdict.kept, verdict


@pytest.mark.parametrize("database", ["sqlite"])
async def test_every_digest_is_accounted_for_when_everything_misbehaves(
    fresh: str, database: str, tmp_path: Path
) -> None:
    urls = [fresh, f"sqlite:///{tmp_path}/other.db"]
    verdict = await fault_test(urls.pop, database, 150, random.Random(8))
    # The growth of delays is for `make chaos`: here the machine does other things as well.
    assert (verdict.lost, verdict.tripled, verdict.wrong) == (0, 0, 0), verdict
    assert verdict.in_doubt


@settings(max_examples=1, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    start=st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    seed=st.integers(0, 10_000),
)
def test_weeks_of_changed_minds_clocks_and_outages_bring_each_digest_at_its_local_time(
    start: date, seed: int
) -> None:

    async def live() -> None:
        clock = SteppedClock(datetime(start.year, start.month, start.day, tzinfo=UTC))
        with tempfile.TemporaryDirectory() as folder:
            store = await Store.open(new_database("sqlite", Path(folder)), clock=clock)
            verdict = await Year(store, clock, chats=8, days=30, seed=seed).run()
            await store.close()
        assert verdict.kept, verdict

    asyncio.run(live())


async def test_what_any_of_the_four_doors_acknowledged_is_answered_after_a_kill() -> None:
    verdict = await doors_test(1, random.Random(10), commands=12)
    assert not any(verdict.lost.values()), verdict


async def test_noise_on_every_route_of_a_real_process_reaches_nobody() -> None:
    verdict = await noise_test("", 240, 0, random.Random(9))
    # LazyStore is for `make chaos`: the first requests of all kinds are still among these.
    assert (verdict.wrong, verdict.heard, verdict.lines) == (0, 0, 0), verdict


@pytest.fixture
def fresh(database: str, tmp_path: Path) -> str:
    return new_database(database, tmp_path) if database == "sqlite" else postgres().migrated()
