"""Who asked what, where. A button, a slash command and a typed line are all one `Line`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.core.address import Address

MAX_TYPED = 500
"""Characters of a typed line that are read. A longer line is answered with one sentence; nothing
behind this limit is ever folded (NFKC over 400,000 combining marks took 120 s)."""

_PAGE = re.compile(r"\s+p(\d{1,4})$")


class RoomKind(StrEnum):
    """What sort of chat a command comes from."""

    DM = "dm"
    GROUP = "group"
    CHANNEL = "channel"
    INLINE = "inline"


@dataclass(frozen=True, slots=True)
class Line:
    """A command line: what a person types and what a button carries.

    `str(line)` is the text form, `quote 996 p2`; `parse` reads it back. `slash` says that the
    line came with a leading `/`, so that its first word was meant as a command.
    """

    verb: str
    args: str = ""
    page: int = 1
    slash: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        words = [self.verb, self.args, f"p{self.page}" if self.page > 1 else ""]
        return " ".join(word for word in words if word)

    def on_page(self, page: int) -> Line:
        """The same line, asking for another page (counted from 1)."""
        return replace(self, page=page)


def parse(text: str) -> Line:
    """Read a typed line or a button's value. White space is folded; an empty text gives verb ''.

    The verb is the first word, lower-cased and without a leading `/`; `p2` at the end is the page.
    """
    words = " ".join(text[: MAX_TYPED + 1].split())
    slash = words.startswith("/")
    words = words.removeprefix("/")
    page = 1
    if match := _PAGE.search(words):
        page = max(1, int(match[1]))
        words = words[: match.start()]
    verb, _, args = words.partition(" ")
    return Line(verb.lower(), args.strip(), page, slash)


@dataclass(frozen=True, slots=True)
class Person:
    """Who asked: the platform's id, and the private chat in which the bot can reach them."""

    id: str
    home: Address | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """One request. `at` is the chat it came from and belongs to; how the answer travels back
    (thread, `response_url`, edit) stays with the adapter that made the command.

    `language` is the platform's hint (`en`, `zh-Hans`, `zh-Hant`), `None` when it gives none.
    `event` identifies the request at the platform, so that a repeated one is answered once.
    `personal` says that settings made here are the asker's own unless the line ends in `@here`
    (a Slack channel), not the room's (a Telegram group).
    `too_long` says that more than `MAX_TYPED` characters came in.
    """

    line: Line
    asker: Person
    at: Address
    kind: RoomKind = RoomKind.DM
    language: str | None = None
    event: str = ""
    personal: bool = False
    too_long: bool = False
