"""The terminal as a platform: a chat with history and completion, or lines from a pipe."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence, Set
from pathlib import Path
from typing import IO, assert_never

from rich.console import Console as Terminal
from rich.text import Text

from bot.adapters.wrapping import fold
from bot.core.address import Address
from bot.core.command import Command, Person
from bot.core.command_line import MAX_TYPED, CommandLine, parse
from bot.core.plain_text import unfold
from bot.core.ports import Handle
from bot.core.reply import (
    Act,
    Block,
    Button,
    Buttons,
    Divider,
    File,
    Footnote,
    Form,
    Heading,
    Item,
    Link,
    Pager,
    Paragraph,
    PickRoom,
    Quote,
    Reply,
    Share,
    Spans,
)

HERE = Address("console", "terminal")
"""There is one terminal chat; its settings are kept like any other's."""

_READ = 4 * (MAX_TYPED + 1)
"""Bytes of a piped line that are read: four are the most that a character takes in UTF-8."""

_WIDTH = 88
"""Columns that prose is wrapped to on a terminal; what a pipe reads is not wrapped."""


class ConsoleAdapter:
    """Serves one person at a terminal, or the lines of a pipe. A full `Adapter`: digests appear
    in the terminal as they fall due."""

    name = "console"
    can_be_silent = False

    def __init__(
        self,
        *,
        language: str | None = None,
        completions: Sequence[str] = (),
        history: Path | None = None,
        source: IO[bytes] | None = None,
        terminal: Terminal | None = None,
    ) -> None:
        self._language = language
        self._completions = completions
        self._history = history
        self._source = source or sys.stdin.buffer
        self._terminal = terminal or Terminal(highlight=False, soft_wrap=not sys.stdout.isatty())
        self._sent = 0
        self._handle: Handle | None = None

    @property
    def directory(self) -> ConsoleAdapter:
        """There is one person and one chat, so that it answers for itself."""
        return self

    async def start(self, handle: Handle) -> None:
        self._handle = handle

    async def stop(self) -> None:
        self._handle = None

    async def chat(self, greeting: str) -> int:
        """Talk until the input ends; returns how many lines were answered."""
        if self._source.isatty():
            return await self._talk(greeting)
        return await self._read_pipe()

    async def send(self, at: Address, reply: Reply, *, silent: bool = False) -> str:
        self.show(reply)
        self._sent += 1
        return str(self._sent)

    async def may_manage(self, asker: Person, at: Address) -> bool:
        return True

    async def zone_of(self, asker: Person) -> str | None:
        return None

    async def find_room(self, asker: Person, near: Address, name: str) -> Address | None:
        return None

    async def name_of(self, at: Address) -> str | None:
        return None

    async def missing_to_post(self, at: Address) -> str | None:
        return None

    async def ensure_can_post(self, at: Address) -> str | None:
        return None

    async def answer(self, typed: str) -> Reply:
        """What the bot says to one line."""
        assert self._handle, "start() comes first"
        person = Person("terminal", HERE)
        too_long = len(typed) > MAX_TYPED
        return await self._handle(
            Command(parse(typed), person, HERE, language=self._language, too_long=too_long)
        )

    def show(self, reply: Reply) -> None:
        lines = render(reply)
        if self._terminal.is_terminal:
            width = min(_WIDTH, self._terminal.width)
            lines = [row for line in lines for row in fold(line, width)]
        for line in lines:
            self._terminal.print(line, soft_wrap=True)
        self._terminal.print()

    async def _talk(self, greeting: str) -> int:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.completion import FuzzyWordCompleter
        from prompt_toolkit.history import FileHistory
        from prompt_toolkit.patch_stdout import patch_stdout

        history = FileHistory(str(self._history)) if self._history else None
        completer = FuzzyWordCompleter(list(self._completions))
        session: PromptSession[str] = PromptSession(
            "› ", history=history, completer=completer, complete_while_typing=False
        )
        self._terminal.print(Text(greeting, style="dim"))
        answered = 0
        with patch_stdout(raw=True):
            while True:
                try:
                    typed = await session.prompt_async()
                except (EOFError, KeyboardInterrupt):
                    return answered
                if typed.strip():
                    self.show(await self.answer(typed))
                    answered += 1

    async def _read_pipe(self) -> int:
        answered = 0
        while raw := await asyncio.to_thread(_read_line, self._source):
            typed = raw.decode("utf-8", errors="replace").rstrip("\r\n")
            self.show(await self.answer(typed))
            answered += 1
        return answered


