"""`search`: everything that fits some words, page by page."""

from __future__ import annotations

from bot.commands.quote import LOOK, entries_by_item, nothing_found
from bot.commands.registry import command
from bot.commands.request import Request, how_to_type
from bot.commands.result_list import Result, open_result, result_item
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
from bot.library.search import Reason

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
    found = await search_results(request, request.args)
    if not found:
        raise nothing_found(request)
    pages = -(-len(found) // PER_PAGE)
    page = min(request.line.page, pages)
    shown = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    first = (page - 1) * PER_PAGE + 1
    words = cut(request.args, 60)
    blocks: list[Block] = [Heading(request.say("search.title", words=words, count=str(len(found))))]
    numbered = list(enumerate(shown, first))
    blocks += [result_item(request, n, one, by_sense=sense) for n, (one, sense) in numbered]
    blocks.append(Buttons(tuple(open_result(n, one) for n, (one, _) in numbered)))
    if pages > 1:
        blocks.append(Pager(page, pages, CommandLine("search", request.args)))
    return Reply(tuple(blocks), replaces=pages > 1)


async def search_results(request: Request, words: str) -> list[tuple[Result, bool]]:
    """Quotes, facts and articles for these words, best first, each with whether it was found by
    sense alone; a topic gives all that is on it."""
    library = request.edition.library
    if topic := library.topic_of(words):
        filed = (library.quotes_of, library.facts_of, library.articles_of)
        return [(one, False) for of in filed for one in of(topic.slug)]
    known = entries_by_item(library)
    hits = (await request.edition.find(words, LOOK)).hits
    return [(known[hit.id], hit.reason is Reason.SENSE) for hit in hits if hit.id in known]
