"""Recorded payloads become commands; forged ones do not."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from starlette.applications import Starlette

from bot.core.command import Command
from tests.adapters.contract import PayloadContract
from tests.adapters.slack.kit import Scripted, World, adapter_for, card, running, says
from tests.adapters.slack.payloads import slash
from tests.standin.slack import SlackStandIn

SECRET = "signing-secret"


class TestPayloads(PayloadContract):
    platform = "slack"

    async def commands(self, payload: Any) -> list[Command]:
        handle = Scripted(cards=[card(1, "Rest is work.")])
        async with running(handle) as world:
            inner = payload["payload"]
            if "response_url" in inner:
                inner["response_url"] = world.slack.response_url()
            await world.slack.deliver(payload["type"], inner)
        return handle.asked

    async def forged(self) -> tuple[int, list[Command]]:
        async with running(signing_secret=SECRET) as world, client(world) as browser:
            body = urlencode(slash(world.slack, "quote"))
            answer = await browser.post(
                "/slack/events", content=body, headers=signed(body, b"another")
            )
        return answer.status_code, world.handle.asked


def client(world: World) -> httpx.AsyncClient:
    """Something that posts to the adapter's HTTP door."""
    app = Starlette(routes=world.adapter.routes())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot")


def signed(
    body: str,
    secret: bytes = SECRET.encode(),
    kind: str = "application/x-www-form-urlencoded",
    at: float | None = None,
) -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret, f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
        "Content-Type": kind,
    }


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with running(
        Scripted({"quote": says("Rest is work.")}), app_token="", signing_secret=SECRET
    ) as world:
        yield world


async def test_the_same_listeners_serve_http(world: World) -> None:
    payload = slash(world.slack, "quote 996")
    async with client(world) as browser:
        body = urlencode(payload)
        answer = await browser.post("/slack/events", content=body, headers=signed(body))
        await world.said_to(payload["response_url"])
    assert (answer.status_code, answer.text) == (200, "")
    assert str(world.handle.asked[0].line) == "quote 996"


async def test_slack_gets_its_challenge_back(world: World) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"})
    async with client(world) as browser:
        answer = await browser.post(
            "/slack/events", content=body, headers=signed(body, kind="application/json")
        )
    assert answer.json() == {"challenge": "abc"}


async def test_what_is_old_unsigned_malformed_or_huge_is_turned_away(world: World) -> None:
    good = urlencode(slash(world.slack, "quote"))
    kind = "application/json"
    refused = [
        (401, good, {}),
        (401, good, signed(good, at=time.time() - 301)),
        (401, good, signed(good, at=time.time() + 360)),  # a slow machine takes seconds of it
        (401, good, {**signed(good), "X-Slack-Request-Timestamp": "soon"}),
        (401, good, {**signed(good), "X-Slack-Request-Timestamp": "٣"}),
        (401, good, {**signed(good), "X-Slack-Signature": "v0=é"}),
        (401, good + "x", signed(good)),
        (400, "{", signed("{", kind=kind)),
        (400, "[]", signed("[]", kind=kind)),
        (400, "payload=%7B", signed("payload=%7B")),
        (400, "payload=1", signed("payload=1")),
        (400, "hello", signed("hello")),
        (413, "x" * 1_000_001, signed("x" * 1_000_001)),
    ]
    async with client(world) as browser:
        for status, body, headers in refused:
            raw = {key.encode(): value.encode() for key, value in headers.items()}
            answer = await browser.post("/slack/events", content=body, headers=raw)
            assert answer.status_code == status, (body[:40], headers)
    assert world.handle.asked == []


async def test_a_door_behind_which_nobody_is_yet_asks_to_come_again() -> None:
    async with SlackStandIn() as slack:
        adapter = adapter_for(slack, signing_secret=SECRET)
        transport = httpx.ASGITransport(Starlette(routes=adapter.routes()))
        body = urlencode(slash(slack, "quote"))
        async with httpx.AsyncClient(transport=transport, base_url="http://bot") as browser:
            answer = await browser.post("/slack/events", content=body, headers=signed(body))
    assert answer.status_code == 503
