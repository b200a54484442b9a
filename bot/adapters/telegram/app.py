"""The Telegram adapter: its parts put together, started and stopped."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Collection, Coroutine, Sequence
from typing import Any

from starlette.routing import Route
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bot.adapters.telegram import webhook as hooks
from bot.adapters.telegram.client import API_ROOT, Client
from bot.adapters.telegram.desk import Desk, answers_in_alert
from bot.adapters.telegram.errors import TOPIC_GONE, says, seconds, send_error
from bot.adapters.telegram.happenings import Happening, Pressed, Where
from bot.adapters.telegram.host import Directory
from bot.adapters.telegram.intake import Intake, RawUpdate
from bot.adapters.telegram.menu import publish
from bot.adapters.telegram.picks import Picks
from bot.adapters.telegram.poll import Poller
from bot.adapters.telegram.receive import ALLOWED, PLATFORM, Me, read
from bot.adapters.telegram.render import render_one
from bot.adapters.telegram.speak import Speaker, send
from bot.adapters.telegram.topics import TopicNews
from bot.adapters.telegram.trouble import Clock, Trouble, backoff, log
from bot.core.address import Address
from bot.core.command import Person
from bot.core.errors import Gone, Refused, RetryLater, SettingsError
from bot.core.language import Language
from bot.core.menu import MenuItem
from bot.core.ports import ChatLifecycle, Handle, Inbox
from bot.core.reply import Reply
from bot.core.words import Words

NOT_ACCEPTED = (
    "TELEGRAM_BOT_TOKEN is not accepted by Telegram; copy it again from @BotFather "
    "(/mybots, API Token)."
)
NO_ROOT = "TELEGRAM_API_BASE_URL must be an address such as https://api.telegram.org."

_MENU_PATIENCE = 3.0
"""Seconds that the start waits for the command menu; afterwards it goes on in the background."""

GRACE = 8.0
"""Seconds in which running answers may finish at a stop (the process has ten)."""


class Telegram:
    """One bot. Updates come by long polling, or over HTTP when a `webhook` is given.

    `verbs` are all names and aliases of commands, so that in groups other bots' commands are
    left alone and stale buttons are recognised. `words` must have the keys `telegram.*`. One that
    does not listen only sends: a worker beside another process that hears the updates.
    `siblings` says that other processes hear the same webhook.
    """

    name = PLATFORM
    can_be_silent = True

    def __init__(
        self,
        token: str,
        *,
        inbox: Inbox,
        rooms: ChatLifecycle,
        words: Words,
        menu: Sequence[MenuItem],
        verbs: Collection[str] = (),
        language: Language = Language.EN,
        root: str = API_ROOT,
        webhook: hooks.Webhook | None = None,
        listens: bool = True,
        siblings: bool = False,
        clock: Clock | None = None,
        grace: float = GRACE,
        reconnected: Callable[[], None] = lambda: None,
    ) -> None:
        if not re.fullmatch(r"[^\s/?#%{}]+", token):
            raise SettingsError([NOT_ACCEPTED])
        if not re.fullmatch(r"https?://[^\s/]+\S*", root):
            raise SettingsError([NO_ROOT])
        self._inbox, self._rooms, self._words, self._menu = inbox, rooms, words, menu
        self._verbs = frozenset({*verbs, *(item.verb for item in menu), "start", "help"})
        self._language, self._grace, self._listens = language, grace, listens
        self._token, self._root, self._siblings = token, root, siblings
        self._hook = hooks.settle(webhook, token) if webhook else None
        self._clock, self._reconnected = clock or Clock(), reconnected
        self._trouble = Trouble(self._clock, secret=token)
        self._client: Client | None = None
        self._intake: Intake | None = None
        self._duties: set[asyncio.Task[None]] = set()  # go on until they are cancelled
        self._errands: set[asyncio.Task[None]] = set()  # end by themselves
        self._failed: asyncio.Future[None] | None = None

    async def start(self, handle: Handle) -> None:
        """Returns when commands are being served. Raises SettingsError when Telegram refuses the
        token or the webhook; while Telegram cannot be reached it says so once and goes on trying.
        """
        self._failed = asyncio.get_running_loop().create_future()
        self._client = Client(self._token, self._root)
        try:
            await self._open(handle, self._client)
        except InvalidToken:
            await self.stop()
            raise SettingsError([NOT_ACCEPTED]) from None
        except BaseException:
            await self.stop()
            raise

    @property
    def failed(self) -> bool:
        """Whether serving had to end by itself; `watch` says why."""
        future = self._failed
        return future is not None and future.done() and future.exception() is not None

    async def watch(self) -> None:
        """Returns after `stop`. Raises SettingsError when serving had to end by itself."""
        if self._failed is not None:
            await asyncio.shield(self._failed)

    async def stop(self) -> None:
        """Take no more, let running answers finish, close everything."""
        intake, self._intake = self._intake, None
        await _end(self._duties)
        if intake:
            await intake.close(self._grace)
        if self._errands:
            await asyncio.wait(self._errands, timeout=1.0)
        await _end(self._errands)
        if self._client:
            await self._client.close()
            self._client = None
        if self._failed and not self._failed.done():
            self._failed.set_result(None)

    def routes(self) -> list[Route]:
        """The webhook's route; none while polling."""
        return [hooks.route(self._hook, self._accept)] if self._hook else []

    async def send(self, at: Address, reply: Reply, *, silent: bool = False) -> str:
        """One message, tried once. Raises SendError and nothing else."""
        if self._client is None:
            raise RetryLater("the Telegram adapter is not running")
        try:
            where = Where(int(at.room), int(at.thread) if at.thread else None)
        except ValueError:
            raise Refused(f"{at} is not a Telegram chat") from None
        message = render_one(reply, self._username)
        try:
            sent = await send(
                self._client.digests, where, message.text, message.markup, silent=silent
            )
        except Exception as error:  # noqa: BLE001  every error has a translation
            problem = send_error(error, at)
            if isinstance(problem, Gone):
                self._lost(at, deleted_topic=says(error, TOPIC_GONE))
            raise problem from None
        return str(sent)

    async def may_manage(self, asker: Person, at: Address) -> bool:
        return bool(self._client) and await self._directory.may_manage(asker, at)

    async def zone_of(self, asker: Person) -> str | None:
        """Telegram knows nobody's time zone."""
        return None

    async def find_room(self, asker: Person, near: Address, name: str) -> Address | None:
        return await self._directory.find_room(name) if self._client else None

    async def name_of(self, at: Address) -> str | None:
        return await self._directory.name_of(at) if self._client else None

    async def ensure_can_post(self, at: Address) -> str | None:
        if self._client is None or await self._directory.can_post(at, self._me.id):
            return None
        return self._words.say("telegram.let_in", self._language, bot=f"@{self._username}")

    async def _open(self, handle: Handle, client: Client) -> None:
        user = await self._persist("getMe")
        self._username = str(user.get("username", ""))
        self._me = Me(int(user["id"]), self._username, self._verbs)
        self._directory = Directory(client.answers, self._trouble, self._clock)
        self._topics = TopicNews(client.digests, self._words)
        self._desk = Desk(
            self._me,
            handle,
            Speaker(client.answers, self._rooms, self._trouble, self._clock),
            self._rooms,
            Picks(self._verbs),
            self._words,
            self._language,
            self._clock,
        )
        if self._listens:
            await self._receive(client)

    async def _receive(self, client: Client) -> None:
        source = f"{PLATFORM}:{self._me.id}"
        intake = Intake(self._inbox, source, self._glance, self._serve, self._trouble)
        if self._siblings:
            _spawn(intake.tend(self._clock), self._duties)
        else:
            await intake.resume()
        self._intake = intake
        await self._listen()
        if not self._hook:
            poller = Poller(client, intake, self._trouble, self._clock, self._reconnected)
            _spawn(self._poll(poller), self._duties)
        menu = publish(client.answers, self._menu, self._trouble, self._clock)
        await asyncio.wait({_spawn(menu, self._duties)}, timeout=_MENU_PATIENCE)

    async def _listen(self) -> None:
        """Tell Telegram where updates go. What is pending there is kept either way."""
        hook = self._hook
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
        assert self._client is not None
        for wait in backoff():
            try:
                result = await self._client.answers.call(method, **fields)
            except (BadRequest, InvalidToken):
                raise
            except TelegramError as error:
                self._trouble.begins(
                    "starting", f"telegram: {error}; trying again until Telegram answers."
                )
                pause = seconds(error) if isinstance(error, RetryAfter) else wait
                await self._clock.sleep(pause)
            else:
                self._trouble.over("starting")
                return result
        raise AssertionError("backoff never ends")

    async def _poll(self, poller: Poller) -> None:
        try:
            await poller.run()
        except SettingsError as error:
            log.error("telegram: %s", error)
            if self._failed and not self._failed.done():
                self._failed.set_exception(error)

    async def _accept(self, update: dict[str, Any]) -> bool:
        intake = self._intake
        if intake is None or intake.full:
            return False
        await intake.accept([update])
        return True

    def _glance(self, update: RawUpdate) -> None:
        """Presses are acknowledged at once, whatever their chat is still waiting for."""
        if "callback_query" not in update:
            return
        press = self._read(update)
        if isinstance(press, Pressed) and (press.stale or not answers_in_alert(press)):
            _spawn(self._desk.acknowledge(press), self._errands)

    async def _serve(self, update: RawUpdate) -> None:
        if (happening := self._read(update)) is not None:
            await self._desk.serve(happening)

    def _read(self, update: RawUpdate) -> Happening | None:
        try:
            return read(update, self._me)
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            kind = ", ".join(key for key in update if key != "update_id")
            log.error("telegram: an update (%s) cannot be read: %r; it is skipped", kind, error)
            return None

    def _lost(self, at: Address, *, deleted_topic: bool) -> None:
        self._desk.forget(at)
        if deleted_topic and at.thread:
            _spawn(self._topics.gone(at), self._errands)


def _spawn(work: Coroutine[Any, Any, None], group: set[asyncio.Task[None]]) -> asyncio.Task[None]:
    """A task that is not lost: the loop itself holds none."""
    task = asyncio.create_task(work)
    group.add(task)
    task.add_done_callback(group.discard)
    return task


async def _end(group: set[asyncio.Task[None]]) -> None:
    for task in group:
        task.cancel()
    await asyncio.gather(*group, return_exceptions=True)
