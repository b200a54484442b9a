"""HTML is one more renderer: what every platform promises, read back as a browser would parse."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, unquote

import pytest

from bot.adapters.web import render
from bot.core.command_line import CommandLine, parse
from bot.core.reply import Buttons, Link, Paragraph, Quote, Reply, Span, spans
from tests.adapters.contract import DrawingContract
from tests.adapters.samples import HOSTILE

ALLOWED = {
    "h1": {"lang"}, "h2": {"lang"}, "p": {"lang", "class"}, "ul": set(), "li": set(),
    "div": {"lang", "class"}, "figure": set(), "blockquote": {"lang"}, "figcaption": {"lang"},
    "a": {"href", "rel"}, "code": set(), "strong": set(), "span": set(), "hr": set(),
}  # fmt: skip
KINDS = {"h1": "bold", "h2": "bold", "strong": "bold", "a": "link", "code": "command"}


class _Reader(HTMLParser):
    """What stands in the page; `odd` is what no renderer of ours writes."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.links = "", list[str]()
        self.alive, self.odd = set[tuple[str, str]](), list[str]()
        self._button = False  # what stands in a row of buttons is meant to be pressed
        self._open: list[tuple[str, int, bool]] = []
        self.feed(markup)
        self.close()
        self.odd += [f"<{name}> is never closed" for name, _, _ in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if not set(given) <= ALLOWED.get(tag, set()) or tag not in ALLOWED:
            self.odd.append(f"<{tag} {given}>")
        self._button |= tag == "p" and given.get("class") == "buttons"
        ours = (given.get("href") or "").startswith("/?line=")
        if ours:
            self.links.append(unquote((given["href"] or "").removeprefix("/?line=")))
        if tag != "hr":
            self._open.append((tag, len(self.text), ours))

    def handle_endtag(self, tag: str) -> None:
        opened, at, ours = self._open.pop()
        if opened != tag:
            self.odd.append(f"</{tag}> closes <{opened}>")
        if tag == "p":
            self._button = False
        if tag in KINDS and not ours and not self._button:
            self.alive.add((KINDS[tag], self.text[at:]))

    def handle_data(self, data: str) -> None:
        self.text += data


class TestDrawing(DrawingContract):
    platform = "html"

    def draw(self, reply: Reply) -> list[Any]:
        return [str(render(reply, lambda line: f"/?line={quote(str(line))}"))]

    def visible(self, native: Any) -> str:
        return _Reader(native).text

    def alive(self, native: Any) -> set[tuple[str, str]]:
        """Code is how a line is shown and how a word is set in code; both stay text."""
        return {one for one in _Reader(native).alive if one[0] != "command"}

    def problems(self, native: Any) -> list[str]:
        return _Reader(native).odd

    def lines(self, native: Any) -> list[CommandLine]:
        return [parse(line) for line in _Reader(native).links]

    def show(self, line: CommandLine) -> str:
        return str(line)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_looks_like_markup_stays_text(name: str) -> None:
    text = HOSTILE[name]
    drawn = _Reader(str(render(Reply((Quote(text, spans(text)),)), lambda _: None)))
    assert drawn.text == f"{text}— {text}"
    assert (drawn.odd, drawn.alive) == ([], set())


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "/\\evil.example", ""]
)
def test_an_address_that_is_no_page_becomes_no_link(address: str) -> None:
    blocks = (Paragraph((Span("here", href=address),)), Buttons((Link("there", address),)))
    markup = str(render(Reply(blocks), lambda _: None))
    assert "<a" not in markup
    assert "here" in markup
    assert "there" in markup
