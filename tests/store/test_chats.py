"""What is remembered of a chat, on both databases."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.core.address import Address
from bot.core.chats import Chat, ChatState, DeliveryState, KeptKind, Schedule
from bot.core.command import RoomKind
from bot.core.language import Language
from bot.store.store import Store
from tests.databases import Clock

HOME = Address("telegram", "42")
GROUP = Address("telegram", "-100")
FORUM = Address("telegram", "-100", thread="7")
SUPERGROUP = Address("telegram", "-1001")
CHANNEL = Address("slack", "C1", workspace="T1")


@pytest.fixture
async def home(store: Store) -> Chat:
    return await store.chats.ensure(HOME, RoomKind.DM)


async def digest(
    store: Store, at: Address, kind: RoomKind = RoomKind.GROUP, **what: object
) -> Chat:
    chat = await store.chats.ensure(at, kind)
    await store.schedules.set(chat, Schedule(zone="UTC", **what))  # type: ignore[arg-type]
    return chat


async def states(store: Store, at: Address) -> list[DeliveryState]:
    chat = await store.chats.find(at)
    return [one.state for one in await store.deliveries.list(of=chat)] if chat else []


async def test_a_passer_by_leaves_no_row(store: Store) -> None:
    assert await store.chats.find(HOME) is None


async def test_a_chat_is_the_same_however_often_it_speaks(store: Store) -> None:
    found = await asyncio.gather(*(store.chats.ensure(HOME, RoomKind.DM) for _ in range(5)))
    assert len({chat.id for chat in found}) == 1
    assert await store.chats.find(HOME) == found[0]


async def test_threads_rooms_and_workspaces_are_chats_of_their_own(store: Store) -> None:
    addresses = [GROUP, FORUM, CHANNEL, Address("slack", "C1", workspace="T2")]
    chats = [await store.chats.ensure(at, RoomKind.GROUP) for at in addresses]
    assert len({chat.id for chat in chats}) == 4
    assert [chat.at for chat in chats] == addresses


async def test_a_group_that_became_a_channel_is_corrected(store: Store) -> None:
    await store.chats.ensure(GROUP, RoomKind.GROUP)
    assert (await store.chats.ensure(GROUP, RoomKind.CHANNEL)).kind is RoomKind.CHANNEL


async def test_a_chosen_language_is_kept_and_can_be_unset(store: Store, home: Chat) -> None:
    await store.chats.set_language(home, Language.HANT)
    assert (await store.chats.ensure(HOME, RoomKind.DM)).language is Language.HANT
    await store.chats.set_language(home, None)
    assert (await store.chats.ensure(HOME, RoomKind.DM)).language is None


async def test_topics_are_subscribed_to_once_and_dropped_one_by_one_or_all(
    store: Store, home: Chat, clock: Clock
) -> None:
    assert await store.chats.subscribe(home, "overwork")
    clock.move(seconds=1)
    assert await store.chats.subscribe(home, "layoffs")
    assert not await store.chats.subscribe(home, "overwork")
    assert await store.chats.topics(home) == ("overwork", "layoffs")
    assert await store.chats.unsubscribe(home, "overwork") == ("overwork",)
    assert await store.chats.unsubscribe(home, "overwork") == ()
    assert await store.chats.unsubscribe(home) == ("layoffs",)


async def test_a_person_finds_the_rooms_whose_digest_they_set_up(store: Store) -> None:
    await digest(store, GROUP, by="42")
    await digest(store, FORUM, by="43")
    assert [chat.at for chat in await store.chats.of_person("telegram", "42")] == [GROUP]
    assert await store.chats.of_person("slack", "42") == ()


async def test_a_chat_that_is_gone_gets_nothing_and_keeps_everything(
    store: Store, clock: Clock
) -> None:
    chat = await digest(store, GROUP)
    await store.chats.subscribe(chat, "overwork")
    await store.schedules.enqueue(clock.move(hours=2))
    await store.chats.gone(GROUP, "bot was kicked")
    assert await states(store, GROUP) == [DeliveryState.CANCELLED]
    assert await store.schedules.next_due() is None
    status = await store.deliveries.status(chat)
    assert status.chat.state is ChatState.GONE
    assert status.topics == ("overwork",)
    assert status.schedule
    assert status.schedule.on


async def test_a_word_from_a_gone_chat_brings_its_digest_back(store: Store, clock: Clock) -> None:
    chat = await digest(store, GROUP)
    await store.chats.gone(GROUP, "bot was blocked")
    await store.chats.back(GROUP)
    schedule = await store.schedules.of(chat)
    assert schedule
    assert schedule.next_due == clock.now.replace(hour=9, minute=30)


async def test_a_digest_that_was_switched_off_stays_off_when_the_chat_returns(
    store: Store,
) -> None:
    await digest(store, GROUP, on=False)
    await store.chats.gone(GROUP, "bot was blocked")
    await store.chats.back(GROUP)
    assert await store.schedules.next_due() is None


async def test_a_room_takes_its_threads_with_it_and_brings_them_back(store: Store) -> None:
    await digest(store, FORUM)
    await store.chats.gone(GROUP, "bot was kicked")
    assert (await store.chats.ensure(FORUM, RoomKind.GROUP)).state is ChatState.GONE
    await store.chats.back(GROUP)
    assert (await store.chats.ensure(FORUM, RoomKind.GROUP)).state is ChatState.ACTIVE


async def test_a_workspace_that_uninstalls_stops_and_no_other(store: Store, clock: Clock) -> None:
    chat = await digest(store, CHANNEL)
    other = await digest(store, Address("slack", "C1", workspace="T2"))
    await store.chats.uninstalled("slack", "T1")
    assert (await store.schedules.of(chat)).next_due is None  # type: ignore[union-attr]
    assert (await store.schedules.of(other)).next_due  # type: ignore[union-attr]


async def test_a_moved_group_takes_everything_along(store: Store, clock: Clock) -> None:
    chat = await digest(store, GROUP, by="42")
    await store.chats.subscribe(chat, "overwork")
    await store.schedules.enqueue(clock.move(hours=2))
    await store.chats.moved(GROUP, SUPERGROUP)
    assert await store.chats.find(GROUP) is None
    found = await store.chats.find(SUPERGROUP)
    assert found
    status = await store.deliveries.status(found)
    assert status.topics == ("overwork",)
    assert status.schedule
    assert status.schedule.by == "42"
    assert [one.at for one in status.recent] == [SUPERGROUP]


async def test_two_chats_become_one_and_the_new_ones_settings_count(
    store: Store, clock: Clock
) -> None:
    old = await digest(store, GROUP, minute=500)
    await store.chats.set_language(old, Language.HANS)
    for topic in ("overwork", "layoffs"):
        await store.chats.subscribe(old, topic)
    new = await digest(store, SUPERGROUP, minute=600)
    await store.chats.subscribe(new, "layoffs")
    await store.schedules.enqueue(clock.move(hours=3))
    await store.shown.remember(old, ["q1"])
    await store.chats.moved(GROUP, SUPERGROUP)
    status = await store.deliveries.status(new)
    assert sorted(status.topics) == ["layoffs", "overwork"]
    assert status.schedule
    assert status.schedule.minute == 600
    assert status.chat.language is Language.HANS
    assert len(status.recent) == 1
    assert await store.shown.items(new) == ("q1",)
    assert await store.chats.find(GROUP) is None


async def test_a_rooms_threads_move_with_it(store: Store) -> None:
    await digest(store, FORUM)
    await store.chats.moved(GROUP, SUPERGROUP)
    assert await store.chats.find(SUPERGROUP.in_room(SUPERGROUP.room, "7"))


async def test_everything_about_a_chat_can_be_had_as_json_and_deleted(
    store: Store, clock: Clock
) -> None:
    chat = await digest(store, HOME, RoomKind.DM, by="42")
    await store.chats.subscribe(chat, "overwork")
    await store.shown.remember(chat, ["q1"])
    await store.reports.add("q1", "wrong date", by=chat)
    await store.schedules.enqueue(clock.move(hours=2))
    await digest(store, GROUP, by="42")
    held = json.loads(json.dumps(await store.privacy.export(HOME, person="42")))
    assert held["chat"][0]["room"] == "42"
    assert held["subscription"][0]["topic"] == "overwork"
    assert held["schedule"][0]["zone"] == "UTC"
    assert held["delivery"][0]["state"] == "pending"
    assert held["shown"][0]["item"] == "q1"
    assert held["set_up"][0]["room"] == "-100"

    assert await store.privacy.forget(HOME, person="42") == 1
    gone = await store.privacy.export(HOME, person="42")
    assert not any(gone.values())
    assert await store.chats.find(GROUP)
    assert [(one.item, one.chat) for one in await store.reports.latest()] == [("q1", None)]


async def test_quotes_shown_are_remembered_until_the_pool_is_used_up(
    store: Store, home: Chat
) -> None:
    await store.shown.remember(home, ["q1", "q2"])
    await store.shown.remember(home, ["q2"])
    assert await store.shown.items(home) == ("q1", "q2")
    await store.shown.remember(home, ["q3"], afresh=True)
    assert await store.shown.items(home) == ("q3",)


async def test_a_person_is_a_person_of_a_workspace(store: Store) -> None:
    """Two workspaces may have people and channels of the same ids."""
    rooms = [Address("slack", "C0NEWS", team) for team in ("T1", "T2")]
    homes = [Address("slack", "U0ANN", team) for team in ("T1", "T2")]
    for at in rooms:
        await digest(store, at, RoomKind.CHANNEL, by="U0ANN")
    assert [c.at for c in await store.chats.of_person("slack", "U0ANN", "T2")] == [rooms[1]]
    held = await store.privacy.export(homes[1], person="U0ANN")
    assert len(held["set_up"]) == 1
    await store.privacy.forget(homes[1], person="U0ANN")
    assert [c.at for c in await store.chats.of_person("slack", "U0ANN", "T1")] == [rooms[0]]
    assert await store.chats.of_person("slack", "U0ANN", "T2") == ()


async def test_deleting_a_room_changes_no_schedule_without_an_owner(store: Store) -> None:
    await digest(store, GROUP, by="")
    await digest(store, HOME, RoomKind.DM, by="42")
    assert await store.privacy.forget(GROUP) == 1
    home = await store.chats.find(HOME)
    assert home
    schedule = await store.schedules.of(home)
    assert schedule
    assert schedule.by == "42"


async def test_what_is_saved_and_hidden_moves_with_a_chat_and_goes_with_it(store: Store) -> None:
    chat = await store.chats.ensure(GROUP, RoomKind.GROUP)
    await store.chats.set_only(chat, True)
    await store.kept.add(chat, KeptKind.SAVED, "quote:a")
    await store.kept.add(chat, KeptKind.SAVED, "quote:a")
    await store.kept.add(chat, KeptKind.HIDDEN, "topic:pay")
    await store.chats.moved(GROUP, SUPERGROUP)
    there = await store.chats.find(SUPERGROUP)
    assert there
    assert there.only
    assert await store.kept.items(there, KeptKind.SAVED) == ("quote:a",)
    assert await store.kept.remove(there, KeptKind.HIDDEN, "topic:pay")
    assert not await store.kept.remove(there, KeptKind.HIDDEN, "topic:pay")
    assert len((await store.privacy.export(SUPERGROUP))["kept"]) == 1
    await store.privacy.forget(SUPERGROUP)
    assert await store.kept.items(there, KeptKind.SAVED) == ()