def _read_line(source: IO[bytes]) -> bytes:
    """The next line, cut: what stands behind the limit is read past, never held."""
    line = source.readline(_READ)
    rest = line
    while len(rest) == _READ and not rest.endswith(b"\n"):
        rest = source.readline(_READ)
    return line


def render(reply: Reply) -> list[Text]:
    """A line of styled text for each line that the terminal shows; nothing is read as markup."""
    typed = {str(span.command) for block in reply.blocks for span in _spans(block) if span.command}
    lines: list[Text] = []
    for block in reply.blocks:
        drawn = _lines(_without(block, typed) if isinstance(block, Buttons) else block)
        lines += [row for line in drawn for row in line.split("\n")]
    return lines


def _without(block: Buttons, typed: Set[str]) -> Buttons:
    """The buttons that say more than the lines to type that the text shows already."""
    return Buttons(tuple(b for b in block.row if b.label not in typed or not isinstance(b, Act)))


def _spans(block: Block) -> Spans:
    match block:
        case Paragraph(spans=spans) | Footnote(spans=spans):
            return spans
        case Item(title=title, note=note):
            return (*title, *note)
        case _:
            return ()


def _lines(block: Block) -> Iterator[Text]:
    match block:
        case Heading(text=text):
            yield Text(f"== {text} ==", style="bold")
        case Paragraph(spans=spans):
            yield _text(spans)
        case Quote(text=text, byline=byline):
            yield from (Text(f"│ {line}", style="green") for line in text.splitlines())
            if byline:
                yield Text("— ").append_text(_text(byline))
        case Item(title=title, note=note):
            yield _text(title)
            if note:
                yield from (Text("  ").append_text(row) for row in _text(note).split("\n"))
        case Footnote(spans=spans):
            yield _text(spans, style="dim")
        case Divider():
            yield Text("─" * 8, style="dim")
        case File(text=text):
            yield from map(Text, text.splitlines())
        case Buttons(row=row):
            yield from map(_button, row)
        case Pager(page=page, pages=pages, line=line):
            yield from _pager(page, pages, line)
        case Form():
            for part in unfold(block):
                yield from _lines(part)
        case _:
            assert_never(block)


def _text(spans: Spans, style: str = "") -> Text:
    text = Text(style=style)
    for span in spans:
        if span.command:
            text.append(str(span.command), style="cyan")
        else:
            text.append(span.text, style="bold" if span.bold else "cyan" if span.code else None)
        if span.href and span.href != span.text:
            text.append(f" <{span.href}>", style="dim")
    return text


def _button(button: Button) -> Text:
    match button:
        case Act(label=label, line=line) | Share(label=label, line=line):
            return _labelled(label, str(line))
        case PickRoom(label=label, line=line):
            return _labelled(label, f"{line} @…")
        case Link(label=label, url=url):
            return _labelled(label, f"<{url}>")
        case _:
            assert_never(button)


def _pager(page: int, pages: int, line: CommandLine) -> Iterator[Text]:
    for label, target in (("‹", page - 1), ("›", page + 1)):
        if 1 <= target <= pages:
            yield _labelled(f"{label} {page}/{pages}", str(line.on_page(target)))


def _labelled(label: str, typed: str) -> Text:
    return Text(f"[{label}] ", style="dim").append(typed, style="cyan")
