"""Workspaces that come and go, and their tokens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.core.address import Address
from bot.core.chats import ChatState
from bot.core.command import RoomKind
from bot.core.errors import SettingsError, StoreError
from bot.core.installation import Installation
from bot.store.store import Store
from tests.databases import Clock

OLD, NEW = "old-key-" * 5, "new-key-" * 5
ACME = Installation("T0ACME", "xoxb-planted-acme", "U0BOT", "B0BOT", refresh_token="xoxe-1-planted")
INITECH = Installation("T0INITECH", "xoxb-planted-initech", "U0BOT")
ROOM = Address("slack", "C0NEWS", "T0ACME")


async def opened(url: str, clock: Clock, key: str = "") -> Store:
    return await Store.open(url, clock=clock, secret_key=key)


async def raw(store: Store) -> str:
    """All that the database holds of installations, as somebody would see it who stole it."""
    async with store.database.read() as connection:
        return str((await connection.execute(text("SELECT * FROM installation"))).all())


async def test_each_workspace_has_its_own_token(store: Store) -> None:
    await store.installations.save(ACME)
    await store.installations.save(INITECH)
    found = await store.installations.find("T0ACME")
    assert found
    assert (found.bot_token, found.refresh_token) == ("xoxb-planted-acme", "xoxe-1-planted")
    assert await store.installations.find("T0ELSE") is None


async def test_tokens_are_unreadable_without_the_key(url: str, clock: Clock) -> None:
    store = await opened(url, clock, NEW)
    await store.installations.save(ACME)
    assert "planted" not in await raw(store)
    found = await store.installations.find("T0ACME")
    assert found
    assert found.bot_token == ACME.bot_token
    await store.close()


@pytest.mark.parametrize(("key", "said"), [("", "is missing"), (NEW, "does not open")])
async def test_a_wrong_key_says_so_and_loses_nothing(
    url: str, clock: Clock, key: str, said: str
) -> None:
    right = await opened(url, clock, OLD)
    await right.installations.save(ACME)
    before = await raw(right)
    wrong = await opened(url, clock, key)
    for question in (
        wrong.installations.find("T0ACME"),
        wrong.installations.check(),
        wrong.installations.rotate_keys(),
    ):
        with pytest.raises(StoreError, match=said):
            await question
    assert await raw(right) == before
    assert await right.installations.check() == 1
    await right.close()
    await wrong.close()


async def test_a_new_key_takes_over_token_by_token(url: str, clock: Clock) -> None:
    first = await opened(url, clock, OLD)
    await first.installations.save(ACME)
    await first.installations.save(INITECH)
    await first.close()
    both = await opened(url, clock, f"{NEW}, {OLD}")
    assert await both.installations.find("T0ACME")  # sealed anew by being read
    assert await both.installations.rotate_keys() == 1
    assert await both.installations.rotate_keys() == 0
    await both.close()
    last = await opened(url, clock, NEW)
    assert await last.installations.check() == 2
    await last.close()


async def test_tokens_from_before_there_was_a_key_are_sealed_when_there_is_one(
    url: str, clock: Clock
) -> None:
    clear = await opened(url, clock)
    await clear.installations.save(ACME)
    assert not clear.installations.encrypted
    assert "xoxb-planted" in await raw(clear)
    await clear.close()
    store = await opened(url, clock, NEW)
    assert store.installations.encrypted
    assert await store.installations.rotate_keys() == 1
    assert "planted" not in await raw(store)
    await store.close()


async def test_a_key_that_could_be_guessed_is_refused(url: str, clock: Clock) -> None:
    with pytest.raises(SettingsError, match="openssl rand"):
        await opened(url, clock, "secret")


async def test_uninstalling_stops_one_workspace_and_leaves_the_other_alone(store: Store) -> None:
    await store.installations.save(ACME)
    await store.installations.save(INITECH)
    other = Address("slack", "C0NEWS", "T0INITECH")
    await store.chats.ensure(ROOM, RoomKind.CHANNEL)
    await store.chats.ensure(other, RoomKind.CHANNEL)
    for _ in range(2):  # app_uninstalled and tokens_revoked, in any order, repeated
        await store.installations.remove("T0ACME")
    assert await store.installations.find("T0ACME") is None
    assert "planted-acme" not in await raw(store)
    assert await store.installations.find("T0INITECH")
    left, stayed = await store.chats.find(ROOM), await store.chats.find(other)
    assert left
    assert left.state is ChatState.GONE
    assert stayed
    assert stayed.state is ChatState.ACTIVE


async def test_installing_again_within_a_month_finds_everything_as_it_was(
    store: Store, clock: Clock
) -> None:
    await store.installations.save(ACME)
    chat = await store.chats.ensure(ROOM, RoomKind.CHANNEL)
    await store.chats.subscribe(chat, "overwork")
    await store.installations.remove("T0ACME")
    clock.move(days=29)
    await store.purge()
    await store.installations.save(replace(ACME, bot_token="xoxb-planted-second"))
    back = await store.chats.find(ROOM)
    assert back
    assert back.state is ChatState.ACTIVE
    assert await store.chats.topics(back) == ("overwork",)
    found = await store.installations.find("T0ACME")
    assert found
    assert found.bot_token == "xoxb-planted-second"


async def test_a_month_after_a_removal_nothing_is_left(store: Store, clock: Clock) -> None:
    await store.installations.save(ACME)
    await store.installations.save(INITECH)
    await store.chats.ensure(ROOM, RoomKind.CHANNEL)
    await store.installations.remove("T0ACME")
    late = ROOM.in_room("D0LATE")  # a word that came in while the app was being removed
    await store.chats.ensure(late, RoomKind.DM)
    clock.move(days=31)
    await store.purge()
    assert await store.chats.find(ROOM) is None
    assert await store.chats.find(late) is None
    assert "T0ACME" not in await raw(store)
    assert await store.installations.find("T0INITECH")


async def test_one_process_at_a_time_renews_a_token(store: Store, clock: Clock) -> None:
    soon = clock() + timedelta(hours=1)
    await store.installations.save(replace(ACME, expires_at=soon))
    install = await store.installations.find("T0ACME")
    assert install
    until = clock() + timedelta(seconds=30)
    assert await store.installations.may_renew(install, until)
    assert not await store.installations.may_renew(install, until)
    clock.move(seconds=31)  # the one that was at it died
    assert await store.installations.may_renew(install, clock() + timedelta(seconds=30))
    later = replace(
        install, bot_token="xoxe.xoxb-planted-next", expires_at=soon + timedelta(hours=12)
    )
    await store.installations.renewed(later)
    clock.move(seconds=31)
    assert not await store.installations.may_renew(install, clock() + timedelta(seconds=30))
    found = await store.installations.find("T0ACME")
    assert found
    assert found.bot_token == "xoxe.xoxb-planted-next"


async def test_a_token_renewed_while_the_app_was_removed_stays_erased(store: Store) -> None:
    await store.installations.save(ACME)
    await store.installations.remove("T0ACME")
    await store.installations.renewed(ACME)
    assert await store.installations.find("T0ACME") is None
    assert "planted" not in await raw(store)


def test_a_token_is_not_shown_by_printing_what_holds_it() -> None:
    assert "planted" not in repr(ACME)
