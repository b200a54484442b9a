"""`search`: everything that fits some words, page by page."""

from __future__ import annotations

from bot.commands.quote import LOOK, nothing_found
from bot.commands.registry import command
from bot.commands.request import Request, how_to_type
from bot.commands.result_list import open_result, result_item
from bot.core.command_line import CommandLine
from bot.core.errors import BadArgument
from bot.core.reply import (
    Block,
    Buttons,
    Heading,
    Pager,
    Reply,
)
from bot.core.text import cut
from bot.library.documents import item_id
from bot.library.models.entries import Article, QuoteEntry

PER_PAGE = 5
"""Results on a page: what fits a phone's screen."""


_WAYS = (CommandLine("topics"), CommandLine("help"))


@command(
    "search",
    "s",
    "find",
    "搜索",
    "搜尋",
    "查找",
    examples=(("search two years 20 years", "搜索 两年跑完20年"),),
)
async def search(request: Request) -> Reply:
    if not request.args:
        raise BadArgument(
            "search.empty", line=how_to_type("search layoffs", "搜索 裁员"), offers=_WAYS
        )
    found = _results(request)
    if not found:
        raise nothing_found(request)
    pages = -(-len(found) // PER_PAGE)
    page = min(request.line.page, pages)
    shown = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    first = (page - 1) * PER_PAGE + 1
    words = cut(request.args, 60)
    blocks: list[Block] = [Heading(request.say("search.title", words=words, count=str(len(found))))]
    blocks += [result_item(request, n, one) for n, one in enumerate(shown, first)]
    blocks.append(Buttons(tuple(open_result(n, one) for n, one in enumerate(shown, first))))
    if pages > 1:
        blocks.append(Pager(page, pages, CommandLine("search", request.args)))
    return Reply(tuple(blocks), replaces=pages > 1)


def _results(request: Request) -> list[QuoteEntry | Article]:
    """Articles and quotes for the words, best first; a topic gives all that is filed under it."""
    library = request.edition.library
    if topic := library.topic_of(request.args):
        return [*library.quotes_of(topic.slug), *library.articles_of(topic.slug)]
    known: dict[str, QuoteEntry | Article] = {item_id(q): q for q in library.quotes.values()}
    known |= {item_id(a): a for a in library.articles.values()}
    return [
        known[hit.id] for hit in request.edition.look(request.args, LOOK).hits if hit.id in known
    ]
