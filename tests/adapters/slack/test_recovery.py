"""Socket Mode's bad days: commands work again, and nothing is answered twice."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.adapters.slack import socket_mode
from bot.core.errors import SettingsError
from tests.adapters.slack.kit import MemoryInbox, World, running
from tests.adapters.slack.payloads import slash
from tests.standin.slack import Fault, SlackStandIn


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_mode, "WAITS", (0.0, 0.01))
    monkeypatch.setattr(socket_mode, "HANDSHAKE", 0.5)


async def works(world: World) -> None:
    """Both connections stand, each over its own single-use address, and a command is answered."""
    await world.slack.until(lambda: len(world.slack.sockets) == 2)
    assert len(await world.slash("ping")) == 1


async def test_a_failed_handshake_at_start_is_tried_with_a_new_address() -> None:
    slack = SlackStandIn()
    slack.fail("handshake", Fault(status=408), times=3)
    async with running(slack=slack) as world:
        await works(world)
    assert slack.handshakes.count(403) == 0


async def test_a_handshake_that_hangs_is_given_up() -> None:
    slack, gate = SlackStandIn(), asyncio.Event()
    slack.fail("handshake", Fault(hold=gate), times=2)
    async with running(slack=slack) as world:
        await works(world)
        gate.set()


async def test_an_abrupt_reset_is_survived() -> None:
    async with running() as world:
        for _ in range(3):
            world.slack.reset()
            await works(world)


async def test_ten_refused_reconnects_are_survived_and_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "aiwork.slack")
    async with running() as world:
        await works(world)
        world.slack.fail("apps.connections.open", Fault(status=503, plain=True), times=10)
        world.slack.fail("handshake", Fault(status=408), times=10)
        world.slack.reset()
        await works(world)
    told = [record.getMessage() for record in caplog.records if "Slack" in record.getMessage()]
    assert told == [
        "no connection to Slack (http_503); trying again",
        "connected to Slack again",
    ]


async def test_a_slack_that_was_away_is_found_again() -> None:
    async with running() as world:
        await world.slack.go_away()
        await world.slack.come_back()
        await works(world)


async def test_an_announced_end_is_bridged_by_a_new_connection() -> None:
    async with running() as world:
        await world.slack.until(lambda: len(world.slack.sockets) == 2)
        before = list(world.slack.sockets)
        await world.slack.disconnect()
        await world.slack.until(lambda: len(world.slack.sockets) == 4)
        payload = slash(world.slack, "still here")
        envelope = world.slack.envelope("slash_commands", payload)
        await before[0].ws.send_json(envelope)  # Slack reads and writes it for some seconds more
        await world.slack.until(lambda: envelope["envelope_id"] in world.slack.acks)
        for connection in before:
            await connection.ws.close()
        await works(world)


async def test_what_was_not_acknowledged_before_a_reset_is_answered_once() -> None:
    async with running() as world:
        urls = []
        for number in range(10):
            payload = slash(world.slack, f"quote {number}")
            urls.append(payload["response_url"])
            await world.slack.push(world.slack.envelope("slash_commands", payload))
            world.slack.reset()
        for url in urls:
            await world.said_to(url)
        await works(world)
        assert [len(world.slack.answers(url)) for url in urls] == [1] * 10


async def test_another_process_does_not_answer_what_this_one_did() -> None:
    inbox = MemoryInbox()
    async with running(inbox=inbox) as world:
        payload = slash(world.slack, "quote")
        await world.slack.deliver("slash_commands", payload)
        await world.said_to(payload["response_url"])
    async with running(inbox=inbox) as world:
        await world.slack.deliver("slash_commands", payload)
        await world.slash("ping")
    assert [str(command.line) for command in world.handle.asked] == ["ping"]


async def test_an_inbox_that_is_away_does_not_silence_the_bot() -> None:
    class Broken(MemoryInbox):
        async def first_time(self, source: str, event: str) -> bool:
            raise ConnectionError

    async with running(inbox=Broken()) as world:
        payload = slash(world.slack, "quote")
        await world.slack.deliver("slash_commands", payload)
        await world.slack.deliver("slash_commands", payload)
        await world.slash("ping")
    assert [str(command.line) for command in world.handle.asked] == ["quote", "ping"]


async def test_an_envelope_that_makes_no_sense_is_passed_over() -> None:
    async with running() as world:
        await world.slack.until(lambda: world.slack.sockets)
        for nonsense in ("not json", "[]", "{}", '{"envelope_id": "x", "payload": 7}'):
            await world.slack.sockets[-1].ws.send_str(nonsense)
        await works(world)


async def test_a_token_revoked_while_running_ends_it_with_a_sentence() -> None:
    async with running() as world:
        watching = asyncio.create_task(world.adapter.watch())
        world.slack.fail("apps.connections.open", Fault(error="invalid_auth"), times=20)
        world.slack.reset()
        with pytest.raises(SettingsError, match="SLACK_APP_TOKEN"):
            await asyncio.wait_for(watching, 5)
