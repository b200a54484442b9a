"""What a command function gets: who asked what, and the services to answer from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.commands.shuffle import Shuffle
from bot.core.command import Command
from bot.core.command_line import CommandLine, parse
from bot.core.errors import NothingFound
from bot.core.language import Language
from bot.core.page import page_path
from bot.core.ports import Directory
from bot.core.reply import Act, Link, Share, Span, Spans
from bot.core.words import Localized, Value, Voice, Words
from bot.core.workdays import Workdays
from bot.library.reload import Edition, LiveLibrary

if TYPE_CHECKING:
    from bot.store.store import Store  # importing SQLAlchemy takes 0.25 s; `ask` may not need it


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What every command may use. `open_store` is called only by commands that remember."""

    library: LiveLibrary
    words: Words
    shuffle: Shuffle
    preferred_language: Callable[[Command], Awaitable[Language | None]]
    open_store: Callable[[], Awaitable[Store]]
    directories: Mapping[str, Directory]
    now: Callable[[], datetime]
    default_language: Language
    default_zone: str
    workdays: Callable[[], Workdays]
    public_url: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One command being answered: `line` stands under the command's own verb, `voice` speaks the
    reader's language, `edition` is the library for the whole of this answer."""

    command: Command
    line: CommandLine
    voice: Voice
    services: Services
    edition: Edition

    @property
    def args(self) -> str:
        return self.line.args

    def say(self, key: str, **values: Localized[str]) -> str:
        return self.voice.say(key, **values)

    def spans(self, key: str, **values: Localized[Value]) -> Spans:
        return self.voice.spans(key, **values)

    def act(self, key: str, verb: str, args: str = "", **values: str) -> Act:
        """A button: its label is the sentence `key`, pressing it types `verb args`."""
        return Act(self.say(key, **values), CommandLine(verb, args))

    def share(self, line: CommandLine) -> Share:
        """The button that shows this line's answer to others, with its page on the web where the
        pages have an address."""
        label, url = self.say("button.share"), self.services.public_url.rstrip("/")
        path = page_path(line, self.voice.language) if url else None
        return Share(label, line, Link(self.say("button.page"), f"{url}{path}") if path else None)

    def refuse_withdrawn(self, words: str) -> None:
        """Raises NothingFound where the words are the id of an entry that was withdrawn: a button
        of an old digest, an id somebody noted."""
        if words in self.edition.library.withdrawn:
            raise NothingFound(
                "error.withdrawn",
                entry=Span(words, code=True),
                buttons=[self.act("button.random", "quote"), self.act("button.topics", "topics")],
            )

    async def store(self) -> Store:
        return await self.services.open_store()


def how_to_type(english: str, chinese: str) -> Localized[Span]:
    """How to type something, as the reader would."""
    return lambda voice: Span(
        command=parse(voice.script(chinese) if voice.language.chinese else english)
    )
