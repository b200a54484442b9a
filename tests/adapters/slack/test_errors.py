"""What Slack answers to a post, and what a delivery makes of it."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.core.address import Address
from bot.core.errors import Gone, Refused, RetryLater, SendError, Unknown
from tests.adapters.contract import ErrorCase, ErrorContract
from tests.adapters.samples import SAMPLES
from tests.adapters.slack.kit import adapter_for, running, says
from tests.standin.slack import BOT_TOKEN, TEAM, Fault, SlackStandIn

AT = Address("slack", "C0OPEN", TEAM)


def answers(**names: type[SendError]) -> list[ErrorCase]:
    return [ErrorCase(name, Fault(error=name), kind) for name, kind in names.items()]


class TestErrors(ErrorContract):
    cases = (
        ErrorCase("posted", Fault(), None),
        *answers(
            account_inactive=Gone,
            channel_not_found=Gone,
            invalid_auth=Gone,
            is_archived=Gone,
            not_in_channel=Gone,
            restricted_action=Gone,
            token_revoked=Gone,
            user_not_found=Gone,
            internal_error=Unknown,
            fatal_error=Unknown,
            ratelimited=RetryLater,
            request_timeout=RetryLater,
            service_unavailable=RetryLater,
            invalid_blocks=Refused,
            msg_blocks_too_long=Refused,
            msg_too_long=Refused,
            no_text=Refused,
            missing_scope=Refused,
            an_error_that_slack_adds_next_year=Refused,
        ),
        ErrorCase("429", Fault(error="ratelimited", status=429, retry_after=30), RetryLater),
        ErrorCase("429 in plain text", Fault(status=429, plain=True, retry_after=9), RetryLater),
        ErrorCase("429 without a time", Fault(status=429), RetryLater),
        ErrorCase("500", Fault(status=500), RetryLater),
        ErrorCase("502 in plain text", Fault(status=502, plain=True), RetryLater),
        ErrorCase("504", Fault(status=504, plain=True), Unknown),
        ErrorCase("500 internal_error", Fault(error="internal_error", status=500), Unknown),
        ErrorCase("403 in plain text", Fault(status=403, plain=True), Refused),
        ErrorCase("200 in plain text", Fault(status=200, plain=True), Unknown),
        ErrorCase("the answer is lost", Fault(lost=True), Unknown),
        ErrorCase("the connection is reset", Fault(reset=True), Unknown),
    )

    async def send_against(self, answer: Fault) -> None:
        async with running() as world:
            world.slack.fail("chat.postMessage", answer)
            assert await world.adapter.send(AT, SAMPLES["quote"])
            assert len(world.slack.posts) == 1


async def test_a_wait_is_told_in_seconds() -> None:
    async with running() as world:
        world.slack.fail("chat.postMessage", Fault(status=429, plain=True, retry_after=43_200))
        with pytest.raises(RetryLater) as told:
            await world.adapter.send(AT, SAMPLES["quote"])
    assert told.value.after == 43_200


async def test_a_post_is_tried_once_whatever_happens() -> None:
    async with running() as world:
        for fault in (Fault(lost=True), Fault(status=429), Fault(status=503)):
            world.slack.fail("chat.postMessage", fault)
            with pytest.raises(SendError):
                await world.adapter.send(AT, SAMPLES["quote"])
        tried = [call for call in world.slack.calls if call.method == "chat.postMessage"]
    assert len(tried) == 3
    assert len(world.slack.posts) == 1


async def test_nothing_is_lost_when_slack_cannot_be_reached() -> None:
    async with running() as world:
        await world.slack.go_away()
        with pytest.raises(RetryLater):
            await world.adapter.send(AT, SAMPLES["quote"])
        await world.slack.come_back()


async def test_an_adapter_that_is_not_running_disables_no_chat() -> None:
    slack = SlackStandIn()
    async with slack:
        with pytest.raises(RetryLater):
            await adapter_for(slack).send(AT, SAMPLES["quote"])


async def test_a_digest_goes_to_a_channel_or_a_person_as_one_message() -> None:
    async with running() as world:
        posted = await world.adapter.send(AT, SAMPLES["digest"], silent=True)
        await world.adapter.send(Address("slack", "U0LI", TEAM), SAMPLES["quote"])
        to_channel, to_person = world.slack.posts
    assert posted == to_channel["ts"]
    assert to_person["channel"] == "U0LI"
    assert to_channel["unfurl_links"] is False


async def test_answers_to_people_wait_out_a_limit_but_are_never_said_twice() -> None:
    async with running() as world:
        world.slack.fail("respond", Fault(status=429, retry_after=0), Fault(status=503, plain=True))
        payload_answers = await world.slash("one")
        assert len(payload_answers) == 1
        world.slack.fail("respond", Fault(lost=True))
        assert len(await world.slash("two")) == 1


async def test_no_token_is_ever_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with running() as world:
        for fault in (Fault(error="token_revoked"), Fault(status=500), Fault(lost=True)):
            world.slack.fail("chat.postMessage", fault)
            with pytest.raises(SendError) as told:
                await world.adapter.send(AT, says("A planted secret text"))
            assert BOT_TOKEN not in str(told.value)
        await world.slash("a planted secret word")
    written = "".join(record.getMessage() for record in caplog.records if "aiwork" in record.name)
    assert "planted" not in written


async def test_two_posts_at_once_share_one_session() -> None:
    async with running() as world:
        rooms = [Address("slack", room, TEAM) for room in ("C0OPEN", "C0PRIV", "U0LI")]
        await asyncio.gather(*(world.adapter.send(at, SAMPLES["quote"]) for at in rooms))
    assert len(world.slack.posts) == 3
