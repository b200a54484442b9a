"""Slack's door: only what Slack signed gets in, and noise breaks nothing."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import tracemalloc
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from urllib.parse import quote_plus, urlencode

import aiohttp
import pytest

from tests.adapters.slack.payloads import happened, mention, pressed, slash
from tests.adapters.slack.service import Json, Process, process, signature
from tests.databases import new_database
from tests.standin.slack import Fault
from tests.standin.slack_oauth import SlackWithOAuth

TEAM = "T0ACME"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
PATHS = ("/slack/events", "/slack/commands", "/slack/interactions")

REQUESTS = int(os.environ.get("AIWORK_NOISE", "320"))
"""Random requests; `AIWORK_NOISE=10000` for the long run."""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return new_database("sqlite", tmp_path)


@pytest.fixture
async def slack() -> AsyncIterator[SlackWithOAuth]:
    slack = SlackWithOAuth()
    async with slack:
        yield slack
    assert slack.problems == []


@pytest.fixture
async def ours(slack: SlackWithOAuth, url: str) -> AsyncIterator[Process]:
    async with process(slack, url) as ours:
        await ours.install(slack, TEAM)
        await slack.until(lambda: slack.posts)  # the welcome
        ours.handle.asked.clear()
        yield ours


def typed(slack: SlackWithOAuth, text: str) -> Json:
    return {**slash(slack, text), "team_id": TEAM}


async def raw_post(ours: Process, path: str, body: bytes, headers: dict[str, str]) -> int:
    async with ours.browser.post(
        f"{ours.url}{path}", data=BytesIO(body), headers=headers
    ) as answer:
        return answer.status


async def test_a_signed_command_is_acknowledged_and_answered(
    ours: Process, slack: SlackWithOAuth
) -> None:
    payload = typed(slack, "quote 996")
    assert await ours.command(payload) == (200, "")
    await slack.until(lambda: slack.answers(payload["response_url"]))
    assert str(ours.handle.asked[0].line) == "quote 996"


async def test_an_acknowledgement_does_not_wait_for_slack(
    ours: Process, slack: SlackWithOAuth
) -> None:
    held = asyncio.Event()
    slack.fail("respond", Fault(hold=held))
    payload = typed(slack, "quote 996")
    assert (await ours.command(payload))[0] == 200
    assert slack.answers(payload["response_url"]) == []
    held.set()
    await slack.until(lambda: slack.answers(payload["response_url"]))


async def test_a_mention_and_a_press_come_in_by_their_own_addresses(
    ours: Process, slack: SlackWithOAuth
) -> None:
    event = {**happened(mention("<@U0BOT> help")), "team_id": TEAM, "authorizations": []}
    assert (await ours.event(event))[0] == 200
    payload = {**pressed(slack, {"type": "button", "action_id": "act:0", "value": "quote 996 p2"}),
               "team": {"id": TEAM}}  # fmt: skip
    body = "payload=" + quote_plus(json.dumps(payload))
    assert (await ours.post("/slack/interactions", body, FORM))[0] == 200
    await slack.until(lambda: len(ours.handle.asked) == 2)


async def test_a_replay_is_answered_but_not_done_twice(
    ours: Process, slack: SlackWithOAuth
) -> None:
    payload = typed(slack, "quote 996")
    event = {**happened(mention("<@U0BOT> help")), "team_id": TEAM, "authorizations": []}
    for _ in range(3):
        assert (await ours.command(payload))[0] == 200
        assert (await ours.event(event))[0] == 200
    await ours.adapter.stop()  # everything that was taken has been done
    assert sorted(one.line.verb for one in ours.handle.asked) == ["help", "quote"]
    await ours.adapter.start(ours.handle)


async def test_a_replay_at_another_process_is_not_done_twice_either(
    slack: SlackWithOAuth, url: str
) -> None:
    async with process(slack, url) as one, process(slack, url, handle=None) as two:
        await one.install(slack, TEAM)
        payload = typed(slack, "quote 996")
        for ours in (one, two):
            assert (await ours.command(payload))[0] == 200
            await ours.adapter.stop()
            await ours.adapter.start(ours.handle)
        asked = [*one.handle.asked, *two.handle.asked]
        assert [a.line.verb for a in asked if a.line.verb != "start"] == ["quote"]


async def test_slack_verifies_the_address_of_events(ours: Process) -> None:
    body = {"type": "url_verification", "challenge": "3eZbrw1a", "token": "x"}
    status, said = await ours.event(body)
    assert status == 200
    assert "3eZbrw1a" in said


async def test_slack_looks_after_the_certificate_unsigned(ours: Process) -> None:
    async with ours.browser.get(f"{ours.url}/slack/commands?ssl_check=1&token=x") as answer:
        assert answer.status == 200
    assert await raw_post(ours, "/slack/commands", b"ssl_check=1&token=x", {}) == 200
    assert await raw_post(ours, "/slack/events", b"ssl_check=1&token=x", {}) == 401
    assert ours.handle.asked == []


async def test_opening_the_address_in_a_browser_is_told_so(ours: Process) -> None:
    for path in PATHS:
        assert (await ours.get(path))[0] == 405


BODY = urlencode({"command": "/aiwork", "text": "quote 996", "team_id": TEAM}).encode()

BAD: dict[str, dict[str, str]] = {
    "no signature": {},
    "an empty signature": {**signature(BODY), "X-Slack-Signature": ""},
    "another secret": signature(BODY, secret="another-secret"),
    "another body": signature(BODY + b"x"),
    "six minutes ago": signature(BODY, age=360),
    "six minutes ahead": signature(BODY, age=-360),
    "a time that is no number": signature(BODY, at="soon"),
    "a time beyond ASCII": {**signature(BODY), "X-Slack-Request-Timestamp": "١٢٣"},
    "a huge time": signature(BODY, at="9" * 400),
    "a negative time": signature(BODY, at="-5"),
    "a signature beyond ASCII": {**signature(BODY), "X-Slack-Signature": "v0=é\xff"},
    "a signature without its version": {
        **signature(BODY), "X-Slack-Signature": signature(BODY)["X-Slack-Signature"][3:],
    },
}  # fmt: skip


@pytest.mark.parametrize("headers", BAD.values(), ids=BAD.keys())
async def test_what_is_not_signed_by_slack_now_is_401_and_no_listener_runs(
    ours: Process, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    for path in PATHS:
        assert await raw_post(ours, path, BODY, {"Content-Type": FORM, **headers}) == 401
    assert ours.handle.asked == []
    assert caplog.records == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", JSON), (b"[]", JSON), (b"null", JSON), (b'"text"', JSON), (b"{", FORM),
        (b"\xff\xfe", FORM), (b"payload={", FORM), (b"payload=[]", FORM), (b"payload=7", FORM),
        (b'{"event": 5, "type": "event_callback"}', JSON), (b'{"team": 5}', JSON),
        (b'{"type": "event_callback", "event": {"type": 7}}', JSON), (b"[" * 60_000, JSON),
        (b'{"authorizations": [5]}', JSON), (b'{"actions": 5, "type": "block_actions"}', JSON),
        (b"", JSON), (b"", FORM), (b"a", FORM), (b"text=nothing+else", FORM), (b"{}", JSON),
        (b'{"type": "view_submission", "view": 5, "team": {"id": "T0ACME"}}', JSON),
    ],
)  # fmt: skip
async def test_what_is_signed_but_malformed_is_4xx(
    ours: Process, body: bytes, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    for path in PATHS:
        status, _ = await ours.post(path, body, kind)
        assert 200 <= status < 500
    assert ours.handle.asked == []
    assert "Traceback" not in caplog.text


async def test_two_megabytes_are_refused_signed_or_not(ours: Process) -> None:
    body = b"text=" + b"x" * 2_000_000
    assert (await ours.post("/slack/commands", body, FORM))[0] == 413
    assert await raw_post(ours, "/slack/commands", body, {"Content-Type": FORM}) == 413


def noise(dice: random.Random, slack: SlackWithOAuth) -> tuple[str, bytes, dict[str, str]]:
    """A request to one of the routes, nearly right in many ways."""
    bodies = [
        urlencode(typed(slack, "quote 996")).encode(),
        json.dumps(happened(mention("<@U0BOT> help"))).encode(),
        b"payload=" + dice.randbytes(20),
        dice.randbytes(dice.randrange(300)),
        b"ssl_check=2",
        b"",
    ]
    body = dice.choice(bodies)
    headers = {"Content-Type": dice.choice([FORM, JSON, "text/plain", "", "multipart/form-data"])}
    if dice.random() < 0.7:
        headers |= signature(body, secret=dice.choice(["a", "b" * 32]), age=dice.choice([0, 400]))
    if dice.random() < 0.3:
        headers["X-Slack-Request-Timestamp"] = dice.choice(["", "0", "é", "1e9", "9" * 50])
    paths = [
        *PATHS,
        "/slack/install",
        "/slack/oauth_redirect",
        "/slack/oauth_redirect?code=x&state=é",
    ]
    return dice.choice(paths), body, headers


async def test_random_requests_to_every_route_get_4xx_and_leave_nothing_behind(
    ours: Process, slack: SlackWithOAuth, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "aiwork")
    caplog.clear()
    dice = random.Random(11)
    jar = aiohttp.DummyCookieJar()

    async def some(number: int) -> set[int]:
        seen = set()
        async with aiohttp.ClientSession(cookie_jar=jar) as scanner:
            for _ in range(number):
                path, body, headers = noise(dice, slack)
                method = dice.choice(["POST", "POST", "POST", "GET", "PUT"])
                async with scanner.request(
                    method, f"{ours.url}{path}", data=body, headers=headers
                ) as answer:
                    await answer.read()
                    if not (method == "GET" and path == "/slack/install"):
                        seen.add(answer.status)
        return seen

    await some(30)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    seen = set().union(*await asyncio.gather(*(some(REQUESTS // 8) for _ in range(8))))
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert seen <= {400, 401, 404, 405}
    assert grown < 2_000_000
    assert ours.handle.asked == []
    assert caplog.records == []


async def test_a_workspace_that_never_installed_the_app_is_told_so(
    ours: Process, slack: SlackWithOAuth
) -> None:
    status, said = await ours.command({**typed(slack, "quote 996"), "team_id": "T0ELSE"})
    assert status == 200
    assert "ask an administrator" in said
    assert ours.handle.asked == []
