"""The Telegram adapter: its parts put together, started and stopped."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

from starlette.routing import Route
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bot.adapters.common.clock import Clock
from bot.adapters.common.events import Event, Pressed
from bot.adapters.common.log_once import LogOnce
from bot.adapters.common.pipeline import Pipeline
from bot.adapters.common.rate_limit import RateLimit
from bot.adapters.common.receiver import Payload, Receiver
from bot.adapters.common.retry import backoff, retry
from bot.adapters.common.tasks import Tasks
from bot.adapters.telegram import inbound
from bot.adapters.telegram.chat_picker import ChatPicker
from bot.adapters.telegram.client import API_ROOT, Client, send
from bot.adapters.telegram.command_menu import publish
from bot.adapters.telegram.directory import Directory
from bot.adapters.telegram.errors import TOPIC_GONE, says, seconds, send_error
from bot.adapters.telegram.inbound import ALLOWED, PLATFORM, Me
from bot.adapters.telegram.lifecycle import Lifecycle
from bot.adapters.telegram.polling import Poller
from bot.adapters.telegram.render import render_one
from bot.adapters.telegram.respond import Responder
from bot.adapters.telegram.targets import Target
from bot.adapters.telegram.webhook import Webhook, WebhookSettings
from bot.core.address import Address
from bot.core.command import Command
from bot.core.errors import Gone, Refused, RetryLater, SettingsError
from bot.core.language import Language
from bot.core.menu import MenuItem
from bot.core.ports import ChatLifecycle, Handle, Inbox
from bot.core.reply import Reply
from bot.core.words import Words

_log = logging.getLogger("aiwork.telegram")

NOT_ACCEPTED = (
    "TELEGRAM_BOT_TOKEN is not accepted by Telegram; copy it again from @BotFather "
    "(/mybots, API Token)."
)
NO_ROOT = "TELEGRAM_API_BASE_URL must be an address such as https://api.telegram.org."

_MENU_PATIENCE = 3.0
"""Seconds that the start waits for the command menu; afterwards it goes on in the background."""

_ERRAND_SECONDS = 1.0
"""For acknowledgements under way at a stop; they take a tenth of it."""

GRACE_SECONDS = 8.0
"""In which running answers may finish at a stop (the process has ten)."""


class Adapter:
    """One bot. Updates come by long polling, or over HTTP when a `webhook` is given.

    `verbs` are all names and aliases of commands, so that in groups other bots' commands are
    left alone and stale buttons are recognised. `words` must have the keys `telegram.*`. One that
    does not listen only sends: a worker beside another process that hears the updates.
    `siblings` says that other processes hear the same webhook.
    """

    name = PLATFORM

    def __init__(
        self,
        token: str,
        *,
        inbox: Inbox,
        chats: ChatLifecycle,
        words: Words,
        menu: Sequence[MenuItem],
        verbs: Collection[str] = (),
        language: Language = Language.EN,
        root: str = API_ROOT,
        webhook: WebhookSettings | None = None,
        listens: bool = True,
        siblings: bool = False,
        clock: Clock | None = None,
        grace: float = GRACE_SECONDS,
        reconnected: Callable[[], None] = lambda: None,
        limit: RateLimit | None = None,
    ) -> None:
        if not re.fullmatch(r"[^\s/?#%{}]+", token):
            raise SettingsError([NOT_ACCEPTED])
        if not re.fullmatch(r"https?://[^\s/]+\S*", root):
            raise SettingsError([NO_ROOT])
        self._inbox, self._chats, self._words, self._menu = inbox, chats, words, menu
        self._verbs = frozenset({*verbs, *(item.verb for item in menu), "start", "help"})
        self._language, self._grace, self._listens = language, grace, listens
        self._limit = limit or RateLimit()
        self._token, self._root, self._siblings = token, root, siblings
        self._webhook = Webhook.settle(webhook, token) if webhook else None
        self._clock, self._reconnected = clock or Clock(), reconnected
        self._log_once = LogOnce(_log, self._clock, secret=token)
        self.directory = Directory(words, language, self._log_once, self._clock)
        self._client: Client | None = None
        self._receiver: Receiver | None = None
        self._background = Tasks(_log)  # goes on until it is cancelled
        self._errands = Tasks(_log)  # end by themselves
        self._failed: asyncio.Future[None] | None = None
        self._ready = False
        self._poller: Poller | None = None

    async def start(self, handle: Handle) -> None:
        """Returns when commands are being served. Raises SettingsError when Telegram refuses the
        token or the webhook; while Telegram cannot be reached it says so once and goes on trying.
        """
        self._failed = asyncio.get_running_loop().create_future()
        self._client = Client(self._token, self._root)
        try:
            await self._open(handle, self._client)
        except BaseException as error:
            await self.stop()
            if isinstance(error, InvalidToken):
                raise SettingsError([NOT_ACCEPTED]) from None
            raise

    @property
    def failed(self) -> bool:
        """Whether serving had to end by itself; `watch` says why."""
        future = self._failed
        return future is not None and future.done() and future.exception() is not None

    @property
    def answered_at(self) -> float | None:
        """When Telegram last answered a poll (the clock's seconds); `None` without polling."""
        return self._poller.answered_at if self._poller else None

    async def watch(self) -> None:
        """Returns after `stop`. Raises SettingsError when serving had to end by itself."""
        if self._failed is not None:
            await asyncio.shield(self._failed)

    async def stop(self) -> None:
        """Take no more, let running answers finish, close everything."""
        receiver, self._receiver, self._poller = self._receiver, None, None
        await self._background.cancel()
        if receiver:
            await receiver.close(self._grace)
        await self._errands.drain(_ERRAND_SECONDS)
        self.directory.connect(None, Me(0, "", ()))
        if self._client:
            await self._client.close()
            self._client = None
        if self._failed and not self._failed.done():
            self._failed.set_result(None)

    def routes(self) -> list[Route]:
        """The webhook's route; none while polling."""
        return self._webhook.routes(self._accept) if self._webhook else []

    async def send(self, at: Address, reply: Reply, *, silent: bool = False) -> str:
        """One message, tried once. Raises SendError and nothing else."""
        if self._client is None or not self._ready:
            raise RetryLater("the Telegram adapter is not running")
        try:
            target = Target(int(at.room), int(at.thread) if at.thread else None)
        except ValueError:
            raise Refused(f"{at} is not a Telegram chat") from None
        message = render_one(reply, self._me.username)
        try:
            sent = await send(
                self._client.digests, target, message.text, message.markup, silent=silent
            )
        except Exception as error:  # noqa: BLE001 - every error has a translation
            problem = send_error(error, at)
            if isinstance(problem, Gone):
                self._note_gone(at, topic=says(error, TOPIC_GONE))
            raise problem from None
        return str(sent)

    async def _open(self, handle: Handle, client: Client) -> None:
        user = await self._persist("getMe")
        picker = ChatPicker(self._verbs)
        username = str(user.get("username", ""))
        self._me = Me(int(user["id"]), username, self._verbs, picker.line)
        self.directory.connect(client.answers, self._me)
        self._lifecycle = Lifecycle(
            self._chats, client.digests, self._words, self._log_once, self._clock
        )
        responder = Responder(
            client.answers, username, picker, self._words, self._language, self._log_once,
            self._clock,
        )  # fmt: skip
        self._pipeline: Pipeline[Target] = Pipeline(
            handle, responder, self._lifecycle, _as_told, limit=self._limit
        )
        self._ready = True
        if self._listens:
            await self._receive(client)

    async def _receive(self, client: Client) -> None:
        receiver = Receiver(
            self._inbox,
            f"{PLATFORM}:{self._me.id}",
            event_of=inbound.event_of,
            queue_of=inbound.queue_of,
            glance=self._glance,
            serve=self._serve,
            logger=_log,
            log_once=self._log_once,
        )
        if self._siblings:
            self._background.start(receiver.tend(self._clock))
        else:
            await receiver.resume()
        self._receiver = receiver
        await self._listen()
        if not self._webhook:
            self._poller = Poller(client, receiver, self._log_once, self._clock, self._reconnected)
            self._background.start(self._poll(self._poller))
        menu = publish(client.answers, self._menu, self._log_once, self._clock)
        await asyncio.wait({self._background.start(menu)}, timeout=_MENU_PATIENCE)

    async def _listen(self) -> None:
        """Tell Telegram where updates go. What is pending there is kept either way."""
        hook = self._webhook
        if hook is None:
            await self._persist("deleteWebhook")
            return
        try:
            await self._persist(
                "setWebhook", url=hook.url, secret_token=hook.secret, allowed_updates=ALLOWED
            )
        except BadRequest as error:
            raise SettingsError(
                [f"TELEGRAM_WEBHOOK_URL is refused by Telegram ({error}); correct it."]
            ) from None

    async def _persist(self, method: str, **fields: object) -> Any:
        """Until it works; what Telegram refuses outright is raised."""
        client = self._client
        assert client is not None

        def failed(error: Exception) -> float | None:
            if isinstance(error, BadRequest | InvalidToken) or not isinstance(error, TelegramError):
                raise error
            self._log_once.begin("starting", f"{error}; trying again until Telegram answers.")
            return seconds(error) if isinstance(error, RetryAfter) else None

        result = await retry(
            lambda: client.answers.call(method, **fields),
            failed=failed,
            waits=backoff(),
            sleep=self._clock.sleep,
        )
        self._log_once.end("starting")
        return result

    async def _poll(self, poller: Poller) -> None:
        try:
            await poller.run()
        except SettingsError as error:
            _log.error("%s", error)
            if self._failed and not self._failed.done():
                self._failed.set_exception(error)

    async def _accept(self, update: dict[str, Any]) -> bool:
        receiver = self._receiver
        if receiver is None or receiver.full:
            return False
        await receiver.accept([update])
        return True

    def _glance(self, update: Payload) -> None:
        """Presses are acknowledged at once, whatever their chat is still waiting for."""
        press = self._read(update) if "callback_query" in update else None
        if isinstance(press, Pressed):
            self._errands.start(self._pipeline.responder.acknowledge(press))

    async def _serve(self, update: Payload) -> None:
        if (event := self._read(update)) is not None:
            await self._pipeline.serve(event)

    def _read(self, update: Payload) -> Event[Target] | None:
        try:
            return inbound.read(update, self._me)
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            kind = ", ".join(key for key in update if key != "update_id")
            _log.error("an update (%s) cannot be read: %r; it is skipped", kind, error)
            return None

    def _note_gone(self, at: Address, *, topic: bool) -> None:
        self._lifecycle.forget(at)
        if topic and at.thread:
            self._errands.start(self._lifecycle.tell_topic_gone(at))


async def _as_told(command: Command, target: Target) -> Command:
    """Every update says which language its sender's client speaks."""
    return command
