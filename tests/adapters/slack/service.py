"""Slack over HTTP for the tests: the stand-in, our server, a browser, and Slack's signed posts."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp

from bot.adapters.slack import (
    Adapter,
    InstallRoutes,
    ManyWorkspaces,
    OAuthStates,
    TokenClient,
    WebClients,
)
from bot.app.services import read_words
from bot.http import make_http, serve
from bot.store.store import Store
from tests.adapters.slack.kit import Scripted
from tests.databases import Clock
from tests.standin.slack_oauth import (
    CLIENT_ID,
    CLIENT_SECRET,
    SIGNING_SECRET,
    SlackWithOAuth,
)

Json = dict[str, Any]


class Mono:
    """A monotonic clock that moves when it is told to."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Process:
    """One of our web processes."""

    store: Store
    web: WebClients
    many: ManyWorkspaces
    adapter: Adapter
    handle: Scripted
    clock: Clock
    mono: Mono
    port: int = 0
    browser: aiohttp.ClientSession = field(init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def get(self, path: str, **options: Any) -> tuple[int, str, Any]:
        async with self.browser.get(f"{self.url}{path}", **options) as answer:
            return answer.status, await answer.text(), answer.headers

    async def button(self) -> str:
        """Open the install page; where its one button leads."""
        status, page, _ = await self.get("/slack/install")
        assert status == 200
        return unescape(re.findall(r'<a class="button" href="([^"]+)"', page)[0])

    async def install(self, slack: SlackWithOAuth, team: str, name: str = "Acme") -> str:
        """Add the app to a workspace; the page that is seen in the end."""
        back = slack.consent(await self.button(), team, name)
        status, page, _ = await self.get("/slack/oauth_redirect", params=back)
        assert status == 200
        return page

    async def post(
        self, path: str, body: str | bytes, kind: str, **options: Any
    ) -> tuple[int, str]:
        """A post as Slack signs it."""
        raw = body.encode() if isinstance(body, str) else body
        headers = {"Content-Type": kind, **signature(raw, **options)}
        async with self.browser.post(
            f"{self.url}{path}", data=BytesIO(raw), headers=headers
        ) as answer:
            return answer.status, await answer.text()

    async def command(self, payload: Json, **options: Any) -> tuple[int, str]:
        form = urlencode(payload)
        return await self.post(
            "/slack/commands", form, "application/x-www-form-urlencoded", **options
        )

    async def event(self, payload: Json, **options: Any) -> tuple[int, str]:
        body = json.dumps(payload)
        return await self.post("/slack/events", body, "application/json", **options)


def signature(
    raw: bytes, *, secret: str = SIGNING_SECRET, age: float = 0.0, at: str = ""
) -> dict[str, str]:
    at = at or str(int(time.time() - age))
    digest = hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + raw, hashlib.sha256)
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest.hexdigest()}"}


@asynccontextmanager
async def process(
    slack: SlackWithOAuth, url: str, *, public_url: str = "", key: str = "k" * 32, **options: Any
) -> AsyncIterator[Process]:
    """A web process on that database, behind its own port."""
    words = read_words()
    clock, mono = options.pop("clock", None) or Clock(now_text()), Mono()
    store = await Store.open(url, clock=clock, secret_key=key)
    web = WebClients(slack.api)
    tokens = TokenClient(web, CLIENT_ID, CLIENT_SECRET, clock)
    many = ManyWorkspaces(store.installations, tokens, now=clock, mono=mono)
    handle = options.pop("handle", None) or Scripted()
    adapter = Adapter(
        words=words, inbox=store.inbox, chats=store.chats, installations=many,
        signing_secret=SIGNING_SECRET, base_url=slack.api,
    )  # fmt: skip
    states = OAuthStates(CLIENT_SECRET, store.inbox, lambda: clock().timestamp())
    pages = InstallRoutes(
        tokens, many, states, words, public_url=public_url,
        authorize_url=f"{slack.api}/oauth/v2/authorize",
    )  # fmt: skip
    ours = Process(store, web, many, adapter, handle, clock, mono)
    routes = [*adapter.routes(), *pages.routes(adapter.greet)]
    jar = aiohttp.CookieJar(unsafe=True)  # keeps cookies of an address without a name
    async with (
        closing(store, web, many, adapter, handle),
        serve(make_http(routes, ready={}, metrics=bytes), 0, "127.0.0.1") as ours.port,
        aiohttp.ClientSession(cookie_jar=jar) as ours.browser,
    ):
        yield ours


@asynccontextmanager
async def closing(
    store: Store, web: WebClients, many: ManyWorkspaces, adapter: Adapter, handle: Scripted
) -> AsyncIterator[None]:
    """The adapter at work, and everything closed in order however the test ends."""
    try:
        await adapter.start(handle)
        yield
    finally:
        await adapter.stop()
        await many.close()
        await web.close()
        await store.close()


def now_text() -> str:
    """This very second: signatures are checked against the real clock."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())


def path_of(url: str) -> str:
    return urlsplit(url).path
