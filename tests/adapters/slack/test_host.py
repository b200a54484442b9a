"""What Slack knows of people and rooms, and what is assumed when it does not say."""

from __future__ import annotations

import pytest

from bot.core.address import Address
from bot.core.command import Person
from tests.adapters.slack.kit import World, running
from tests.standin.slack import TEAM, Fault


def room(name: str) -> Address:
    return Address("slack", name, TEAM)


ANN, LI = Person("U0ANN", room("U0ANN")), Person("U0LI", room("U0LI"))
OPEN, NEWS, SHUT, PRIVATE = room("C0OPEN"), room("C0NEWS"), room("C0SHUT"), room("C0PRIV")


async def test_any_member_may_manage_a_channel_and_everybody_their_own_chat() -> None:
    async with running() as world:
        assert await world.adapter.directory.may_manage(LI, room("U0LI"))
        assert await world.adapter.directory.may_manage(LI, OPEN)
        assert await world.adapter.directory.may_manage(ANN, PRIVATE)
        assert not await world.adapter.directory.may_manage(LI, PRIVATE)
        assert not await world.adapter.directory.may_manage(LI, SHUT)
        assert not await world.adapter.directory.may_manage(LI, room("U0ANN"))


async def test_who_spoke_in_a_channel_is_in_it() -> None:
    async with running() as world:
        await world.slash("settings", user="U0LI", channel="C0SHUT", name="privategroup")
        assert await world.adapter.directory.may_manage(LI, SHUT)
        assert not await world.adapter.directory.may_manage(ANN, SHUT)


async def test_settings_can_be_left_to_admins_or_to_chosen_people() -> None:
    async with running(managers="admins") as world:
        assert await world.adapter.directory.may_manage(ANN, OPEN)
        assert not await world.adapter.directory.may_manage(LI, OPEN)
        assert await world.adapter.directory.may_manage(LI, room("U0LI"))
    async with running(managers=frozenset({"U0LI"})) as world:
        assert await world.adapter.directory.may_manage(LI, OPEN)
        assert not await world.adapter.directory.may_manage(ANN, OPEN)


async def test_the_zone_is_that_of_the_profile() -> None:
    async with running() as world:
        assert await world.adapter.directory.zone_of(LI) == "Asia/Shanghai"
        assert await world.adapter.directory.zone_of(Person("U0GONE", room("U0GONE"))) is None


async def test_rooms_are_found_by_id_and_by_name() -> None:
    async with running() as world:
        find = world.adapter.directory.find_room
        assert await find(ANN, OPEN, "#news") == NEWS
        assert await find(ANN, OPEN, "@general") == OPEN
        assert await find(ANN, OPEN, "#team") == PRIVATE
        assert await find(ANN, OPEN, "#secret") is None
        assert await find(ANN, OPEN, "#C0NEWS") == NEWS
        assert await find(ANN, OPEN, "#nowhere") is None
        assert await find(ANN, OPEN, "@C0SHUT") is None
        assert [c.method for c in world.slack.calls].count("conversations.list") == 3


async def test_a_private_channel_is_found_by_those_alone_who_are_in_it() -> None:
    async with running() as world:
        find = world.adapter.directory.find_room
        assert await find(ANN, OPEN, "C0PRIV") == PRIVATE
        assert await find(LI, OPEN, "C0PRIV") is None
        assert await find(LI, OPEN, "#team") is None


async def test_guests_and_people_of_other_organisations_change_nothing_of_a_room() -> None:
    async with running() as world:
        for outside in ({"team_id": "T0OTHER"}, {"is_restricted": True}, {"is_stranger": True}):
            world.slack.users["U0VISITOR"] = {"tz": "Asia/Tokyo", **outside}
            visitor = Person("U0VISITOR", room("U0VISITOR"))
            assert not await world.adapter.directory.may_manage(visitor, OPEN)
            assert await world.adapter.directory.may_manage(visitor, room("U0VISITOR"))
            assert await world.adapter.directory.find_room(visitor, OPEN, "C0NEWS") is None
            world.adapter.directory._profiles._known.pop(visitor.home)
        world.slack.users["U0BOSS"] = {"team_id": "T0OTHER", "is_admin": True}
    async with running(managers="admins") as world:
        world.slack.users["U0BOSS"] = {"team_id": "T0OTHER", "is_admin": True}
        boss = Person("U0BOSS", room("U0BOSS"))
        assert not await world.adapter.directory.may_manage(boss, OPEN)


async def test_a_question_enters_no_channel() -> None:
    async with running() as world:
        assert await world.adapter.directory.missing_to_post(NEWS) is None
        assert await world.adapter.directory.missing_to_post(SHUT) == "/invite @aiwork"
        assert not world.slack.channels["C0NEWS"]["is_member"]


async def test_public_channels_are_joined_and_private_ones_ask_for_an_invitation() -> None:
    async with running() as world:
        assert await world.adapter.directory.ensure_can_post(NEWS) is None
        assert world.slack.channels["C0NEWS"]["is_member"]
        assert await world.adapter.directory.ensure_can_post(SHUT) == "/invite @aiwork"
        assert await world.adapter.directory.ensure_can_post(PRIVATE) is None
        assert await world.adapter.directory.ensure_can_post(room("U0ANN")) is None
    async with running(join_public=False) as world:
        assert await world.adapter.directory.ensure_can_post(NEWS) == "/invite @aiwork"


@pytest.mark.parametrize(
    "fault", [Fault(status=503, plain=True), Fault(reset=True), Fault(error="x")]
)
async def test_a_slack_that_does_not_say_gets_the_careful_answer(fault: Fault) -> None:
    async with running(managers="admins") as world:
        world.slack.fail("users.info", fault, times=10)
        world.slack.fail("conversations.info", fault, times=10)
        world.slack.fail("conversations.list", fault, times=10)
        assert not await world.adapter.directory.may_manage(ANN, OPEN)
        assert await world.adapter.directory.zone_of(ANN) is None
        assert await world.adapter.directory.find_room(ANN, OPEN, "#news") is None
        assert await world.adapter.directory.find_room(ANN, OPEN, "C0NEWS") is None
        assert await world.adapter.directory.ensure_can_post(NEWS) == "/invite @aiwork"


async def test_people_are_asked_about_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as world:
        await _three_commands(world)
        assert [c.method for c in world.slack.calls].count("users.info") == 1


async def _three_commands(world: World) -> None:
    for _ in range(3):
        await world.slash("ping")
