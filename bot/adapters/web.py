"""A reply as HTML: one more platform, which cannot be asked, only read.

A button whose line has a page becomes a link to it; any other is shown as a line to type, so that
no button is dead. Every text is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias, assert_never

from bot.core.command_line import CommandLine
from bot.core.markup import Html, joined, tag, text
from bot.core.plain_text import ShowLine, unfold
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
    Span,
    Spans,
)
from bot.core.text import is_chinese

PathOf: TypeAlias = "Callable[[CommandLine], str | None]"
"""The page of what a line answers, `None` for a line that has none."""

_CHINESE = "zh-Hans"


def render(
    reply: Reply,
    path_of: PathOf,
    *,
    show: ShowLine = str,
    chinese: str = _CHINESE,
    root: str = "",
) -> Html:
    """The blocks as HTML without a page around them. The first heading is the page's own (`h1`).
    `chinese` is the script of texts that hold any Han character, for fonts and screen readers.
    `root` is the path below which all pages stand."""
    return joined(_Drawing(path_of, show, chinese, root).draw(reply.blocks))


class _Drawing:
    def __init__(self, path_of: PathOf, show: ShowLine, chinese: str, root: str) -> None:
        self._path_of, self._show, self._chinese, self._root = path_of, show, chinese, root
        self._headings = 0

    def draw(self, blocks: Sequence[Block]) -> Iterator[Html]:
        """Items that follow each other are one list."""
        items: list[Html] = []
        for block in blocks:
            if isinstance(block, Item):
                items.append(self._item(block))
                continue
            if items:
                yield tag("ul", *items)
                items = []
            yield from self._block(block)
        if items:
            yield tag("ul", *items)

    def _block(self, block: Block) -> Iterator[Html]:
        match block:
            case Heading():
                self._headings += 1
                head = "h1" if self._headings == 1 else "h2"
                yield tag(head, text(block.text), lang=self._language(block.text))
            case Paragraph(spans=line):
                yield tag("p", self._line(line), lang=self._language_of(line))
            case Quote():
                yield self._quote(block)
            case Item():
                yield tag("ul", self._item(block))
            case Footnote(spans=line):
                yield tag("p", self._line(line), class_="note", lang=self._language_of(line))
            case Divider():
                yield tag("hr")
            case File():
                yield tag("pre", text(block.text))
            case Buttons(row=row):
                yield tag("p", *map(self._spaced, row), class_="buttons")
            case Pager():
                yield self._pager(block)
            case Form():
                yield from self.draw(unfold(block))
            case _:
                assert_never(block)

    def _quote(self, block: Quote) -> Html:
        words = tag("blockquote", text(block.text), lang=self._language(block.text))
        if not block.byline:
            return tag("figure", words)
        language = self._language_of(block.byline)
        by = tag("figcaption", text("— "), self._line(block.byline), lang=language)
        return tag("figure", words, by)

    def _item(self, block: Item) -> Html:
        title = tag("div", self._line(block.title), lang=self._language_of(block.title))
        if not block.note:
            return tag("li", title)
        language = self._language_of(block.note)
        return tag("li", title, tag("div", self._line(block.note), class_="note", lang=language))

    def _spaced(self, button: Button) -> Html:
        return joined((self._button(button), text(" ")))

    def _button(self, button: Button) -> Html:
        match button:
            case Link(label=label, url=url):
                return self._link(text(label), url)
            case Act(label=label, line=line) | Share(label=label, line=line):
                return self._to(label, line)
            case PickRoom(label=label, line=line):
                return self._to(label, line)
            case _:
                assert_never(button)

    def _pager(self, block: Pager) -> Html:
        near = ((block.page - 1, "‹"), (block.page + 1, "›"))
        links = [
            self._spaced(Act(f"{sign} {n}/{block.pages}", block.line.on_page(n)))
            for n, sign in near
            if 1 <= n <= block.pages
        ]
        return tag("p", *links, class_="buttons")

    def _to(self, label: str, line: CommandLine) -> Html:
        if path := self._path_of(line):
            return tag("a", text(label), href=self._root + path)
        return tag("span", text(f"{label}: "), tag("code", text(self._show(line))))

    def _line(self, line: Spans) -> Html:
        return joined(map(self._span, line))

    def _span(self, span: Span) -> Html:
        if span.command:
            typed = tag("code", text(self._show(span.command)))
            path = self._path_of(span.command)
            return tag("a", typed, href=self._root + path) if path else typed
        inner = text(span.text)
        inner = tag("code", inner) if span.code else inner
        inner = tag("strong", inner) if span.bold else inner
        return self._link(inner, span.href) if span.href else inner

    def _link(self, label: Html, address: str) -> Html:
        """A link to a page of the web or of ours; the words alone for any other scheme."""
        if address.startswith(("https://", "http://")):
            return tag("a", label, href=address, rel="noopener noreferrer")
        if not _is_ours(address):
            return tag("span", label)
        return tag("a", label, href=self._root + address)

    def _language_of(self, line: Spans) -> str:
        return self._language("".join(span.text for span in line))

    def _language(self, text: str) -> str:
        return self._chinese if is_chinese(text) else "en"


def _is_ours(address: str) -> bool:
    return address.startswith("/") and not address.startswith(("//", "/\\"))
