"""`quote`: a random one, one by topic, by id, or by whatever of it somebody remembers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from bot.commands.registry import command
from bot.commands.request import Request
from bot.core.command_line import CommandLine
from bot.core.errors import NothingFound
from bot.core.reply import (
    Act,
    Block,
    Button,
    Buttons,
    Card,
    Item,
    Pager,
    Paragraph,
    Reply,
    Span,
    spans,
)
from bot.core.text import cut, undo_typography
from bot.digest.daily import quote_of_the_day
from bot.library.cards import byline, fact_label, quote_blocks, quote_label, quote_line, title_of
from bot.library.documents import item_id
from bot.library.library import Library
from bot.library.models.entries import Article, FactEntry, QuoteEntry, Topic
from bot.library.search import Confidence, Reason, SearchResult

LOOK = 50
"""Hits asked of the index: as many as Telegram shows inline."""

TIE = 0.01
"""Scores (0 to 1) that are closer say the same."""

OFFERED = 3
"""Buttons under "did you mean"."""

_TODAY = ("today", "day", "今日", "今天", "每日")


@command(
    "quote",
    "q",
    "语录",
    "語錄",
    "引语",
    "引語",
    examples=(("quote 996", "语录 996"), ("quote layoffs", "语录 裁员"), ("quote", "语录")),
)
async def quote(request: Request) -> Reply:
    library = request.edition.library
    if not request.args:
        return await _random(request)
    if request.args.lower() in _TODAY:
        return _show(request, [quote_of_the_day(library, request.services.now().date())])
    named = undo_typography(request.args).lower()
    if one := library.quotes.get(named):
        return _show(request, [one])
    request.refuse_withdrawn(named)
    if article := library.articles.get(named):
        return _of_article(request, article)
    if topic := library.topic_of(request.args):
        return _by_topic(request, topic)
    return _looked_up(request, await request.edition.find(request.args, LOOK))


def cards_for(request: Request, offset: int, limit: int) -> tuple[Card, ...]:
    """Quotes for words (or the day's first, for none) as ready cards; see `Handle.cards`."""
    found = _matching(request) if request.args else _from_today(request)
    return tuple(_card(request, one) for one in found[offset : offset + limit])


async def _random(request: Request) -> Reply:
    library = request.edition.library
    drawn = await request.services.shuffle.draw(
        request.command.at, request.command.kind, library.quotes
    )
    return _show(request, [library.quotes[drawn]], again=CommandLine("quote"))


def _by_topic(request: Request, topic: Topic) -> Reply:
    library = request.edition.library
    found: Sequence[QuoteEntry] = library.quotes_of(topic.slug)
    if not library.names_topic(request.args):
        found = _closest_first(request, found)
    if not found:
        buttons = topic_buttons(request)
        raise NothingFound(
            "quote.topic_empty", topic=lambda voice: voice.read(topic.name), buttons=buttons
        )
    return _show(request, found)


def _closest_first(request: Request, found: Sequence[QuoteEntry]) -> list[QuoteEntry]:
    """For an alias that is also a word: quotes that hold it, on the topic or not, then those whose
    article's title does, then the rest of the topic."""
    library = request.edition.library
    titled = library.titled(request.args)
    ordered = sorted(found, key=lambda one: library.article_of(one) not in titled)
    return list({one.id: one for one in (*library.quotes_with(request.args), *ordered)}.values())


def _of_article(request: Request, article: Article) -> Reply:
    if not article.quotes:
        button = request.act("button.article", "article", article.id)
        raise NothingFound(
            "quote.article_empty", title=partial(title_of, article), buttons=[button]
        )
    return _show(request, article.quotes)


def _looked_up(request: Request, finding: SearchResult) -> Reply:
    quotes = _quotes(request, finding)
    articles = _articles(request, finding)
    if not finding.hits:
        raise nothing_found(request)
    if finding.sure is Confidence.SURE and _as_good(request, finding):
        return _show(request, quotes)
    if finding.sure is Confidence.SURE and articles and not _facts(request, finding):
        return _only_article(request, articles[0])
    if finding.hits[0].reason is Reason.SENSE:
        return _offered(request, finding, "quote.by_sense")
    if not quotes and _facts(request, finding):
        return _offered(request, finding, "quote.in_facts")
    if len(quotes) == 1 and finding.hits[0].id == item_id(quotes[0]):
        return replace(_perhaps(request, quotes[0]), reason=finding.hits[0].reason.value)
    return _offered(request, finding, "quote.did_you_mean")


def _as_good(request: Request, finding: SearchResult) -> bool:
    """Whether a quote fits as well as the best hit: who asks for a quote wants no article then."""
    ids = {item_id(one) for one in request.edition.library.quotes.values()}
    best = finding.hits[0].score
    return any(hit.id in ids and hit.score >= best - TIE for hit in finding.hits)


def _perhaps(request: Request, one: QuoteEntry) -> Reply:
    """One candidate that is not sure: its card says more than a question about it."""
    lead = Paragraph(request.spans("quote.perhaps", words=Span(cut(request.args, 60), bold=True)))
    shown = _show(request, [one])
    return replace(shown, blocks=(lead, *shown.blocks), sure=False)


def _only_article(request: Request, article: Article) -> Reply:
    """No quotation has these words, but an article does: offer it and what is said in it."""
    sentence = request.spans(
        "quote.in_article", title=lambda voice: Span(title_of(article, voice), bold=True)
    )
    row: list[Button] = [request.act("button.article", "article", article.id)]
    if article.quotes:
        row.append(request.act("button.quotes", "quote", article.id))
    return Reply((Paragraph(sentence), Buttons(tuple(row))))


def _offered(request: Request, finding: SearchResult, lead: str) -> Reply:
    """The likeliest entries to choose from, each told in full: what was meant is not certain."""
    words = Span(cut(request.args, 60), bold=True)
    known = entries_by_item(request.edition.library)
    found = [known[hit.id] for hit in finding.hits if hit.id in known][:OFFERED]
    items = [_offer(request, one) for one in found]
    row = Buttons(tuple(_opener(request, one) for one in found))
    told = Paragraph(request.spans(lead, words=words))
    return Reply((told, *items, row), sure=False, reason=finding.hits[0].reason.value)


def _offer(request: Request, one: QuoteEntry | FactEntry | Article) -> Item:
    if isinstance(one, QuoteEntry):
        text = quote_line(one, request.voice)
        return Item(spans("• ", text), spans(byline(one, request.voice)))
    if isinstance(one, FactEntry):
        return Item(spans("• ", request.voice.read(one.text)))
    return Item(spans("• ", title_of(one, request.voice)))


def _opener(request: Request, one: QuoteEntry | FactEntry | Article) -> Act:
    if isinstance(one, QuoteEntry):
        return Act(quote_label(one, request.voice), CommandLine("quote", one.id))
    if isinstance(one, FactEntry):
        return Act(fact_label(one, request.voice), CommandLine("fact", one.id))
    return Act(cut(title_of(one, request.voice), 28), CommandLine("article", one.id))


def entries_by_item(library: Library) -> Mapping[str, QuoteEntry | FactEntry | Article]:
    """Everything that is served, by the id under which the lookup finds it."""
    return {**library.entries, **{item_id(one): one for one in library.articles.values()}}


def nothing_found(request: Request) -> NothingFound:
    """An honest nothing, with topics that are near, or what people most often want next."""
    words = Span(cut(request.args, 60), bold=True)
    library = request.edition.library
    if any(library.quotes_of(t.slug) for t in library.nearest_topics(request.args, OFFERED)):
        return NothingFound("error.nothing_found", words=words, buttons=topic_buttons(request))
    ways = (
        request.act("button.random", "quote"),
        request.act("button.topics", "topics"),
        request.act("button.help", "help"),
    )
    return NothingFound("error.nothing_near", words=words, buttons=ways)


def topic_buttons(request: Request) -> tuple[Button, ...]:
    """The three topics that look most like the words (else those with most to say), and something
    at random."""
    library = request.edition.library
    rich = sorted(library.topics.values(), key=lambda topic: -len(library.quotes_of(topic.slug)))
    near = [t for t in library.nearest_topics(request.args, OFFERED) if library.quotes_of(t.slug)]
    near = near or rich
    acts = (
        Act(request.voice.read(topic.name), CommandLine("quote", topic.slug))
        for topic in near[:OFFERED]
    )
    return (*acts, request.act("button.random", "quote"))


def _show(request: Request, found: Sequence[QuoteEntry], again: CommandLine | None = None) -> Reply:
    """The card of the page asked for, and the way to the others."""
    page = min(request.line.page, len(found))
    one = found[page - 1]
    article = request.edition.library.article_of(one)
    blocks: list[Block] = [*quote_blocks(one, article, request.voice)]
    blocks.append(Buttons(_card_buttons(request, one, article, again)))
    if len(found) > 1:
        blocks.append(Pager(page, len(found), CommandLine("quote", request.args)))
    return Reply(tuple(blocks), replaces=len(found) > 1)


def _card_buttons(
    request: Request, one: QuoteEntry, article: Article, again: CommandLine | None = None
) -> tuple[Button, ...]:
    more = Act(request.say("button.another"), again or CommandLine("quote"))
    share = request.share(CommandLine("quote", one.id))
    source = request.act("button.source", "source", one.id)
    save = request.act("button.save", "save", one.id)
    return (request.act("button.article", "article", article.id), more, source, save, share)


def _card(request: Request, one: QuoteEntry) -> Card:
    article = request.edition.library.article_of(one)
    row = Buttons(_card_buttons(request, one, article))
    reply = Reply((*quote_blocks(one, article, request.voice), row))
    return Card(one.id, quote_label(one, request.voice), byline(one, request.voice), reply)


def _matching(request: Request) -> Sequence[QuoteEntry]:
    library = request.edition.library
    if topic := library.topic_of(request.args):
        return library.quotes_of(topic.slug)
    return _quotes(request, request.edition.look(request.args, LOOK)) or _about(request)


def _about(request: Request) -> Sequence[QuoteEntry]:
    """Quotes of the topics that a message names, those on most of them first."""
    library = request.edition.library
    named = {topic.slug for topic in library.topics_in(request.args)}
    found = [one for one in library.quotes.values() if named.intersection(one.topics)]
    return sorted(found, key=lambda one: -len(named.intersection(one.topics)))


def _from_today(request: Request) -> Sequence[QuoteEntry]:
    first = quote_of_the_day(request.edition.library, request.services.now().date())
    others = (one for one in request.edition.library.quotes.values() if one is not first)
    return [first, *others]


def _quotes(request: Request, finding: SearchResult) -> list[QuoteEntry]:
    known = {item_id(one): one for one in request.edition.library.quotes.values()}
    return [known[hit.id] for hit in finding.hits if hit.id in known]


def _facts(request: Request, finding: SearchResult) -> list[FactEntry]:
    known = {item_id(one): one for one in request.edition.library.facts.values()}
    return [known[hit.id] for hit in finding.hits if hit.id in known]


def _articles(request: Request, finding: SearchResult) -> list[Article]:
    known = {item_id(one): one for one in request.edition.library.articles.values()}
    return [known[hit.id] for hit in finding.hits if hit.id in known]
