"""Articles and quotes as a numbered list, each with the button that opens it."""

from __future__ import annotations

from functools import partial

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
from bot.library.cards import byline, date_of, title_of
from bot.library.models.entries import Article, QuoteEntry

_SHOWN = 90
"""Characters of a quotation in a list."""


def result_item(request: Request, number: int, one: QuoteEntry | Article) -> Item:
    if isinstance(one, QuoteEntry):
        text = cut(request.voice.script(one.text), _SHOWN)
        return Item(spans(f"{number}. ", text), spans(byline(one, request.voice), *_id(one)))
    kind = request.spans("search.article", date=partial(date_of, one))
    title = Span(title_of(one, request.voice), bold=True)
    return Item(spans(f"{number}. ", title), (*kind, *_id(one)))


def _id(one: QuoteEntry | Article) -> Spans:
    """What `report` asks for."""
    return spans(" · ", Span(one.id, code=True))


def open_result(number: int, one: QuoteEntry | Article) -> Act:
    verb = "quote" if isinstance(one, QuoteEntry) else "article"
    return Act(str(number), CommandLine(verb, one.id))
