"""The Slack adapter: its parts put together, started and stopped."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from starlette.routing import Route

from bot.adapters.common.clock import Clock
from bot.adapters.common.events import Asked
from bot.adapters.common.log_once import LogOnce
from bot.adapters.common.pipeline import Pipeline
from bot.adapters.common.rate_limit import RateLimit
from bot.adapters.common.receiver import Payload, Receiver
from bot.adapters.common.tasks import Tasks
from bot.adapters.slack import inbound
from bot.adapters.slack.client import API, Client, Installations, SingleWorkspace, WebClients
from bot.adapters.slack.directory import Directory, Managers, Profiles
from bot.adapters.slack.dispatch import Dispatcher, build_app
from bot.adapters.slack.lifecycle import PLATFORM, Lifecycle, welcome
from bot.adapters.slack.oauth.check import check_all, refuse_misplaced, sign_in
from bot.adapters.slack.render import render_one
from bot.adapters.slack.respond import Responder
from bot.adapters.slack.socket_mode import Headers, SocketMode
from bot.adapters.slack.targets import Submission, Target
from bot.adapters.slack.webhook import Webhook
from bot.core.address import Address
from bot.core.command_line import CommandLine
from bot.core.errors import RetryLater
from bot.core.language import Language
from bot.core.ports import ChatLifecycle, Handle, Inbox
from bot.core.reply import Reply
from bot.core.words import Words

_log = logging.getLogger("aiwork.slack")

GRACE_SECONDS = 9.0
"""For running answers at a stop; a supervisor waits ten."""

KEEP_SECONDS = 1.5
"""For the inbox to keep a payload before it is acknowledged; Slack waits three."""


class Adapter:
    """With `app_token` it connects by Socket Mode; with `signing_secret` its `routes` serve HTTP;
    with neither it only sends. `installations` stands for many workspaces; `bot_token` for the
    one that the operator gave. `command` is the slash command's name, `managers` who may change
    the settings of a channel, `join_public` whether the bot may enter public channels by itself
    to deliver there. `siblings` says that other processes hear the same app over HTTP.
    """

    name = PLATFORM

    def __init__(
        self,
        bot_token: str = "",
        *,
        words: Words,
        inbox: Inbox,
        chats: ChatLifecycle,
        app_token: str = "",
        signing_secret: str = "",
        installations: Installations | None = None,
        command: str = "/aiwork",
        managers: Managers = "anyone",
        join_public: bool = True,
        language: Language = Language.EN,
        base_url: str = API,
        grace: float = GRACE_SECONDS,
        siblings: bool = False,
        clock: Clock | None = None,
        reconnected: Callable[[], None] = lambda: None,
        limit: RateLimit | None = None,
    ) -> None:
        self._bot_token, self._app_token, self._command = bot_token, app_token, command
        self._signing_secret, self._grace, self._siblings = signing_secret, grace, siblings
        self._words, self._inbox, self._language = words, inbox, language
        self._clock, self._reconnected = clock or Clock(), reconnected
        self._limit = limit or RateLimit()
        self._log_once = LogOnce(_log, self._clock)
        self._tasks, self._background = Tasks(_log), Tasks(_log)
        self._single = None if installations else SingleWorkspace(bot_token)
        self._installations = installations or self._single or SingleWorkspace("")
        self._web = WebClients(base_url)
        self._client = Client(self._web, self._installations)
        self._lifecycle = Lifecycle(chats, self._installations, self._log_once, self._clock)
        self.directory = Directory(
            self._client,
            Profiles(self._client.user, self._tasks, self._log_once),
            self._lifecycle.joins,
            managers,
            self._log_once,
            may_join=join_public,
            single=self._single is not None,
        )
        self._socket: SocketMode | None = None
        self._bolt: AsyncApp | None = None
        self._receiver: Receiver | None = None
        self._stopped = asyncio.Event()

    async def start(self, handle: Handle) -> None:
        """Raises SettingsError when Slack refuses a token; a Slack that is away is waited for.
        Can follow a `stop`."""
        refuse_misplaced(self._bot_token, self._app_token)
        self._stopped.clear()
        if self._app_token:
            self._socket = SocketMode(
                self._web,
                self._app_token,
                self._acknowledge,
                self._tasks,
                self._log_once,
                self._reconnected,
            )
        try:
            await self._check_tokens()
            await self._open(handle)
            if self._socket:
                await self._socket.start()
        except BaseException:
            await self.stop()
            raise

    @property
    def answered_at(self) -> float | None:
        """When Slack last answered over Socket Mode (monotonic seconds); `None` without it."""
        return self._socket.answered_at if self._socket else None

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
        await self._background.cancel()
        await self._tasks.drain(self._grace)
        if self._receiver:
            await self._receiver.close(self._grace)
        if self._socket:
            await self._socket.close()
        await self._web.close()
        self._bolt = self._receiver = None
        self._stopped.set()

    async def send(self, at: Address, reply: Reply, *, silent: bool = False) -> str:
        """Post the reply as one message; gives its `ts`. Raises SendError and nothing else.
        Slack has no silent messages."""
        if self._bolt is None:
            raise RetryLater("the Slack adapter is not running")
        message = render_one(reply, self.show)
        return await self._client.post(at.workspace, {"channel": at.room, **message})

    def show(self, line: CommandLine) -> str:
        """How this line is typed on Slack."""
        return f"{self._command} {line}".rstrip()

    def routes(self) -> list[Route]:
        """Where Slack posts to in HTTP mode; none without a signing secret."""
        if not self._signing_secret:
            return []
        return Webhook(self._signing_secret, self._deliver).routes()

    async def greet(self, team: str, person: str) -> None:
        """Welcome the person who installed the app, by a direct message, beside everything else."""
        installation = await self._installations.of(team)
        if installation and self._bolt:
            greeting: Asked[Target] = Asked(*welcome(person, person, installation), speaks=False)
            self._tasks.start(self._pipeline.serve(greeting))

    async def _open(self, handle: Handle) -> None:
        """The parts put together, and Bolt in front of them."""
        self._responder = Responder(
            self._client, self.show, self._words, handle, self._language, self._clock
        )
        self._pipeline: Pipeline[Target] = Pipeline(
            handle,
            self._responder,
            self._lifecycle,
            self.directory.localize,
            self.directory.saw,
            self._limit,
        )
        missing = self._words.say("slack.not_installed", Language.BOTH)
        dispatcher = Dispatcher(self._installations, self._take, self._submit, missing)
        self._bolt = build_app(self._web, self._installations, dispatcher)
        if self._app_token or self._signing_secret:
            await self._receive()

    async def _receive(self) -> None:
        receiver = self._receiver = Receiver(
            self._inbox,
            PLATFORM,
            event_of=inbound.event_of,
            queue_of=inbound.queue_of,
            glance=lambda payload: None,
            serve=self._serve,
            logger=_log,
            log_once=self._log_once,
        )
        if self._siblings:
            self._background.start(receiver.tend(self._clock))
        else:
            await receiver.resume_patiently()

    async def _take(self, body: dict[str, Any]) -> bool:
        """Whether it is new."""
        return bool(self._receiver and await self._receiver.accept_promptly(body, KEEP_SECONDS))

    async def _submit(self, body: dict[str, Any]) -> dict[str, Any]:
        return await self._responder.submission(inbound.event_of(body), self._take(body))

    async def _serve(self, payload: Payload) -> None:
        installation = await self._installations.of(inbound.team_of(payload))
        event = inbound.read(payload, installation) if installation else None
        submitted = payload.get("type") == "view_submission"
        if submitted and not isinstance(getattr(event, "target", None), Submission):
            self._responder.settle(inbound.event_of(payload))
        if event is not None:
            await self._pipeline.serve(event)

    async def _deliver(self, request: AsyncBoltRequest) -> tuple[int, Any, str]:
        """Hand a payload that is surely Slack's to the listeners: status, body and content type
        of the acknowledgement."""
        if self._bolt is None:
            return 503, "", ""  # not signed in yet, or stopped: Slack tries again
        answer = await self._bolt.async_dispatch(request)
        content_type = (answer.headers.get("content-type") or [""])[0]
        return answer.status, answer.body, content_type

    async def _check_tokens(self) -> None:
        """Both tokens are checked at once, so that both mistakes are told together."""
        checks = []
        if self._single:
            checks.append(sign_in(self._web, self._single, self._log_once))
        if self._socket:
            checks.append(self._socket.check())
        await check_all(checks)

    async def _acknowledge(self, payload: dict[str, Any], headers: Headers) -> dict[str, Any]:
        """Socket Mode's acknowledgement. Everything gets one: what is not, Slack sends again, and
        the person sees a failure."""
        request = AsyncBoltRequest(mode="socket_mode", body=payload, headers=headers)
        status, body, content_type = await self._deliver(request)
        if status != 200:
            _log.warning("a payload of type %r was for nobody", str(payload.get("type"))[:40])
            return {}
        if isinstance(body, str) and body and content_type.startswith("application/json"):
            return dict(json.loads(body))
        return {"text": body} if body else {}
