"""Events take effect once, on both databases."""

from __future__ import annotations

import asyncio

from bot.store.store import Store
from tests.databases import Clock


async def test_an_event_that_comes_again_is_known(store: Store) -> None:
    assert await store.inbox.first_time("slack:T1", "Ev1")
    assert not await store.inbox.first_time("slack:T1", "Ev1")
    assert await store.inbox.first_time("slack:T2", "Ev1")


async def test_of_ten_processes_that_get_an_event_one_takes_it(store: Store) -> None:
    asked = (store.inbox.first_time("slack:T1", "Ev1") for _ in range(10))
    assert sum(await asyncio.gather(*asked)) == 1


async def test_what_was_kept_waits_in_order_until_it_is_done(store: Store) -> None:
    await store.inbox.keep("bot1", [("1", "a"), ("2", "b")])
    await store.inbox.keep("bot1", [("2", "again"), ("3", "c")])
    assert await store.inbox.waiting("bot1") == [("1", "a"), ("2", "b"), ("3", "c")]
    await store.inbox.done("bot1", "2")
    assert await store.inbox.waiting("bot1") == [("1", "a"), ("3", "c")]
    await store.inbox.keep("bot1", [("2", "b")])
    assert await store.inbox.waiting("bot1") == [("1", "a"), ("3", "c")]
    assert await store.inbox.waiting("bot2") == []


async def test_ids_are_forgotten_after_a_day_but_nothing_that_still_waits(
    store: Store, clock: Clock
) -> None:
    await store.inbox.keep("bot1", [("1", "a"), ("2", "b")])
    await store.inbox.done("bot1", "1")
    assert await store.inbox.purge() == 0
    clock.move(days=1, seconds=1)
    assert await store.inbox.purge() == 1
    assert await store.inbox.waiting("bot1") == [("2", "b")]
    assert await store.inbox.first_time("bot1", "1")
