"""Slack, as one of the platforms: starts, serves, delivers, stops."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from starlette.routing import Route

from bot.adapters.slack.answers import Answers
from bot.adapters.slack.clients import Clients
from bot.adapters.slack.door import Door
from bot.adapters.slack.host import Managers, SlackHost
from bot.adapters.slack.incoming import PLATFORM
from bot.adapters.slack.installations import Installations, OneWorkspace
from bot.adapters.slack.life import Life, Workspaces
from bot.adapters.slack.listeners import Listeners, build_app
from bot.adapters.slack.modals import Modals
from bot.adapters.slack.once import Once
from bot.adapters.slack.people import People
from bot.adapters.slack.render import one_message
from bot.adapters.slack.requests import Requests
from bot.adapters.slack.signin import all_of, misplaced, sign_in
from bot.adapters.slack.socket import Headers, SocketMode
from bot.adapters.slack.tasks import Tasks, Troubles, log
from bot.adapters.slack.turns import Turns
from bot.adapters.slack.web import API, Web
from bot.core.address import Address
from bot.core.command import Person
from bot.core.command_line import CommandLine
from bot.core.errors import RetryLater
from bot.core.language import Language
from bot.core.ports import Handle, Inbox
from bot.core.reply import Reply
from bot.core.words import Words

GRACE = 9.0
"""Seconds that running answers get at a stop; a supervisor waits ten."""


class SlackAdapter:
    """The `Adapter` port.

    With `app_token` it connects by Socket Mode; with `signing_secret` its `routes` serve HTTP.
    `installations` stands for many workspaces; `bot_token` for the one that the operator gave.
    `command` is the slash command's name, `managers` who may change the settings of a channel,
    `join_public` whether the bot may enter public channels by itself to deliver there.
    """

    name = PLATFORM
    can_be_silent = False

    def __init__(
        self,
        bot_token: str = "",
        *,
        words: Words,
        inbox: Inbox,
        rooms: Workspaces,
        app_token: str = "",
        signing_secret: str = "",
        installations: Installations | None = None,
        command: str = "/aiwork",
        managers: Managers = "anyone",
        join_public: bool = True,
        language: Language = Language.EN,
        base_url: str = API,
        grace: float = GRACE,
        reconnected: Callable[[], None] = lambda: None,
    ) -> None:
        self._bot_token, self._app_token, self._command = bot_token, app_token, command
        self._signing_secret, self._grace = signing_secret, grace
        self._reconnected = reconnected
        self._words, self._inbox, self._rooms, self._language = words, inbox, rooms, language
        self._one = None if installations else OneWorkspace(bot_token)
        self._installations = installations or self._one or OneWorkspace("")
        self._web, self._tasks, self._troubles = Web(base_url), Tasks(), Troubles()
        self._clients = Clients(self._web, self._installations, self._troubles)
        self._people = People(self._clients.user, self._tasks, self._troubles)
        self._host = SlackHost(self._clients, self._people, managers, may_join=join_public)
        self._socket: SocketMode | None = None
        self._bolt: AsyncApp | None = None
        self._life: Life | None = None
        self._stopped = asyncio.Event()

    async def start(self, handle: Handle) -> None:
        """Raises SettingsError when Slack refuses a token; a Slack that is away is waited for.
        Can follow a `stop`."""
        misplaced(self._bot_token, self._app_token)
        self._stopped.clear()
        if self._app_token:
            self._socket = SocketMode(
                self._web, self._app_token, self._acknowledge, self._tasks, self._reconnected
            )
        try:
            await self._check_tokens()
            self._bolt = self._listening(handle)
            if self._socket:
                await self._socket.start()
        except BaseException:
            await self.stop()
            raise

    async def watch(self) -> None:
        """Returns after `stop`. Raises SettingsError when serving had to end by itself."""
        if self._socket:
            await self._socket.watch()
        else:
            await self._stopped.wait()

    async def stop(self) -> None:
        """Take no more, finish what is in hand, close."""
        if self._socket:
            await self._socket.stop_reading()
        await self._tasks.drain(self._grace)
        if self._socket:
            await self._socket.close()
        await self._web.close()
        self._bolt = None
        self._stopped.set()

    async def send(self, at: Address, reply: Reply, *, silent: bool = False) -> str:
        """Post the reply as one message; gives its `ts`. Raises SendError and nothing else.
        Slack has no silent messages."""
        if self._bolt is None:
            raise RetryLater("the Slack adapter is not running")
        message = one_message(reply, self.show)
        return await self._clients.post(at.workspace, {"channel": at.room, **message})

    async def may_manage(self, asker: Person, at: Address) -> bool:
        return await self._host.may_manage(asker, at)

    async def zone_of(self, asker: Person) -> str | None:
        return await self._host.zone_of(asker)

    async def find_room(self, asker: Person, near: Address, name: str) -> Address | None:
        return await self._host.find_room(asker, near, name)

    async def name_of(self, at: Address) -> str | None:
        return await self._host.name_of(at)

    async def ensure_can_post(self, at: Address) -> str | None:
        return await self._host.ensure_can_post(at)

    def show(self, line: CommandLine) -> str:
        """How this line is typed on Slack."""
        return f"{self._command} {line}".rstrip()

    def routes(self) -> list[Route]:
        """Where Slack posts to in HTTP mode; none without a signing secret."""
        if not self._signing_secret:
            return []
        return Door(self._signing_secret, self._dispatch).routes()

    async def greet(self, team: str, person: str) -> None:
        """Welcome the person who installed the app, by a direct message, beside everything else."""
        installation = await self._installations.of(team)
        if installation and self._life:
            self._tasks.start(self._life.greet(person, person, installation))

    async def _dispatch(self, request: AsyncBoltRequest) -> tuple[int, Any, str]:
        """Hand a payload that is surely Slack's to the listeners: status, body and content type
        of the acknowledgement."""
        if self._bolt is None:
            return 503, "", ""  # not signed in yet, or stopped: Slack tries again
        answer = await self._bolt.async_dispatch(request)
        content_type = (answer.headers.get("content-type") or [""])[0]
        return answer.status, answer.body, content_type

    def _listening(self, handle: Handle) -> AsyncApp:
        """The parts put together, and Bolt in front of them."""
        once = Once(self._inbox, self._troubles)
        answers = Answers(self._clients, self.show, self._words, handle, self._language)
        turns = Turns(answers, self._host, self._people, self._rooms, once)
        requests = Requests(turns, Modals(turns))
        self._life = Life(answers, self._host, self._rooms, once)
        missing = self._words.say("slack.not_installed", Language.BOTH)
        listeners = Listeners(self._installations, requests, self._life, self._tasks, missing)
        return build_app(self._web, self._installations, listeners)

    async def _check_tokens(self) -> None:
        """Both tokens are checked at once, so that both mistakes are told together."""
        checks = []
        if self._one:
            checks.append(sign_in(self._web, self._one, self._troubles))
        if self._socket:
            checks.append(self._socket.check())
        await all_of(checks)

    async def _acknowledge(self, payload: dict[str, Any], headers: Headers) -> dict[str, Any]:
        """Socket Mode's acknowledgement. Everything gets one: what is not, Slack sends again, and
        the person sees a failure."""
        request = AsyncBoltRequest(mode="socket_mode", body=payload, headers=headers)
        status, body, content_type = await self._dispatch(request)
        if status != 200:
            log.warning("a payload of type %r was for nobody", str(payload.get("type"))[:40])
            return {}
        if isinstance(body, str) and body and content_type.startswith("application/json"):
            return dict(json.loads(body))
        return {"text": body} if body else {}
