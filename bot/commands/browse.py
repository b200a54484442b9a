"""`search`, `article`, `topics`: the ways through the library."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.quote import LOOK, nothing_found
from bot.commands.registry import command
from bot.commands.request import Request
from bot.core.command import Line
from bot.core.errors import BadArgument
from bot.core.reply import (
    Act,
    Block,
    Button,
    Buttons,
    Heading,
    Item,
    Pager,
    Reply,
    Share,
    Span,
    spans,
)
from bot.core.text import cut
from bot.library.cards import article_blocks, byline, date_of, title_of
from bot.library.documents import item_id
from bot.library.models import Article, Quote

PER_PAGE = 5
"""Results on a page: what fits a phone's screen."""

_SHOWN = 90
"""Characters of a quotation in a list."""


@command(
    "search",
    "s",
    "find",
    "搜索",
    "搜尋",
    "查找",
    examples=(("search two years 20 years", "搜索 两年跑完20年"),),
)
async def search(ask: Request) -> Reply:
    if not ask.args:
        raise BadArgument("search.empty", offers=[Line("search", "layoffs"), Line("topics")])
    found = _results(ask)
    if not found:
        raise nothing_found(ask)
    pages = -(-len(found) // PER_PAGE)
    page = min(ask.line.page, pages)
    shown = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    first = (page - 1) * PER_PAGE + 1
    words = cut(ask.args, 60)
    blocks: list[Block] = [Heading(ask.say("search.title", words=words, count=str(len(found))))]
    blocks += [_item(ask, n, one) for n, one in enumerate(shown, first)]
    blocks.append(Buttons(tuple(_open(n, one) for n, one in enumerate(shown, first))))
    if pages > 1:
        blocks.append(Pager(page, pages, Line("search", ask.args)))
    return Reply(tuple(blocks), replaces=pages > 1)


@command(
    "article",
    "a",
    "文章",
    examples=(("article silicon valley", "文章 硅谷疯了"),),
)
async def article(ask: Request) -> Reply:
    library = ask.edition.library
    if not ask.args:
        return _all_articles(ask)
    if one := library.articles.get(ask.args.lower()):
        return _show(ask, one)
    if topic := library.topic_of(ask.args):
        return _all_articles(ask, library.articles_of(topic.slug))
    found = [one for one in _results(ask) if isinstance(one, Article)]
    if not found:
        raise nothing_found(ask)
    return _show(ask, found[0])


@command("topics", "topic", "t", "话题", "話題", examples=(("topics", "话题"),))
async def topics(ask: Request) -> Reply:
    library = ask.edition.library
    items, acts = [], []
    for topic in library.topics.values():
        name, count = ask.voice.read(topic.name), len(library.quotes_of(topic.slug))
        note = ask.say("topics.note", about=ask.voice.read(topic.description), count=str(count))
        items.append(Item((Span(name, bold=True),), spans(note)))
        if count:
            acts.append(Act(name, Line("quote", topic.slug)))
    how = Item(ask.spans("topics.how", line=Span(command=Line("subscribe", "layoffs"))))
    return Reply((Heading(ask.say("topics.title")), *items, how, Buttons(tuple(acts))))


def _results(ask: Request) -> list[Quote | Article]:
    """Articles and quotes for the words, best first; a topic gives all that is filed under it."""
    library = ask.edition.library
    if topic := library.topic_of(ask.args):
        return [*library.quotes_of(topic.slug), *library.articles_of(topic.slug)]
    known: dict[str, Quote | Article] = {item_id(q): q for q in library.quotes.values()}
    known |= {item_id(a): a for a in library.articles.values()}
    return [known[hit.id] for hit in ask.edition.look(ask.args, LOOK).hits if hit.id in known]


def _item(ask: Request, number: int, one: Quote | Article) -> Item:
    if isinstance(one, Quote):
        text = cut(ask.voice.script(one.text), _SHOWN)
        return Item(spans(f"{number}. ", text), spans(byline(one, ask.voice)))
    kind = ask.say("search.article", date=date_of(one, ask.voice))
    return Item(spans(f"{number}. ", Span(title_of(one, ask.voice), bold=True)), spans(kind))


def _open(number: int, one: Quote | Article) -> Act:
    return Act(str(number), Line("quote" if isinstance(one, Quote) else "article", one.id))


def _all_articles(ask: Request, some: Sequence[Article] | None = None) -> Reply:
    found = list(ask.edition.library.articles.values()) if some is None else some
    items = [_item(ask, n, one) for n, one in enumerate(found, 1)]
    acts = tuple(_open(n, one) for n, one in enumerate(found, 1))
    return Reply((Heading(ask.say("article.all")), *items, Buttons(acts)))


def _show(ask: Request, one: Article) -> Reply:
    quotes = one.quotes
    row: list[Button] = []
    if quotes:
        row.append(ask.act("button.quotes_count", "quote", one.id, count=str(len(quotes))))
    known = ask.edition.library.topics
    row += [Act(ask.voice.read(known[t].name), Line("quote", t)) for t in one.topics]
    row.append(Share(ask.say("button.share"), Line("article", one.id)))
    return Reply((*article_blocks(one, ask.voice), Buttons(tuple(row))))
