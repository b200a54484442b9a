"""A handler over the real content, a fresh store and a clock that stands still."""

from __future__ import annotations

import functools
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.app.services import read_grammar, read_words
from bot.commands.all import make_registry
from bot.commands.handler import Handler
from bot.commands.request import Services
from bot.commands.shuffle import MemoryShuffle, Shuffle
from bot.core.address import Address
from bot.core.command import Command, Person, RoomKind
from bot.core.command_line import MAX_TYPED, CommandLine, parse
from bot.core.language import Language
from bot.core.plain_text import text_of, unfold
from bot.core.reply import Act, Button, Buttons, Form, Pager, Reply
from bot.core.workdays import LIBRARY_ALONE
from bot.library.library import Library
from bot.library.reload import LiveLibrary
from bot.store.store import Store
from tests.databases import Clock
from tests.index import live_library

CONTENT = Path(__file__).parents[2] / "content"
PLATFORMS = ("here", "console", "telegram", "slack")
HOME = Address("here", "ada", "T1")
ROOM = Address("here", "general", "T1")
NEWS = Address("here", "news", "T1")
ADA = Person("ada", HOME)
BOB = Person("bob", Address("here", "bob", "T1"))


class ScriptedHost:
    """A platform that knows what it was told. Ada manages every room, Bob none."""

    can_be_silent = True
    zone: str | None = None
    invitation: str | None = None

    def __init__(self) -> None:
        self.entered: list[Address] = []

    async def may_manage(self, asker: Person, at: Address) -> bool:
        return asker == ADA

    async def zone_of(self, asker: Person) -> str | None:
        return self.zone

    async def find_room(self, asker: Person, near: Address, name: str) -> Address | None:
        return NEWS if name == "news" else None

    async def name_of(self, at: Address) -> str | None:
        return "#news" if at == NEWS else None

    async def missing_to_post(self, at: Address) -> str | None:
        return self.invitation

    async def ensure_can_post(self, at: Address) -> str | None:
        self.entered.append(at)
        return self.invitation


@dataclass
class Desk:
    """Where tests ask: `await desk("quote 996")` gives the reply, `say` its text."""

    services: Services
    handler: Handler
    host: ScriptedHost
    clock: Clock

    async def __call__(
        self,
        typed: str | CommandLine,
        *,
        language: str | None = "en",
        asker: Person = ADA,
        at: Address = HOME,
        kind: RoomKind = RoomKind.DM,
        personal: bool = False,
    ) -> Reply:
        line = parse(typed) if isinstance(typed, str) else typed
        too_long = isinstance(typed, str) and len(typed) > MAX_TYPED
        return await self.handler(
            Command(line, asker, at, kind, language, personal=personal, too_long=too_long)
        )

    async def say(self, typed: str | CommandLine, **how: Any) -> str:
        return text_of(await self(typed, **how))

    @property
    def library(self) -> Library:
        return self.services.library.edition.library

    async def store(self) -> Store:
        return await self.services.open_store()


async def nobody_prefers(command: Command) -> Language | None:
    return None


words = functools.cache(read_words)
grammar = functools.cache(read_grammar)


class OneStore:
    """Opens the store when a command first asks for it, as the app does."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._url = url
        self._clock = clock
        self._store: Store | None = None

    async def open(self) -> Store:
        if self._store is None:
            self._store = await Store.open(self._url, clock=self._clock, upgrade=False)
        return self._store

    async def language(self, command: Command) -> Language | None:
        for at in (command.asker.home, command.at) if self._store else ():
            chat = await self._store.chats.find(at) if self._store and at else None
            if chat and chat.language:
                return chat.language
        return Language.EN if command.language == "en" else None  # here English is a choice

    async def close(self) -> None:
        if self._store:
            await self._store.close()


def make_desk(
    stores: OneStore,
    clock: Clock,
    shuffle: Shuffle | None = None,
    library: LiveLibrary | None = None,
    public_url: str = "",
) -> Desk:
    host = ScriptedHost()
    services = Services(
        library=library or live_library(),
        words=words(),
        shuffle=shuffle or MemoryShuffle(random.Random(7)),
        preferred_language=stores.language,
        open_store=stores.open,
        directories=dict.fromkeys(PLATFORMS, host),
        now=clock,
        default_language=Language.EN,
        default_zone="UTC",
        workdays=lambda: LIBRARY_ALONE,
        public_url=public_url,
    )
    return Desk(services, Handler(services, make_registry(), grammar()), host, clock)


def buttons(reply: Reply) -> list[Button]:
    """All buttons, those of forms among them."""
    found: list[Button] = []
    for block in reply.blocks:
        for part in unfold(block) if isinstance(block, Form) else (block,):
            found += part.row if isinstance(part, Buttons) else ()
    return found


def lines(reply: Reply) -> list[str]:
    """What the buttons and the pager of a reply would type."""
    typed = [str(button.line) for button in buttons(reply) if isinstance(button, Act)]
    for block in reply.blocks:
        if isinstance(block, Pager):
            typed += [str(block.line.on_page(n)) for n in range(1, block.pages + 1)]
    return typed


def press(reply: Reply, label: str) -> CommandLine:
    """The line of the button with that label."""
    return next(b.line for b in buttons(reply) if isinstance(b, Act) and b.label == label)


def form(reply: Reply) -> Form:
    return next(block for block in reply.blocks if isinstance(block, Form))
