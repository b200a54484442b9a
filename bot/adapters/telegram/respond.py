"""Answers to people: sent, edited, acknowledged, with the patience that each deserves."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.adapters.common.clock import Clock
from bot.adapters.common.events import Pressed, Searched
from bot.adapters.common.log_once import LogOnce
from bot.adapters.common.pipeline import Ask
from bot.adapters.common.retry import Patience
from bot.adapters.telegram import inline
from bot.adapters.telegram.chat_picker import ChatPicker
from bot.adapters.telegram.client import Api, Markup, send, send_file
from bot.adapters.telegram.errors import SAME, STALE, UNEDITABLE, says, send_error
from bot.adapters.telegram.html import escape
from bot.adapters.telegram.inbound import PLATFORM
from bot.adapters.telegram.render import NO_PREVIEW, Message, render, render_one, show
from bot.adapters.telegram.targets import Target
from bot.core.address import Address
from bot.core.command import Command, RoomKind
from bot.core.errors import Gone, Moved, Refused, RetryLater, SendError
from bot.core.language import Language, language_of
from bot.core.plain_text import text_of
from bot.core.reply import Audience, Card, File, Outcome, PickRoom, Reply
from bot.core.split import spell_out
from bot.core.text import cut
from bot.core.words import Words

T = TypeVar("T")

ANSWERING = Patience(seconds=60.0, blind=1)
"""Somebody waits for an answer; an hour later nobody does. What may have arrived is sent once
more at most, so that nothing comes more than twice."""

HURRYING = Patience(seconds=60.0, longest=5.0, first=0.3, tries=2, blind=1)
"""A press or an inline search is worth a second try, and five seconds of waiting for it."""

FILING = Patience(seconds=60.0, tries=2, blind=0)
"""A file is tried twice; what may have arrived, or is not taken, comes as text instead."""

MAX_ALERT = 200
"""Characters of an answer to a press."""


class Responder:
    """Never holds up another chat: whoever calls it is in the chat's own queue."""

    def __init__(
        self,
        api: Api,
        bot: str,
        picker: ChatPicker,
        words: Words,
        language: Language,
        log_once: LogOnce,
        clock: Clock,
    ) -> None:
        self._api, self._bot, self._picker = api, bot, picker
        self._words, self._language = words, language
        self._log_once, self._clock = log_once, clock
        self._parked: dict[int, float] = {}

    async def answer(self, command: Command, target: Target, ask: Ask) -> bool:
        reply = await ask()
        if target.query:
            await self._alert(command, target, reply)
            return False  # a press by anybody there is no word of the room's
        return await self._send_all(command, target, reply)

    async def offer(self, search: Searched[Target], cards: tuple[Card, ...]) -> bool:
        """Answer an inline search."""
        page = inline.page(cards, search.offset, self._bot)
        button = inline.button(self._say("telegram.inline_button", search.command))
        await self._hurry(
            "answerInlineQuery",
            inline_query_id=search.target.query,
            results=page.results,
            cache_time=inline.CACHE_SECONDS,
            is_personal=True,
            next_offset=page.next_offset,
            button=button,
        )
        return True

    async def acknowledge(self, press: Pressed[Target]) -> None:
        """Where nothing else can be said, say why."""
        if press.stale:
            await self._acknowledge(press.query, self._say("telegram.stale", press.command))
        elif press.target.query:
            return  # its answer is the acknowledgement
        elif wait := self._parked_for(press.target.chat):
            minutes = str(max(1, round(wait / 60)))
            text = self._say("telegram.busy", press.command, minutes=minutes)
            await self._acknowledge(press.query, text)
        else:
            await self._acknowledge(press.query)

    async def refuse_stale(self, command: Command, target: Target) -> None:
        await self._send_one(target, Message(escape(self._say("telegram.stale", command)).markup))

    def follow(self, target: Target, to: Address) -> Target:
        """The supergroup has no topic and no message of before."""
        return Target(int(to.room))

    def report(self, error: SendError) -> None:
        """Each try has been logged already."""

    async def _alert(self, command: Command, target: Target, reply: Reply) -> None:
        """The presser alone sees it. Of an inline message only the next text may take the place."""
        if command.kind is RoomKind.INLINE and reply.outcome is Outcome.ANSWERED:
            await self._acknowledge(target.query)
            await self._edit(target, render_one(reply, self._bot))
        else:
            await self._acknowledge(target.query, cut(text_of(reply, show), MAX_ALERT))

    async def _send_all(self, command: Command, target: Target, reply: Reply) -> bool:
        messages = render(reply, self._bot, private=command.kind is RoomKind.DM)
        first = target if reply.replaces else replace(target, edits=None)
        if reply.audience is Audience.ROOM:
            first = replace(first, reply_to=None)
        rest = replace(first, edits=None, reply_to=None)
        for number, message in enumerate(messages):
            if not await self._send_one(rest if number else first, message):
                return number > 0
        if picks := [pick for message in messages for pick in message.picks]:
            await self._offer_rooms(picks, command, rest)
        return True

    async def _send_one(self, target: Target, message: Message, markup: Markup = None) -> bool:
        """Send or, where the answer replaces a message, edit. Whether it (probably) arrived."""
        if message.file:
            return await self._send_file(target, message.file)
        if target.edits:
            edited = await self._edit(target, message)
            if edited is not None:
                return edited
            target = replace(target, edits=None)

        async def attempt() -> int:
            return await send(self._api, target, message.text, markup or message.markup)

        return await self._try("sendMessage", target.chat, attempt) is not None

    async def _send_file(self, target: Target, file: File) -> bool:
        """Where the chat takes no files, the text of it."""

        async def attempt() -> bool:
            await send_file(self._api, target, file)
            return True

        try:
            if await self._try("sendDocument", target.chat, attempt, FILING):
                return True
        except Gone:
            pass  # groups may take texts and no files: the text will tell
        parts = render(Reply((spell_out(file),)), self._bot)
        return all([await self._send_one(target, part) for part in parts])

    async def _edit(self, target: Target, message: Message) -> bool | None:
        """`None` when the message cannot be edited and a new one has to be sent."""

        async def attempt() -> bool:
            try:
                await self._api.call(
                    "editMessageText",
                    text=message.text,
                    chat_id=None if target.inline else target.chat,
                    message_id=None if target.inline else target.edits,
                    inline_message_id=target.inline or None,
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

        edited = await self._try("editMessageText", target.chat, attempt)
        return None if edited is False and not target.inline else bool(edited)

    async def _offer_rooms(
        self, picks: Sequence[PickRoom], command: Command, target: Target
    ) -> None:
        hint = self._say("telegram.pick", command)
        keyboard = self._picker.keyboard(
            picks,
            channel=self._say("telegram.pick_channel", command),
            group=self._say("telegram.pick_group", command),
        )
        await self._send_one(target, Message(escape(hint).markup), keyboard)

    async def _acknowledge(self, query: str, text: str = "") -> None:
        await self._hurry(
            "answerCallbackQuery",
            callback_query_id=query,
            text=text or None,
            show_alert=True if text else None,
        )

    async def _hurry(self, method: str, **fields: object) -> None:
        """Twice at most, and soon: the person has moved on by then. Too late is not an error."""

        async def attempt() -> None:
            try:
                await self._api.call(method, **fields)
            except BadRequest as error:
                if not says(error, STALE):
                    raise

        try:
            await HURRYING.send(attempt, partial(self._translate, method, 0), self._clock)
        except SendError:
            return
        self._log_once.end(f"{method} failing")

    async def _try(
        self,
        method: str,
        chat: int,
        attempt: Callable[[], Awaitable[T]],
        patience: Patience = ANSWERING,
    ) -> T | None:
        """Try until it is done or patience is used up (`None`). Raises Gone and Moved."""
        if self._parked_for(chat):
            return None
        try:
            result = await patience.send(
                attempt, partial(self._translate, method, chat), self._clock
            )
        except (Gone, Moved):
            raise
        except SendError as error:
            if chat and isinstance(error, RetryLater) and error.after:
                self._parked[chat] = self._clock.now() + error.after
            return None
        self._log_once.end(f"{method} failing")
        return result

    def _parked_for(self, chat: int) -> float:
        """Seconds for which Telegram wants to hear nothing more for this chat."""
        left = self._parked.get(chat, 0.0) - self._clock.now()
        if left <= 0:
            self._parked.pop(chat, None)
        return max(left, 0.0)

    def _translate(self, method: str, chat: int, error: Exception) -> SendError:
        problem = send_error(error, Address(PLATFORM, str(chat) if chat else ""))
        self._log(method, problem)
        return problem

    def _log(self, method: str, problem: SendError) -> None:
        match problem:
            case Gone() | Moved():
                return
            case Refused():
                self._log_once.note(
                    f"{method} refused",
                    f"{method} was refused: {problem.why}. This is a mistake of ours; "
                    "please report it.",
                    logging.ERROR,
                )
            case RetryLater(after=after) if after is not None:
                self._log_once.note(
                    f"{method} flood wait",
                    f"{method}: {problem.why}; that chat waits, others do not.",
                )
            case _:
                self._log_once.begin(
                    f"{method} failing", f"{method}: {problem.why or 'no answer'}; trying again."
                )

    def _say(self, key: str, command: Command, **values: str) -> str:
        language = language_of(command.language) or self._language
        return self._words.say(key, language, **values)
