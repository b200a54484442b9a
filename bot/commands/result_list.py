"""Articles and quotes as a numbered list, each with the button that opens it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TypeAlias

from bot.commands.request import Request
from bot.core.command_line import CommandLine
from bot.core.reply import (
    Act,
    Item,
    Span,
    Spans,
    spans,
)
from bot.core.text import cut
from bot.library.cards import byline, date_of, quote_line, title_of
from bot.library.models.entries import Article, FactEntry, QuoteEntry

_SHOWN = 90
"""Characters of a quotation in a list."""


Result: TypeAlias = QuoteEntry | FactEntry | Article


def result_item(request: Request, number: int, one: Result, *, by_sense: bool = False) -> Item:
    """One line of a list. `by_sense`: nothing of the words stands there, only their meaning."""
    item = _item(request, number, one)
    if by_sense:
        return replace(item, note=(*item.note, *request.spans("search.by_sense")))
    return item


def _item(request: Request, number: int, one: Result) -> Item:
    text = told_in_a_list(request, one)
    if isinstance(one, QuoteEntry):
        return Item(spans(f"{number}. ", text), spans(byline(one, request.voice), *_id(one)))
    if isinstance(one, FactEntry):
        return Item(spans(f"{number}. ", text), (*request.spans("search.fact"), *_id(one)))
    kind = request.spans("search.article", date=partial(date_of, one))
    title = Span(title_of(one, request.voice), bold=True)
    return Item(spans(f"{number}. ", title), (*kind, *_id(one)))


def told_in_a_list(request: Request, one: Result) -> str:
    """A quotation, a fact or a title, in the reader's language, cut to a line or two."""
    if isinstance(one, QuoteEntry):
        return cut(quote_line(one, request.voice), _SHOWN)
    text = (
        title_of(one, request.voice) if isinstance(one, Article) else request.voice.read(one.text)
    )
    return cut(text, _SHOWN)


def _id(one: Result) -> Spans:
    """What `report` asks for."""
    return spans(" · ", Span(one.id, code=True))


def open_result(number: int, one: Result) -> Act:
    verb = "quote" if isinstance(one, QuoteEntry) else "fact"
    verb = "article" if isinstance(one, Article) else verb
    return Act(str(number), CommandLine(verb, one.id))
