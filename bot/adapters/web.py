"""A reply as HTML: one more platform, which cannot be asked, only read.

A button whose line has a page becomes a link to it; any other is shown as a line to type, so that
no button is dead. Every text is escaped by htpy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias, assert_never

import htpy as h
from markupsafe import Markup

from bot.core.command_line import CommandLine
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
) -> Markup:
    """The blocks as HTML without a page around them. The first heading is the page's own (`h1`).
    `chinese` is the script of texts that hold any Han character, for fonts and screen readers.
    `root` is the path below which all pages stand."""
    return Markup("").join(_Drawing(path_of, show, chinese, root).draw(reply.blocks))


class _Drawing:
    def __init__(self, path_of: PathOf, show: ShowLine, chinese: str, root: str) -> None:
        self._path_of, self._show, self._chinese, self._root = path_of, show, chinese, root
        self._headings = 0

    def draw(self, blocks: Sequence[Block]) -> Iterator[Markup]:
        """Items that follow each other are one list."""
        items: list[h.Element] = []
        for block in blocks:
            if isinstance(block, Item):
                items.append(self._item(block))
                continue
            if items:
                yield _html(h.ul[items])
                items = []
            yield from self._block(block)
        if items:
            yield _html(h.ul[items])

    def _block(self, block: Block) -> Iterator[Markup]:
        match block:
            case Heading(text=text):
                self._headings += 1
                head = h.h1 if self._headings == 1 else h.h2
                yield _html(head(lang=self._language(text))[text])
            case Paragraph(spans=line):
                yield _html(h.p(lang=self._language_of(line))[self._line(line)])
            case Quote():
                yield _html(self._quote(block))
            case Item():
                yield _html(h.ul[self._item(block)])
            case Footnote(spans=line):
                yield _html(h.p(".note", lang=self._language_of(line))[self._line(line)])
            case Divider():
                yield _html(h.hr)
            case File(text=text):
                yield _html(h.pre[text])
            case Buttons(row=row):
                yield _html(h.p(".buttons")[[[self._button(one), " "] for one in row]])
            case Pager():
                yield _html(self._pager(block))
            case Form():
                yield from self.draw(unfold(block))
            case _:
                assert_never(block)

    def _quote(self, block: Quote) -> h.Element:
        by = h.figcaption(lang=self._language_of(block.byline))["— ", self._line(block.byline)]
        words = h.blockquote(lang=self._language(block.text))[block.text]
        return h.figure[words, by if block.byline else None]

    def _item(self, block: Item) -> h.Element:
        note = h.div(".note", lang=self._language_of(block.note))[self._line(block.note)]
        title = h.div(lang=self._language_of(block.title))[self._line(block.title)]
        return h.li[title, note if block.note else None]

    def _button(self, button: Button) -> h.Node:
        match button:
            case Link(label=label, url=url):
                return self._link(label, url)
            case Act(label=label, line=line) | Share(label=label, line=line):
                return self._to(label, line)
            case PickRoom(label=label, line=line):
                return self._to(label, line)
            case _:
                assert_never(button)

    def _pager(self, block: Pager) -> h.Element:
        near = ((block.page - 1, "‹"), (block.page + 1, "›"))
        links = [
            [self._to(f"{sign} {n}/{block.pages}", block.line.on_page(n)), " "]
            for n, sign in near
            if 1 <= n <= block.pages
        ]
        return h.p(".buttons")[links]

    def _to(self, label: str, line: CommandLine) -> h.Node:
        if path := self._path_of(line):
            return h.a(href=self._root + path)[label]
        return h.span[f"{label}: ", h.code[self._show(line)]]

    def _line(self, line: Spans) -> list[h.Node]:
        return [self._span(span) for span in line]

    def _span(self, span: Span) -> h.Node:
        if span.command:
            typed = h.code[self._show(span.command)]
            path = self._path_of(span.command)
            return h.a(href=self._root + path)[typed] if path else typed
        inner: h.Node = h.code[span.text] if span.code else span.text
        inner = h.strong[inner] if span.bold else inner
        return self._link(inner, span.href) if span.href else inner

    def _link(self, label: h.Node, address: str) -> h.Node:
        """A link to a page of the web or of ours; the words alone for any other scheme."""
        if address.startswith(("https://", "http://")):
            return h.a(href=address, rel="noopener noreferrer")[label]
        return h.a(href=self._root + address)[label] if _is_ours(address) else h.span[label]

    def _language_of(self, line: Spans) -> str:
        return self._language("".join(span.text for span in line))

    def _language(self, text: str) -> str:
        return self._chinese if is_chinese(text) else "en"


def _is_ours(address: str) -> bool:
    return address.startswith("/") and not address.startswith(("//", "/\\"))


def _html(element: h.Element | h.VoidElement) -> Markup:
    return Markup(str(element))  # noqa: S704 - htpy has escaped every text in it
