"""Schedules in the store: what is due, once, and when the next digest comes."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from bot.core.address import Address
from bot.core.chats import EVERY_DAY, Cadence, Chat, DeliveryState, Schedule, weekdays
from bot.core.command import RoomKind
from bot.store.chats import schedules
from bot.store.delivery import deliveries
from bot.store.store import Store
from tests.databases import Clock
from tests.seeding import seed

MORNING = 9 * 60 + 30


async def chat(store: Store, room: str = "1") -> Chat:
    return await store.chats.ensure(Address("console", room), RoomKind.DM)


async def test_a_new_digest_says_when_it_comes_first(store: Store, clock: Clock) -> None:
    wanted = Schedule(zone="Asia/Shanghai", minute=MORNING, by="u1")
    result = await store.schedules.set(await chat(store), wanted)
    assert str(result.next_due) == "2026-03-03 01:30:00+00:00"
    assert await store.schedules.of(await chat(store)) == result
    assert await store.schedules.next_due() == result.next_due


async def test_what_is_due_is_enqueued_once_and_the_next_one_planned(
    store: Store, clock: Clock
) -> None:
    here = await chat(store)
    await store.schedules.set(here, Schedule(zone="UTC", minute=MORNING))
    assert (await store.schedules.enqueue(clock.now)).enqueued == 0
    clock.move(hours=2)
    assert (await store.schedules.enqueue(clock.now)).enqueued == 1
    assert (await store.schedules.enqueue(clock.now)).enqueued == 0
    (delivery,) = await store.deliveries.list()
    assert delivery.state is DeliveryState.PENDING
    assert delivery.slot.date == date(2026, 3, 2)
    assert delivery.expires_at == delivery.slot.due + timedelta(hours=6)
    assert (await store.schedules.of(here)).next_due == delivery.slot.due + timedelta(days=1)  # type: ignore[union-attr]


async def test_many_processes_enqueue_each_digest_once(store: Store, clock: Clock) -> None:
    for room in range(30):
        await store.schedules.set(await chat(store, str(room)), Schedule(zone="UTC"))
    clock.move(hours=2)
    found = await asyncio.gather(*(store.schedules.enqueue(clock.now) for _ in range(6)))
    assert sum(due.enqueued for due in found) == 30
    assert len(await store.deliveries.list()) == 30


async def test_a_digest_found_after_its_grace_is_skipped_with_the_reason(
    store: Store, clock: Clock
) -> None:
    await store.schedules.set(await chat(store), Schedule(zone="UTC"))
    clock.move(hours=9)
    due = await store.schedules.enqueue(clock.now)
    assert (due.enqueued, due.skipped) == (0, 1)
    (delivery,) = await store.deliveries.list(DeliveryState.SKIPPED)
    assert delivery.reason == "found 8 h late"


async def test_after_a_week_of_silence_one_digest_comes_and_each_day_has_its_account(
    store: Store, clock: Clock
) -> None:
    here = await chat(store)
    await store.schedules.set(here, Schedule(zone="UTC", days=EVERY_DAY))
    clock.move(days=6, hours=2)
    await store.schedules.enqueue(clock.now)
    states = [one.state for one in (await store.deliveries.status(here)).recent]
    assert states == [DeliveryState.PENDING, *[DeliveryState.SKIPPED] * 6]


async def test_a_time_changed_after_todays_digest_starts_tomorrow(
    store: Store, clock: Clock
) -> None:
    here = await chat(store)
    await store.schedules.set(here, Schedule(zone="UTC", minute=MORNING))
    await store.schedules.enqueue(clock.move(hours=2))
    changed = await store.schedules.set(here, Schedule(zone="UTC", minute=20 * 60))
    assert str(changed.next_due) == "2026-03-03 20:00:00+00:00"


async def test_a_time_changed_before_todays_digest_counts_today(store: Store, clock: Clock) -> None:
    here = await chat(store)
    await store.schedules.set(here, Schedule(zone="UTC", minute=MORNING))
    changed = await store.schedules.set(here, Schedule(zone="UTC", minute=20 * 60))
    assert str(changed.next_due) == "2026-03-02 20:00:00+00:00"


async def test_a_pause_ends_by_itself_and_cancels_what_waited(store: Store, clock: Clock) -> None:
    here = await chat(store)
    await store.schedules.set(here, Schedule(zone="UTC", minute=MORNING))
    await store.schedules.enqueue(clock.move(hours=2))
    paused = await store.schedules.suspend(here, until=clock.now + timedelta(days=3))
    assert paused
    assert str(paused.next_due) == "2026-03-06 09:30:00+00:00"
    assert [one.state for one in await store.deliveries.list()] == [DeliveryState.CANCELLED]


async def test_switched_off_means_nothing_is_due(store: Store, clock: Clock) -> None:
    here = await chat(store)
    await store.schedules.set(here, Schedule(zone="UTC", minute=MORNING))
    off = await store.schedules.suspend(here)
    assert off
    assert not off.on
    assert (await store.schedules.enqueue(clock.move(days=2))).enqueued == 0
    assert await store.schedules.suspend(await chat(store, "2")) is None


async def test_a_weekly_digest_comes_on_its_day(store: Store, clock: Clock) -> None:
    wanted = Schedule(zone="UTC", cadence=Cadence.WEEKLY, days=weekdays([4]))
    result = await store.schedules.set(await chat(store), wanted)
    assert result.next_due
    assert result.next_due.date() == date(2026, 3, 6)
    await store.schedules.enqueue(clock.move(days=4, hours=3))
    (delivery,) = await store.deliveries.list()
    assert delivery.cadence is Cadence.WEEKLY


async def test_a_popular_time_is_spread_over_two_minutes_and_never_early(
    store: Store, clock: Clock, monkeypatch: object
) -> None:
    import pytest

    assert isinstance(monkeypatch, pytest.MonkeyPatch)
    for room in range(20):
        await store.schedules.set(await chat(store, str(room)), Schedule(zone="UTC"))
    statement = schedules._DUE.limit(10)
    monkeypatch.setattr(schedules, "BATCH", 10)
    monkeypatch.setattr(schedules, "_DUE", statement)
    clock.move(hours=2)
    while (await store.schedules.enqueue(clock.now)).full:
        pass
    waits = {one.not_before - one.slot.due for one in await store.deliveries.list()}
    assert len(waits) > 10
    assert timedelta(0) <= min(waits)
    assert max(waits) <= timedelta(minutes=2)


async def test_a_new_edition_of_the_time_zones_moves_what_is_to_come(
    store: Store, clock: Clock, monkeypatch: object
) -> None:
    import pytest

    assert isinstance(monkeypatch, pytest.MonkeyPatch)
    here = await chat(store)
    await store.schedules.set(here, Schedule(zone="Europe/Berlin", minute=MORNING))
    assert await store.schedules.follow_calendars() == 0  # the first time: nothing to compare
    await wrong_hour(store, here)
    assert await store.schedules.follow_calendars() == 0
    monkeypatch.setattr(schedules, "tz_version", lambda: "2199z")
    assert await store.schedules.follow_calendars() == 1
    assert str(await store.schedules.next_due()) == "2026-03-02 08:30:00+00:00"


async def test_a_digest_that_the_rules_no_longer_foresee_comes_when_it_was_announced(
    store: Store, clock: Clock
) -> None:
    others = await chat(store, "2")
    await store.schedules.set(await chat(store), Schedule(zone="Europe/Berlin", minute=MORNING))
    await wrong_hour(store, others)
    await store.schedules.set(others, Schedule(zone="UTC", minute=MORNING))
    clock.move(hours=4)
    assert (await store.schedules.enqueue(clock.now)).enqueued == 2
    assert (await store.schedules.enqueue(clock.now)).enqueued == 0
    announced = {delivery.slot.due.hour for delivery in await store.deliveries.list()}
    assert announced == {9, 11}


async def wrong_hour(store: Store, here: Chat) -> None:
    """What a database holds after a country changed its rules."""
    from sqlalchemy import update

    from bot.store.database.tables import schedule

    async with store.database.write() as connection:
        due = store.now() + timedelta(hours=3)
        await connection.execute(update(schedule).values(next_due=due))


async def test_many_thousand_deliveries_can_be_listed(store: Store, clock: Clock) -> None:
    rooms = [str(number) for number in range(2100)]
    await seed(store, rooms, clock.now.replace(minute=0))
    while (await store.schedules.enqueue(clock.now)).full:
        pass
    assert len(await store.deliveries.list(limit=100_000)) == 2100


async def test_what_is_over_a_year_old_is_deleted_in_slices_and_the_rest_stays(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "SLICE", 2)
    here = await chat(store)
    await store.schedules.set(here, Schedule(zone="UTC", minute=MORNING, days=EVERY_DAY))
    for _ in range(5):
        await store.schedules.enqueue(clock.move(days=1))
    assert await store.deliveries.purge() == 0
    clock.move(days=398)
    assert await store.deliveries.purge() == 3
    assert len(await store.deliveries.list()) == 2
