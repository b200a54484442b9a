"""What happened, to whom it is told, and the answer: where the handler is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from bot.adapters.telegram import inline
from bot.adapters.telegram.happenings import (
    Asked,
    Happening,
    Joined,
    Left,
    Migrated,
    Picked,
    Pressed,
    Returned,
    Searched,
    Where,
)
from bot.adapters.telegram.html import escape
from bot.adapters.telegram.picks import Picks
from bot.adapters.telegram.receive import Me
from bot.adapters.telegram.render import Message, render, render_one, show
from bot.adapters.telegram.speak import Speaker
from bot.adapters.telegram.trouble import Clock
from bot.core.address import Address
from bot.core.command import Command, RoomKind
from bot.core.language import Language, language_of
from bot.core.plain_text import text_of
from bot.core.ports import ChatLifecycle, Handle
from bot.core.reply import Audience, Outcome, PickRoom, Reply
from bot.core.text import cut
from bot.core.words import Words

MAX_ALERT = 200
"""Characters of an answer to a press."""

_ALIVE_FOR = 60.0
"""Seconds for which a chat that just spoke is not reported as back again."""

_MANY_CHATS = 10_000


@dataclass(slots=True)
class Desk:
    """Serves what happened, one thing at a time per chat."""

    me: Me
    handle: Handle
    speaker: Speaker
    rooms: ChatLifecycle
    picks: Picks
    words: Words
    language: Language
    clock: Clock
    _alive: dict[Address, float] = field(default_factory=dict)
    _migrated: set[str] = field(default_factory=set)

    async def serve(self, happening: Happening) -> None:
        match happening:
            case Asked(command=command, where=where):
                await self._ask(command, where)
            case Picked():
                await self._picked(happening)
            case Pressed():
                await self._pressed(happening)
            case Searched():
                await self._searched(happening)
            case Joined(command=command, where=where):
                await self._joined(command, where)
            case Left(at=at, why=why):
                self._alive.pop(at, None)
                await self.rooms.gone(at, why)
            case Returned(at=at):
                await self.rooms.back(at)
            case Migrated(old=old, new=new):
                self._migrated.add(new.room)
                await self.rooms.moved(old, new)
            case _:
                assert_never(happening)

    async def acknowledge(self, press: Pressed) -> None:
        """Stop the button's spinning before any work; where nothing else can be said, say why."""
        if press.stale:
            await self.speaker.acknowledge(press.query, self._say("telegram.stale", press.command))
        elif wait := self.speaker.parked(press.where.chat):
            minutes = str(max(1, round(wait / 60)))
            text = self._say("telegram.busy", press.command, minutes=minutes)
            await self.speaker.acknowledge(press.query, text)
        else:
            await self.speaker.acknowledge(press.query)

    async def _ask(self, command: Command, where: Where) -> None:
        answered = await self._answer(await self.handle(command), command, where)
        if answered:  # afterwards: nobody waits for that write, and who blocked us stays gone
            await self._revive(command.at)

    async def _picked(self, picked: Picked) -> None:
        line = self.picks.line(picked.request, picked.room)
        if line is None:
            text = self._say("telegram.stale", picked.command)
            await self.speaker.say(picked.where, Message(escape(text).markup))
            return
        await self._ask(replace(picked.command, line=line), picked.where)

    async def _pressed(self, press: Pressed) -> None:
        if press.stale:
            return
        if answers_in_alert(press):
            await self._alert(press)
        else:
            await self._ask(press.command, press.where)

    async def _alert(self, press: Pressed) -> None:
        """In a channel anybody may press, and an answer there would go to all: the presser alone
        sees it. Of an inline message only the next text may take the place."""
        reply = await self.handle(press.command)
        if press.command.kind is RoomKind.INLINE and reply.outcome is Outcome.ANSWERED:
            await self.speaker.acknowledge(press.query)
            await self.speaker.say(press.where, render_one(reply, self.me.username))
        else:
            await self.speaker.acknowledge(press.query, cut(text_of(reply, show), MAX_ALERT))

    async def _searched(self, search: Searched) -> None:
        cards = await self.handle.cards(search.command, search.offset, inline.MAX_RESULTS)
        page = inline.page(cards, search.offset, self.me.username)
        button = inline.button(self._say("telegram.inline_button", search.command))
        await self.speaker.offer(search.query, page, button)

    async def _joined(self, command: Command, where: Where) -> None:
        await self.rooms.back(command.at)
        if command.at.room in self._migrated:
            return  # the same group under a new id: it has been welcomed
        reply = await self.handle(command)
        await self._answer(reply, command, where)

    async def _answer(self, reply: Reply, command: Command, where: Where) -> bool:
        """Whether anything of it arrived."""
        messages = render(reply, self.me.username, private=command.kind is RoomKind.DM)
        first = where if reply.replaces else replace(where, edits=None)
        if reply.audience is Audience.ROOM:
            first = replace(first, reply_to=None)
        rest = replace(first, edits=None, reply_to=None)
        for number, message in enumerate(messages):
            if not await self.speaker.say(rest if number else first, message):
                return number > 0
        if picks := [pick for message in messages for pick in message.picks]:
            await self._offer_rooms(picks, command, rest)
        return True

    async def _offer_rooms(self, picks: Sequence[PickRoom], command: Command, where: Where) -> None:
        hint = self._say("telegram.pick", command)
        keyboard = self.picks.keyboard(
            picks,
            channel=self._say("telegram.pick_channel", command),
            group=self._say("telegram.pick_group", command),
        )
        await self.speaker.say(where, Message(escape(hint).markup), keyboard)

    async def _revive(self, at: Address) -> None:
        """A word from a chat makes it active again, told once a minute at most."""
        now = self.clock.now()
        if self._alive.get(at, 0.0) > now:
            return
        if len(self._alive) >= _MANY_CHATS:
            self._alive.clear()
        self._alive[at] = now + _ALIVE_FOR
        await self.rooms.back(at)

    def forget(self, at: Address) -> None:
        """That chat was found gone: its next word is news."""
        self._alive.pop(at, None)

    def _say(self, key: str, command: Command, **values: str) -> str:
        language = language_of(command.language) or self.language
        return self.words.say(key, language, **values)


def answers_in_alert(press: Pressed) -> bool:
    """Whether the acknowledgement itself carries the answer."""
    return press.command.kind in (RoomKind.CHANNEL, RoomKind.INLINE)
