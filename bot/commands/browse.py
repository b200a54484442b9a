"""`search`, `article`, `topics`: the ways through the library."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bot.commands.quote import LOOK, nothing_found
from bot.commands.registry import command
from bot.commands.request import Request, typed
from bot.core.command_line import CommandLine
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
    Spans,
    spans,
)
from bot.core.text import cut
from bot.library.cards import article_blocks, byline, date_of, title_of
from bot.library.documents import item_id
from bot.library.models.entries import Article, QuoteEntry, Topic
from bot.library.search import Sureness

PER_PAGE = 5
"""Results on a page: what fits a phone's screen."""

_WAYS = (CommandLine("topics"), CommandLine("help"))

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
        raise BadArgument("search.empty", line=typed("search layoffs", "搜索 裁员"), offers=_WAYS)
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
        blocks.append(Pager(page, pages, CommandLine("search", ask.args)))
    return Reply(tuple(blocks), replaces=pages > 1)


@command(
    "article",
    "articles",
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
    found = _meant(ask)
    if not found:
        raise nothing_found(ask)
    return _show(ask, found[0]) if len(found) == 1 else _all_articles(ask, found)


@command(
    "topics",
    "topic",
    "话题",
    "話題",
    examples=(("topics", "话题"), ("topic talent wars", "话题 抢人大战")),
)
async def topics(ask: Request) -> Reply:
    if ask.args:
        return _topic(ask)
    library = ask.edition.library
    items = [_about(ask, topic) for topic in library.topics.values()]
    acts = [
        Act(ask.voice.read(topic.name), CommandLine("topics", topic.slug))
        for topic in library.topics.values()
    ]
    how = Item(ask.spans("topics.how", line=typed("subscribe layoffs", "订阅 裁员")))
    return Reply((Heading(ask.say("topics.title")), *items, how, Buttons(tuple(acts))))


def _topic(ask: Request) -> Reply:
    """What there is on one topic, and the ways to it."""
    topic = ask.edition.library.topic_of(ask.args)
    if topic is None:
        raise nothing_found(ask)
    slug, library = topic.slug, ask.edition.library
    row: list[Button] = []
    if count := len(library.quotes_of(slug)):
        row.append(ask.act("button.quotes_count", "quote", slug, count=str(count)))
    if count := len(library.articles_of(slug)):
        row.append(ask.act("button.articles_count", "article", slug, count=str(count)))
    row.append(ask.act("button.subscribe", "subscribe", slug))
    return Reply((_about(ask, topic), Buttons(tuple(row))))


def _about(ask: Request, topic: Topic) -> Item:
    count = str(len(ask.edition.library.quotes_of(topic.slug)))
    note = ask.spans("topics.note", about=lambda voice: voice.read(topic.description), count=count)
    return Item((Span(ask.voice.read(topic.name), bold=True),), note)


def _results(ask: Request) -> list[QuoteEntry | Article]:
    """Articles and quotes for the words, best first; a topic gives all that is filed under it."""
    library = ask.edition.library
    if topic := library.topic_of(ask.args):
        return [*library.quotes_of(topic.slug), *library.articles_of(topic.slug)]
    known: dict[str, QuoteEntry | Article] = {item_id(q): q for q in library.quotes.values()}
    known |= {item_id(a): a for a in library.articles.values()}
    return [known[hit.id] for hit in ask.edition.look(ask.args, LOOK).hits if hit.id in known]


def _meant(ask: Request) -> Sequence[Article]:
    """The article that the words are surely about, else all that they might be about; a quotation
    stands for the article that it is from."""
    library, finding = ask.edition.library, ask.edition.look(ask.args, LOOK)
    known = {item_id(one): one for one in library.articles.values()}
    known |= {item_id(one): library.article_of(one) for one in library.quotes.values()}
    found = {known[hit.id].id: known[hit.id] for hit in finding.hits if hit.id in known}
    return list(found.values())[: 1 if finding.sure is Sureness.SURE else None]


def _item(ask: Request, number: int, one: QuoteEntry | Article) -> Item:
    if isinstance(one, QuoteEntry):
        text = cut(ask.voice.script(one.text), _SHOWN)
        return Item(spans(f"{number}. ", text), spans(byline(one, ask.voice), *_id(one)))
    kind = ask.spans("search.article", date=partial(date_of, one))
    title = Span(title_of(one, ask.voice), bold=True)
    return Item(spans(f"{number}. ", title), (*kind, *_id(one)))


def _id(one: QuoteEntry | Article) -> Spans:
    """What `report` asks for."""
    return spans(" · ", Span(one.id, code=True))


def _open(number: int, one: QuoteEntry | Article) -> Act:
    verb = "quote" if isinstance(one, QuoteEntry) else "article"
    return Act(str(number), CommandLine(verb, one.id))


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
    row += [Act(ask.voice.read(known[t].name), CommandLine("quote", t)) for t in one.topics]
    row.append(Share(ask.say("button.share"), CommandLine("article", one.id)))
    return Reply((*article_blocks(one, ask.voice), Buttons(tuple(row))))
