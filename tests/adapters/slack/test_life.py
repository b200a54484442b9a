"""Starting, stopping, and the life of rooms."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from bot.adapters.slack.oauth import check
from bot.core.address import Address
from bot.core.command import Command
from bot.core.errors import SettingsError
from bot.core.reply import Reply
from tests.adapters.contract import LifeContract
from tests.adapters.slack.kit import Scripted, adapter_for, running, says
from tests.adapters.slack.payloads import mention, slash
from tests.standin.slack import Fault, SlackStandIn


class TestLife(LifeContract):
    def running(self) -> AbstractAsyncContextManager[Any]:
        return self._answering_once()

    @asynccontextmanager
    async def _answering_once(self) -> AsyncIterator[None]:
        async with running() as world:
            await world.slash("ping")
            await world.event(mention("<@U0BOT> hi"))
            await world.slack.until(lambda: world.slack.posts)
            yield


@pytest.mark.parametrize(
    ("tokens", "sentences"),
    [
        ({"bot_token": "xoxb-wrong"}, ["SLACK_BOT_TOKEN is refused by Slack (invalid_auth)"]),
        ({"app_token": "xapp-wrong"}, ["SLACK_APP_TOKEN is refused by Slack (invalid_auth)"]),
        (
            {"bot_token": "xoxb-wrong", "app_token": "xapp-wrong"},
            ["SLACK_BOT_TOKEN is refused", "SLACK_APP_TOKEN is refused"],
        ),
        (
            {"bot_token": "xapp-1", "app_token": "xoxb-1"},
            ["SLACK_BOT_TOKEN holds an app-level token", "SLACK_APP_TOKEN holds a bot token"],
        ),
    ],
)
async def test_a_wrong_token_ends_the_start_with_a_sentence(
    tokens: dict[str, str], sentences: list[str]
) -> None:
    async with SlackStandIn() as slack:
        adapter = adapter_for(slack, **tokens)
        with pytest.raises(SettingsError) as told:
            await adapter.start(Scripted())
    assert len(told.value.sentences) == len(sentences)
    for sentence, wanted in zip(told.value.sentences, sentences, strict=True):
        assert wanted in sentence
        assert "wrong" not in sentence


async def test_a_slack_that_is_away_at_start_is_waited_for_and_told_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(check, "LONGEST_WAIT", 0.01)
    caplog.set_level(logging.INFO, "aiwork.slack")
    slack = SlackStandIn()
    slack.fail("auth.test", Fault(status=502, plain=True), times=3)
    async with running(slack=slack) as world:
        await world.slash("ping")
    told = [record.getMessage() for record in caplog.records]
    assert told == [
        "Slack cannot be reached (http_502); trying again",
        "Slack can be reached again",
    ]


async def test_a_client_id_in_the_environment_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("CLIENT_ID", "CLIENT_SECRET", "BOT_TOKEN", "APP_TOKEN", "SIGNING_SECRET"):
        monkeypatch.setenv(f"SLACK_{name}", "from-the-environment")
    async with running() as world:
        await world.slash("ping")


async def test_a_proxy_in_the_environment_is_not_used_for_this_very_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with running() as world:
        await world.slash("ping")


async def test_a_trailing_slash_in_the_base_url_makes_no_difference() -> None:
    async with SlackStandIn() as slack:
        adapter = adapter_for(slack, base_url=slack.api + "/")
        await adapter.start(Scripted())
        await adapter.stop()
    assert {call.method for call in slack.calls} == {"auth.test", "apps.connections.open"}


async def test_slack_is_asked_who_we_are_once_and_not_with_every_command() -> None:
    async with running() as world:
        for _ in range(3):
            await world.slash("ping")
    assert [call.method for call in world.slack.calls].count("auth.test") == 1


async def test_missing_scopes_are_named(caplog: pytest.LogCaptureFixture) -> None:
    slack = SlackStandIn()
    slack.scopes = ("commands", "chat:write")
    async with running(slack=slack):
        pass
    assert "users:read" in caplog.text


async def test_what_is_in_hand_at_a_stop_is_delivered() -> None:
    gate = asyncio.Event()

    class Slow(Scripted):
        async def __call__(self, command: Command) -> Reply:
            await gate.wait()
            return await super().__call__(command)

    async with SlackStandIn() as slack:
        adapter = adapter_for(slack)
        await adapter.start(Slow())
        watching = asyncio.create_task(adapter.watch())
        payload = slash(slack, "quote")
        await slack.deliver("slash_commands", payload)
        stopping = asyncio.create_task(adapter.stop())
        await asyncio.sleep(0)
        gate.set()
        await stopping
        await asyncio.wait_for(watching, 5)
        assert len(slack.answers(payload["response_url"])) == 1
        assert slack.sockets == [] or all(socket.ws.closed for socket in slack.sockets)


async def test_an_invited_bot_greets_in_one_message() -> None:
    joined = {
        "type": "member_joined_channel",
        "user": "U0BOT",
        "channel": "C0OPEN",
        "channel_type": "C",
        "team": "T0WORK",
        "inviter": "U0LI",
    }
    async with running(Scripted({"start": says("Hello, I am aiwork.")})) as world:
        await world.event(joined)
        await world.event({**joined, "user": "U0ANN"})
        await world.slack.until(lambda: world.slack.posts)
        await world.slash("ping")
    (asked, _) = world.handle.asked
    assert (asked.asker.id, str(asked.at)) == ("U0LI", "slack:T0WORK/C0OPEN")
    assert len(world.slack.posts) == 1
    assert "slack:T0WORK/C0OPEN" in world.rooms.heard


async def test_a_channel_that_the_bot_joined_by_itself_is_not_greeted() -> None:
    async with running() as world:
        at = Address("slack", "C0NEWS", "T0WORK")
        assert await world.adapter.directory.ensure_can_post(at) is None
        joined = {"type": "member_joined_channel", "user": "U0BOT", "channel": "C0NEWS"}
        await world.event(joined)
        await world.slash("ping")
    assert world.slack.posts == []


async def test_a_room_that_is_lost_is_reported_and_one_that_is_back_too() -> None:
    async with running() as world:
        for kind in ("channel_archive", "channel_deleted", "group_left", "channel_left"):
            await world.event({"type": kind, "channel": "C0OPEN"})
        await world.event({"type": "member_left_channel", "user": "U0BOT", "channel": "C0NEWS"})
        await world.event({"type": "member_left_channel", "user": "U0ANN", "channel": "C0NEWS"})
        await world.event({"type": "channel_rename", "channel": {"id": "C0OPEN", "name": "x"}})
        await world.event({"type": "channel_unarchive", "channel": "C0OPEN"})
        await world.slash("ping")
    assert world.rooms.life == [
        ("slack:T0WORK/C0OPEN", "channel_archive"),
        ("slack:T0WORK/C0OPEN", "channel_deleted"),
        ("slack:T0WORK/C0OPEN", "group_left"),
        ("slack:T0WORK/C0OPEN", "channel_left"),
        ("slack:T0WORK/C0NEWS", "member_left_channel"),
    ]
    assert world.rooms.heard[0] == "slack:T0WORK/C0OPEN"


async def test_a_word_in_a_channel_wakes_the_channel_and_the_person() -> None:
    async with running() as world:
        await world.slash("status", user="U0LI")
    assert set(world.rooms.heard) == {"slack:T0WORK/C0OPEN", "slack:T0WORK/U0LI"}


async def test_uninstalling_is_reported_for_the_whole_workspace() -> None:
    async with running() as world:
        await world.event({"type": "tokens_revoked", "tokens": {"oauth": ["U0ANN"], "bot": []}})
        await world.event({"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}})
        await world.event({"type": "app_uninstalled"})
        await world.slash("ping")
    assert world.rooms.life == [("slack:T0WORK", "uninstalled")] * 2


async def test_a_stopped_adapter_can_be_started_again() -> None:
    async with SlackStandIn() as slack:
        adapter, handle = adapter_for(slack), Scripted()
        for _ in range(2):
            await adapter.start(handle)
            watching = asyncio.create_task(adapter.watch())
            await slack.deliver("slash_commands", slash(slack, "ping"))
            await adapter.stop()
            await asyncio.wait_for(watching, 5)
    assert len(handle.asked) == 2
