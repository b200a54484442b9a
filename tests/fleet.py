"""The bot as a service of several processes: webs behind a balancer, workers, PostgreSQL between.

async with Fleet(folder, postgres().database(), slack, telegram) as fleet:
    await fleet.release()
    await fleet.web(), await fleet.web(), await fleet.worker(), await fleet.worker()
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
import time
from contextlib import AsyncExitStack
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

import aiohttp

from tests.adapters.slack.payloads import slash
from tests.adapters.slack.service import Json, signature
from tests.standin.slack_oauth import CLIENT_ID, CLIENT_SECRET, SIGNING_SECRET, SlackWithOAuth
from tests.standin.telegram import TOKEN, Standin
from tests.whole import Bot, running

KEY = "a-planted-key-of-the-installation-0123456789"
FORM = "application/x-www-form-urlencoded"


class Balancer:
    """Round robin by connection: what one process answered, the next request finds another."""

    def __init__(self) -> None:
        self.ports: list[int] = []
        self.port = 0
        self._turn = itertools.count()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0, backlog=512)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _carry(self, near: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        port = self.ports[next(self._turn) % len(self.ports)]
        with contextlib.suppress(ConnectionError):
            far, request = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(_pipe(near, request), _pipe(far, answer))


async def _pipe(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(65_536):
            to.write(data)
            await to.drain()
    to.close()


class Slack(SlackWithOAuth):
    """Notes when a response URL was answered first, and what arrived in which workspace's rooms."""

    def __init__(self) -> None:
        super().__init__()
        self.answered: dict[str, float] = {}
        self.arrived: list[tuple[str, str, float]] = []

    def respond(self, key: str, message: Json) -> Json:
        self.answered.setdefault(key, time.monotonic())
        return super().respond(key, message)

    def _paced(self, room: str) -> bool:
        return super()._paced(f"{self._speaker}/{room}")

    def do_chat_post_message(self, args: Json) -> Json:
        answer = super().do_chat_post_message(args)
        if "error" not in answer:
            self.arrived.append((self._speaker, str(args["channel"]), time.monotonic()))
        return answer


class Telegram(Standin):
    """Notes when something arrived in which chat."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived: list[tuple[int, float]] = []

    async def _sendMessage(  # type: ignore[override]  # noqa: N802
        self, chat_id: int | str, **more: Any
    ) -> dict[str, Any]:
        sent = await super()._sendMessage(chat_id, **more)
        self.arrived.append((int(chat_id), time.monotonic()))
        return sent

    def take(self) -> list[dict[str, Any]]:
        """The updates that wait to be posted to the webhook."""
        updates = list(self._updates)
        self._updates.clear()
        return updates

    def _known(self, chat_id: int | str) -> Any:
        """At once: there are thousands."""
        return self.rooms.get(int(chat_id)) or super()._known(chat_id)


class Fleet:
    """The processes, and what Slack, Telegram and a browser send them."""

    def __init__(
        self, folder: Path, url: str, slack: Slack, telegram: Telegram, **more: str
    ) -> None:
        self.folder, self.url, self.slack, self.telegram = folder, url, slack, telegram
        self.balancer = Balancer()
        self.bots: list[Bot] = []
        self._more = more
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.balancer)
        jar = aiohttp.CookieJar(unsafe=True)  # keeps cookies of an address without a name
        connector = aiohttp.TCPConnector(force_close=True, limit=0)
        self._http = await self._stack.enter_async_context(
            aiohttp.ClientSession(self.address, cookie_jar=jar, connector=connector)
        )
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._stack.aclose()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.balancer.port}"

    @property
    def settings(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.url,
            "AIWORK_SECRET_KEY": KEY,
            "AIWORK_PUBLIC_URL": self.address,
            "PORT": "0",
            "SLACK_MODE": "http",
            "SLACK_CLIENT_ID": CLIENT_ID,
            "SLACK_CLIENT_SECRET": CLIENT_SECRET,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_BASE_URL": self.slack.api,
            "SLACK_AUTHORIZE_URL": f"{self.slack.api}/oauth/v2/authorize",
            "TELEGRAM_MODE": "webhook",
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_WEBHOOK_URL": f"{self.address}/telegram",
            "TELEGRAM_API_BASE_URL": self.telegram.root,
            **self._more,
        }

    # The processes --------------------------------------------------------------------------

    async def release(self) -> None:
        async with running(self.folder, self.settings, "db", "upgrade") as bot:
            errors = await bot.ended()
        assert bot.process.returncode == 0, errors

    async def web(self) -> Bot:
        bot = await self.start("run", "--role", "web")
        self.balancer.ports.append(bot.port)
        return bot

    async def worker(self) -> Bot:
        return await self.start("run", "--role", "worker")

    async def start(self, *words: str) -> Bot:
        """One more process; returns when it is ready."""
        bot = await self._stack.enter_async_context(running(self.folder, self.settings, *words))
        await bot.ready()
        self.bots.append(bot)
        return bot

    async def figure(self, bot: Bot, name: str, **labels: str) -> float:
        """A figure of that process's `/metrics`, added up over the labels not given."""
        async with self._http.get(f"http://127.0.0.1:{bot.port}/metrics") as answer:
            lines = (await answer.text()).splitlines()
        wanted = [f'{key}="{value}"' for key, value in labels.items()]
        return sum(
            float(line.rpartition(" ")[2])
            for line in lines
            if re.match(rf"{name}[{{ ]", line) and all(label in line for label in wanted)
        )

    # What comes in ----------------------------------------------------------------------------

    async def install(self, team: str, name: str = "Acme") -> None:
        """Somebody adds the app to their workspace, in a browser."""
        async with self._http.get("/slack/install") as answer:
            page = await answer.text()
            assert answer.status == 200, page
        button = unescape(re.findall(r'<a class="button" href="([^"]+)"', page)[0])
        back = self.slack.consent(button, team, name)
        async with self._http.get("/slack/oauth_redirect", params=back) as answer:
            assert answer.status == 200, await answer.text()

    async def signed(self, path: str, body: str, kind: str = FORM, port: int = 0) -> None:
        """A post as Slack signs it, by way of the balancer, or to one process."""
        raw = body.encode()
        url = f"http://127.0.0.1:{port or self.balancer.port}{path}"
        headers = {"Content-Type": kind, **signature(raw)}
        async with self._http.post(url, data=BytesIO(raw), headers=headers) as answer:
            assert answer.status == 200, (answer.status, await answer.text())

    async def types(self, team: str, text: str, *, port: int = 0, **where: str) -> str:
        """`/aiwork text` in that workspace; the response URL."""
        payload = {**slash(self.slack, text, **where), "team_id": team}
        await self.signed("/slack/commands", urlencode(payload), port=port)
        return str(payload["response_url"])

    async def answer(self, team: str, text: str, **where: Any) -> Json:
        """What is answered to it first."""
        url = await self.types(team, text, **where)
        await self.slack.until(lambda: self.slack.answers(url), 30)
        return self.slack.answers(url)[0]

    async def says(self, text: str, user: int, *, port: int = 0) -> None:
        """Somebody writes to the bot on Telegram."""
        self.telegram.says(text, user)
        await self.post_updates(port=port)

    async def post_updates(self, *, port: int = 0) -> None:
        """Telegram posts what has happened to the webhook that it was told."""
        hook = self.telegram.webhook
        assert hook, "no webhook was set"
        url = f"http://127.0.0.1:{port}/telegram" if port else hook["url"]
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook["secret_token"]}
        for update in self.telegram.take():
            async with self._http.post(url, json=update, headers=headers) as answer:
                assert answer.status == 200, answer.status
