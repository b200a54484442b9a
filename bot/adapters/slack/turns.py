"""One turn: a command comes in once, is handled, and its answer goes back."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.adapters.slack.answers import Answers
from bot.adapters.slack.host import SlackHost
from bot.adapters.slack.once import Once
from bot.adapters.slack.people import People
from bot.adapters.slack.ways import OnHome, Way
from bot.core.address import Address
from bot.core.command import Command
from bot.core.language import language_of
from bot.core.ports import ChatLifecycle, Handle
from bot.core.reply import Reply

PATIENT = 1.5
"""Seconds that an answer waits for the asker's language, asked of Slack once in a while."""

HURRIED = 0.3
"""The same where a trigger id runs out three seconds after the press."""


class Turns:
    def __init__(
        self, answers: Answers, host: SlackHost, people: People, rooms: ChatLifecycle, once: Once
    ) -> None:
        self.answers, self.host = answers, host
        self._troubles = answers.clients.troubles
        self._people, self._rooms, self._once = people, rooms, once

    @property
    def handle(self) -> Handle:
        return self.answers.handle

    async def take(self, asked: Command, way: Way) -> None:
        """Handle it and answer, unless it was taken before."""
        if admitted := await self.admit(asked):
            await self.answers.answer(admitted, way, await self.handle(admitted))

    async def admit(self, asked: Command) -> Command | None:
        """The command with its asker's language; `None` when it was taken before. A word from a
        chat that was gone makes it active again."""
        first, known, _ = await asyncio.gather(
            self.first(asked), self.in_language(asked, PATIENT), self._heard(asked)
        )
        return known if first else None

    async def hurry(self, asked: Command) -> Reply | None:
        """The reply to a line that only shows something, fast enough for a trigger id: whether it
        was taken before is found out meanwhile."""
        asked = await self.in_language(asked, HURRIED)
        first, reply, _ = await asyncio.gather(
            self.first(asked), self.handle(asked), self._heard(asked)
        )
        return reply if first else None

    async def show_home(self, asked: Command) -> None:
        """Publish the asker's App Home. Opening it is no word: a chat that is gone stays so."""
        asked = await self.in_language(asked, PATIENT)
        if await self.first(asked):
            await self.answers.answer(asked, OnHome(asked.asker), await self.handle(asked))

    async def first(self, asked: Command) -> bool:
        return await self._once.first(asked.at.workspace, asked.event)

    async def in_language(self, asked: Command, patience: float) -> Command:
        profile = await self._people.profile(asked.asker, patience)
        language = language_of(profile.locale) if profile else None
        return replace(asked, language=language.value if language else None)

    def chosen(self, asked: Command, room: str) -> None:
        """The asker chose that room from their own."""
        self.host.saw(asked.asker, Address(asked.at.platform, room, asked.at.workspace))

    async def _heard(self, asked: Command) -> None:
        """The room is alive, and so is the person, wherever they speak: most never write to the
        bot itself, and their own digest would stay off after a new installation."""
        self.host.saw(asked.asker, asked.at)
        try:
            for at in {asked.at, asked.asker.home or asked.at}:
                await self._rooms.back(at)
        except Exception as error:  # noqa: BLE001 - whatever a store raises, an answer matters more
            self._troubles.began("rooms", f"the store does not answer ({type(error).__name__})")
        else:
            self._troubles.ended("rooms", "the store answers again")
