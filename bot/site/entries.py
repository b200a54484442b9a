"""What a page says of an entry: its blocks, and what a shared link unfurls to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.core.command_line import CommandLine
from bot.core.page import page_path
from bot.core.plain_text import line_text
from bot.core.reply import (
    Act,
    Block,
    Buttons,
    Divider,
    Heading,
    Item,
    Pager,
    Paragraph,
    Span,
    spans,
)
from bot.core.text import cut
from bot.core.words import Voice
from bot.library.cards import (
    article_blocks,
    byline,
    fact_blocks,
    provenance,
    quote_blocks,
    quote_line,
    source_blocks,
    source_footnote,
    title_of,
)
from bot.library.library import Library
from bot.library.models.entries import Article, FactEntry, QuoteEntry, Topic

ON_A_PAGE = 50
"""Entries of a list; a page of them weighs some 30 KB."""

NEWEST = 20
"""Articles on the first page."""

_TITLE = 90
_DESCRIPTION = 400
"""Characters: what unfurlers show is shorter, what they refuse is longer."""

Listed: TypeAlias = "Article | QuoteEntry | FactEntry"


@dataclass(frozen=True, slots=True)
class Content:
    """`title` and `description` are for shared links: together they name the speaker, the source
    and the date. `day` is when it was published, where that is known."""

    title: str
    description: str
    blocks: tuple[Block, ...]
    author: str = ""
    day: str = ""
    feed: str = ""
    """The topic that has a feed of its own."""


def of_quote(quote: QuoteEntry, library: Library, voice: Voice) -> Content:
    article = library.article_of(quote)
    by, source = byline(quote, voice), line_text(provenance(article, voice, quote).spans)
    return Content(
        title=cut(by, _TITLE),
        description=_joined(f"“{quote_line(quote, voice)}” — {by}", source),
        blocks=(
            *quote_blocks(quote, article, voice),
            *_around(quote.topics, article, library, voice),
            Divider(),
            *source_blocks(quote, article, voice)[1:],
        ),
        author=by,
        day=article.source.published or "",
    )


def of_fact(fact: FactEntry, library: Library, voice: Voice) -> Content:
    article = library.article_of(fact)
    told = voice.read(fact.text)
    who = voice.each(
        lambda half: half.say("list.joint").join(
            dict.fromkeys(half.read(figure.who_says) for figure in fact.figures)
        )
    )
    return Content(
        title=cut(told, _TITLE),
        description=_joined(told, who, line_text(provenance(article, voice).spans)),
        blocks=(
            *fact_blocks(fact, article, voice),
            *_around(fact.topics, article, library, voice),
            Divider(),
            *source_blocks(fact, article, voice)[1:],
        ),
        author=who,
        day=article.source.published or "",
    )


def of_article(article: Article, library: Library, voice: Voice) -> Content:
    points = {one.id for one in article.key_points}
    more = [one for one in article.facts if one.id in library.facts and one.id not in points]
    blocks: list[Block] = [*article_blocks(article, voice)]
    if article.quotes:
        blocks += [Heading(voice.say("button.quotes")), *_items(article.quotes, library, voice)]
    if more:
        blocks += [Heading(voice.say("site.facts")), *_items(more, library, voice)]
    blocks.append(Buttons(_topics(article.topics, library, voice)))
    source = line_text(source_footnote(article, voice).spans)
    speakers = dict.fromkeys(voice.read(one.speaker.name) for one in article.quotes)
    return Content(
        title=cut(title_of(article, voice), _TITLE),
        description=_joined(source, voice.read(article.summary), ", ".join(speakers)),
        blocks=tuple(blocks),
        author=", ".join(article.source.authors),
        day=article.source.published or "",
    )


def of_topic(topic: Topic, library: Library, voice: Voice, page: int) -> Content | None:
    """`None` when there is no such page."""
    listed: list[Listed] = [*library.articles_of(topic.slug), *library.quotes_of(topic.slug)]
    listed += library.facts_of(topic.slug)
    shown = _page(listed, page)
    if shown is None:
        return None
    quotes = sorted(library.quotes_of(topic.slug), key=lambda one: not one.opener)
    said = of_quote(quotes[0], library, voice).description if quotes else ""
    explained = [Paragraph(spans(voice.read(one.text))) for one in topic.explains]
    return Content(
        title=voice.read(topic.name),
        description=_joined(voice.read(topic.description), said),
        blocks=(
            Heading(voice.read(topic.name)),
            Paragraph(spans(voice.read(topic.description))),
            *(explained if page == 1 else ()),
            *_items(shown, library, voice),
            *_pager(listed, page, CommandLine("topics", topic.slug)),
        ),
        feed=topic.slug,
    )


def of_articles(library: Library, voice: Voice, page: int) -> Content | None:
    listed = newest(library)
    shown = _page(listed, page)
    if shown is None:
        return None
    title = voice.say("article.all")
    return Content(
        title=title,
        description=voice.say("site.about"),
        blocks=(
            Heading(title),
            *_items(shown, library, voice),
            *_pager(listed, page, CommandLine("article")),
        ),
    )


def of_home(library: Library, voice: Voice) -> Content:
    topics = [
        Item(
            spans(_to(voice.read(one.name), CommandLine("topics", one.slug), voice)),
            spans(voice.read(one.description)),
        )
        for one in library.topics.values()
    ]
    return Content(
        title=voice.say("site.title"),
        description=voice.say("site.about"),
        blocks=(
            Heading(voice.say("site.title")),
            Paragraph(spans(voice.say("site.about"))),
            Heading(voice.say("topics.title")),
            *topics,
            Heading(voice.say("article.all")),
            *_items(newest(library)[:NEWEST], library, voice),
            Buttons((Act(voice.say("site.all_articles"), CommandLine("article")),)),
        ),
    )


def newest(library: Library) -> list[Article]:
    """By the day they came in or were published, newest first; those without one at the end."""
    return sorted(library.articles.values(), key=lambda one: (_reverse(day_of(one)), one.id))


def day_of(article: Article) -> str:
    """The day under which feeds list it; empty when none is known."""
    return article.added or article.source.published or article.source.retrieved or ""


def line_of(entry: Listed) -> CommandLine:
    match entry:
        case QuoteEntry():
            return CommandLine("quote", entry.id)
        case FactEntry():
            return CommandLine("fact", entry.id)
        case _:
            return CommandLine("article", entry.id)


def told_of(entry: Listed, library: Library, voice: Voice) -> tuple[str, str]:
    """What a list says of it: a line, and who or where it is from."""
    match entry:
        case QuoteEntry():
            return quote_line(entry, voice), byline(entry, voice)
        case FactEntry():
            source = provenance(library.article_of(entry), voice)
            return voice.read(entry.text), line_text(source.spans)
        case _:
            return title_of(entry, voice), line_text(source_footnote(entry, voice).spans)


def pages_of(count: int) -> int:
    return max(1, -(-count // ON_A_PAGE))


def _page(listed: Sequence[Listed], page: int) -> Sequence[Listed] | None:
    if not 1 <= page <= pages_of(len(listed)):
        return None
    return listed[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]


def _pager(listed: Sequence[Listed], page: int, line: CommandLine) -> tuple[Pager, ...]:
    pages = pages_of(len(listed))
    return (Pager(page, pages, line),) if pages > 1 else ()


def _items(entries: Sequence[Listed], library: Library, voice: Voice) -> list[Item]:
    made = []
    for one in entries:
        line, note = told_of(one, library, voice)
        made.append(Item(spans(_to(line, line_of(one), voice)), spans(note)))
    return made


def _to(text: str, line: CommandLine, voice: Voice) -> Span:
    return Span(text, href=page_path(line, voice.language) or "")


def _around(
    topics: Sequence[str], article: Article, library: Library, voice: Voice
) -> tuple[Block, ...]:
    to = Act(voice.say("button.article"), CommandLine("article", article.id))
    return (Buttons((to, *_topics(topics, library, voice))),)


def _topics(slugs: Sequence[str], library: Library, voice: Voice) -> tuple[Act, ...]:
    known = library.topics
    return tuple(
        Act(voice.read(known[slug].name), CommandLine("topics", slug))
        for slug in slugs
        if slug in known
    )


def _joined(*parts: str) -> str:
    return cut(" · ".join(filter(None, parts)), _DESCRIPTION)


def _reverse(day: str) -> tuple[int, ...]:
    return tuple(-int(part) for part in day.split("-")) if day else (1,)
