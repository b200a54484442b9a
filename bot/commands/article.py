"""`article`: one article, or all of them to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.quote import LOOK, nothing_found
from bot.commands.registry import command
from bot.commands.request import Request
from bot.commands.result_list import open_result, result_item
from bot.core.command_line import CommandLine
from bot.core.reply import (
    Act,
    Button,
    Buttons,
    Heading,
    Reply,
)
from bot.core.text import undo_typography
from bot.library.cards import article_blocks
from bot.library.documents import item_id
from bot.library.models.entries import Article
from bot.library.search import Confidence


@command(
    "article",
    "articles",
    "文章",
    examples=(("article silicon valley", "文章 硅谷疯了"),),
)
async def article(request: Request) -> Reply:
    library = request.edition.library
    if not request.args:
        return _all_articles(request)
    named = undo_typography(request.args).lower()
    request.refuse_withdrawn(named)
    if one := library.articles.get(named):
        return _show(request, one)
    titled = library.titled(request.args)
    if topic := library.topic_of(request.args):
        filed = library.articles_of(topic.slug)
        if not titled or library.names_topic(request.args):
            return _all_articles(request, filed)
    found = titled or await _meant(request)
    if not found:
        raise nothing_found(request)
    return _show(request, found[0]) if len(found) == 1 else _all_articles(request, found)


async def _meant(request: Request) -> Sequence[Article]:
    """The article that the words are surely about, else all that they might be about; a quotation
    or a fact stands for the article that it is from."""
    library, finding = request.edition.library, await request.edition.find(request.args, LOOK)
    known = {item_id(one): one for one in library.articles.values()}
    for held in (library.quotes, library.facts):
        known |= {item_id(one): library.article_of(one) for one in held.values()}
    found = {known[hit.id].id: known[hit.id] for hit in finding.hits if hit.id in known}
    return list(found.values())[: 1 if finding.sure is Confidence.SURE else None]


def _all_articles(request: Request, some: Sequence[Article] | None = None) -> Reply:
    found = list(request.edition.library.articles.values()) if some is None else some
    items = [result_item(request, n, one) for n, one in enumerate(found, 1)]
    acts = tuple(open_result(n, one) for n, one in enumerate(found, 1))
    return Reply((Heading(request.say("article.all")), *items, Buttons(acts)))


def _show(request: Request, one: Article) -> Reply:
    quotes = one.quotes
    row: list[Button] = []
    if quotes:
        row.append(request.act("button.quotes_count", "quote", one.id, count=str(len(quotes))))
    known = request.edition.library.topics
    row += [Act(request.voice.read(known[t].name), CommandLine("quote", t)) for t in one.topics]
    row.append(request.share(CommandLine("article", one.id)))
    return Reply((*article_blocks(one, request.voice), Buttons(tuple(row))))
