"""Saying things: one call per method that is used, and the patience with which it is tried."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from telegram import (
    InlineKeyboardMarkup,
    InlineQueryResultsButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.adapters.telegram.client import Api
from bot.adapters.telegram.errors import SAME, STALE, UNEDITABLE, says, send_error
from bot.adapters.telegram.happenings import Where
from bot.adapters.telegram.inline import CACHE_SECONDS, Page
from bot.adapters.telegram.receive import PLATFORM
from bot.adapters.telegram.render import NO_PREVIEW, Message
from bot.adapters.telegram.trouble import Clock, Trouble, backoff
from bot.core.address import Address
from bot.core.errors import Gone, Moved, Refused, RetryLater, SendError, Unknown
from bot.core.ports import ChatLifecycle

T = TypeVar("T")
Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None

PATIENCE = 60.0
"""Seconds that an answer is tried for. Somebody waits for it; an hour later nobody does."""

_SOON, _A_MOMENT = 5.0, 0.3
"""Seconds: for so long a press or an inline search is worth an answer; before a second try."""


async def send(
    api: Api, where: Where, text: str, markup: Markup = None, *, silent: bool = False
) -> int:
    """One sendMessage, once; returns the message id. Raises what the SDK raises."""
    reply = where.reply_to and ReplyParameters(where.reply_to, allow_sending_without_reply=True)
    sent = await api.call(
        "sendMessage",
        chat_id=where.chat,
        text=text,
        parse_mode=ParseMode.HTML,
        message_thread_id=where.thread,
        reply_parameters=reply or None,
        reply_markup=markup,
        link_preview_options=NO_PREVIEW,
        disable_notification=silent or None,
    )
    return int(sent["message_id"])


class Speaker:
    """Answers to people: tried again while that helps, given up politely when it does not.

    Never raises a platform's error, and never holds up another chat: whoever calls it is the
    chat's own lane.
    """

    def __init__(self, api: Api, rooms: ChatLifecycle, trouble: Trouble, clock: Clock) -> None:
        self._api = api
        self._rooms = rooms
        self._trouble = trouble
        self._clock = clock
        self._parked: dict[int, float] = {}

    def parked(self, chat: int) -> float:
        """Seconds for which Telegram wants to hear nothing more for this chat."""
        left = self._parked.get(chat, 0.0) - self._clock.now()
        if left <= 0:
            self._parked.pop(chat, None)
        return max(left, 0.0)

    async def say(self, where: Where, message: Message, markup: Markup = None) -> bool:
        """Send or, where the answer replaces a message, edit. Whether it (probably) arrived."""
        markup = markup or message.markup
        if where.inline or where.edits:
            edited = await self._edit(where, message)
            if edited is not None:
                return edited
            where = replace(where, edits=None)
        target = [where]

        async def attempt() -> int:
            return await send(self._api, target[0], message.text, markup)

        def moved(to: Address) -> None:
            target[0] = Where(int(to.room))

        return await self._patiently("sendMessage", where.chat, attempt, moved) is not None

    async def _edit(self, where: Where, message: Message) -> bool | None:
        """`None` when the message cannot be edited and a new one has to be sent."""

        async def attempt() -> bool:
            try:
                await self._api.call(
                    "editMessageText",
                    text=message.text,
                    chat_id=None if where.inline else where.chat,
                    message_id=None if where.inline else where.edits,
                    inline_message_id=where.inline or None,
                    parse_mode=ParseMode.HTML,
                    reply_markup=message.markup,
                    link_preview_options=NO_PREVIEW,
                )
            except BadRequest as error:
                if says(error, UNEDITABLE):
                    return False
                if not says(error, SAME):
                    raise
            return True

        edited = await self._patiently("editMessageText", where.chat, attempt)
        return None if edited is False and not where.inline else bool(edited)

    async def acknowledge(self, query: str, text: str = "") -> None:
        """Answer a press, so that the button stops spinning. Too late is not an error."""

        async def attempt() -> bool:
            alert = True if text else None
            return bool(
                await self._api.call(
                    "answerCallbackQuery",
                    callback_query_id=query,
                    text=text or None,
                    show_alert=alert,
                )
            )

        await self._hurriedly("answerCallbackQuery", attempt)

    async def offer(self, query: str, page: Page, more: InlineQueryResultsButton) -> None:
        """Answer an inline search, likewise."""

        async def attempt() -> bool:
            answered = await self._api.call(
                "answerInlineQuery",
                inline_query_id=query,
                results=page.results,
                cache_time=CACHE_SECONDS,
                is_personal=True,
                next_offset=page.next_offset,
                button=more,
            )
            return bool(answered)

        await self._hurriedly("answerInlineQuery", attempt)

    async def _hurriedly(self, method: str, attempt: Callable[[], Awaitable[bool]]) -> None:
        """Twice at most, and soon: the person has moved on by then."""
        for last in (False, True):
            try:
                await attempt()
            except Exception as error:  # noqa: BLE001  every error has a translation
                if says(error, STALE):
                    return
                problem = send_error(error, Address(PLATFORM, ""))
                self._tell(method, problem)
            else:
                self._trouble.over(f"{method} failing")
                return
            after = problem.after if isinstance(problem, RetryLater) else None
            again = isinstance(problem, RetryLater | Unknown) and (after or 0.0) <= _SOON
            if last or not again:
                return
            await self._clock.sleep(_A_MOMENT if after is None else after)

    async def _patiently(
        self,
        method: str,
        chat: int,
        attempt: Callable[[], Awaitable[T]],
        moved: Callable[[Address], None] = lambda to: None,
    ) -> T | None:
        """Try until it is done, pointless, or `PATIENCE` is used up.

        What surely did not arrive is tried again; what may have arrived is sent once more at
        most, so that nothing comes more than twice.
        """
        at = Address(PLATFORM, str(chat))
        until, waits, blind = self._clock.now() + PATIENCE, backoff(0.5, 8.0), False
        while not self.parked(chat):
            try:
                result = await attempt()
            except Exception as error:  # noqa: BLE001  every error has a translation
                problem = send_error(error, at)
            else:
                self._trouble.over(f"{method} failing")
                return result
            self._tell(method, problem)
            match problem:
                case RetryLater(after=after):
                    wait = next(waits) if after is None else after
                case Unknown() if not blind:
                    blind, wait = True, next(waits)
                case Moved(to=to):
                    await self._rooms.moved(at, to)
                    moved(to)
                    at, wait = to, 0.0
                case Gone(why=why):
                    await self._rooms.gone(at, why)
                    return None
                case _:
                    return None
            if self._clock.now() + wait > until:
                if chat and isinstance(problem, RetryLater) and problem.after:
                    self._parked[chat] = self._clock.now() + wait
                return None
            await self._clock.sleep(wait)
        return None

    def _tell(self, method: str, problem: SendError) -> None:
        match problem:
            case Gone() | Moved():
                return
            case Refused():
                self._trouble.notes(
                    f"{method} refused",
                    f"telegram: {method} was refused: {problem.why}. This is a mistake of ours; "
                    "please report it.",
                    logging.ERROR,
                )
            case RetryLater(after=after) if after is not None:
                self._trouble.notes(
                    f"{method} flood wait",
                    f"telegram: {method}: {problem.why}; that chat waits, others do not.",
                )
            case _:
                self._trouble.begins(
                    f"{method} failing",
                    f"telegram: {method}: {problem.why or 'no answer'}; trying again.",
                )
