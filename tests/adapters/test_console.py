"""The terminal draws everything as text, and offers as lines what others show as buttons."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console as Terminal

from bot.adapters.console import HERE, ConsoleAdapter, render
from bot.core.command import Command
from bot.core.command_line import CommandLine
from bot.core.reply import (
    Act,
    Buttons,
    Item,
    Link,
    Pager,
    Paragraph,
    PickRoom,
    Quote,
    Reply,
    Share,
    Span,
    spans,
)
from tests.adapters.samples import HOSTILE


def drawn(*blocks: object) -> list[str]:
    return [line.plain for line in render(Reply(blocks))]  # type: ignore[arg-type]


@pytest.mark.parametrize("name", HOSTILE)
def test_what_looks_like_markup_stays_text(name: str) -> None:
    text = HOSTILE[name]
    out = io.StringIO()
    console = ConsoleAdapter(terminal=Terminal(file=out, width=200, soft_wrap=True))
    console.show(Reply((Paragraph(spans(text)), Quote(text, spans(text)))))
    shown = "".join(out.getvalue().split())
    assert shown.startswith("".join(text.split()))


def test_a_quote_of_several_lines_keeps_its_margin_and_its_byline() -> None:
    assert drawn(Quote("one\ntwo", spans("Ada"))) == ["│ one", "│ two", "— Ada"]


def test_every_button_is_a_line_to_type() -> None:
    row = (
        Act("Another", CommandLine("quote")),
        Share("Share", CommandLine("quote", "x")),
        PickRoom("Choose", CommandLine("channel")),
        Link("Site", "https://example.org"),
    )
    assert drawn(Buttons(row)) == [
        "[Another] quote",
        "[Share] quote x",
        "[Choose] channel @…",
        "[Site] <https://example.org>",
    ]


def test_a_button_that_repeats_a_line_of_the_text_is_not_shown_again() -> None:
    line = CommandLine("quote", "996")
    assert drawn(Item((Span(command=line),)), Buttons((Act("quote 996", line),))) == ["quote 996"]


def test_a_pager_offers_the_pages_there_are() -> None:
    line = CommandLine("quote", "996")
    assert drawn(Pager(1, 3, line)) == ["[› 1/3] quote 996 p2"]
    assert drawn(Pager(2, 3, line)) == ["[‹ 2/3] quote 996", "[› 2/3] quote 996 p3"]


def test_an_address_is_shown_behind_its_words() -> None:
    assert drawn(Paragraph(spans(Span("here", href="https://example.org")))) == [
        "here <https://example.org>"
    ]


class Echo:
    """Answers with what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Command] = []

    async def __call__(self, command: Command) -> Reply:
        self.asked.append(command)
        return Reply((Paragraph(spans(str(command.line))),))

    async def cards(self, command: Command, offset: int, limit: int) -> tuple[()]:
        return ()


async def test_each_piped_line_is_a_command_of_the_one_terminal_chat(tmp_path: Path) -> None:
    echo, out = Echo(), io.StringIO()
    source = io.BytesIO("quote 996 p2\n\n语录 裁员".encode() + b"\nx" + b"y" * 3_000_000)
    console = ConsoleAdapter(
        language="zh", source=source, terminal=Terminal(file=out, soft_wrap=True)
    )
    await console.start(echo)
    assert await console.chat("never shown in a pipe") == 4
    assert [command.at for command in echo.asked] == [HERE] * 4
    assert [command.too_long for command in echo.asked] == [False, False, False, True]
    assert echo.asked[0].line == CommandLine("quote", "996", 2)
    assert "never shown" not in out.getvalue()
    await console.stop()


async def test_a_digest_appears_and_is_counted() -> None:
    out = io.StringIO()
    console = ConsoleAdapter(terminal=Terminal(file=out))
    assert [await console.send(HERE, Reply((Paragraph(spans("hi")),))) for _ in range(2)] == [
        "1",
        "2",
    ]
    assert out.getvalue().count("hi") == 2
