"""What a page says of an entry: its blocks, and what a shared link unfurls to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.command_line import CommandLine
from bot.core.page import page_path
from bot.core.plain_text import line_text
from bot.core.reply import (
    Act,
    Block,
    Buttons,
    Divider,
    Footnote,
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
    quote_blocks,
    quote_line,
    source_blocks,
    source_footnote,
    title_of,
)
from bot.library.library import Library
from bot.library.models.entries import Article, FactEntry, QuoteEntry, Topic
from bot.site.shelf import Listed, Reader

ON_A_PAGE = 50
"""Entries of a list; a page of them weighs some 30 KB."""

NEWEST = 20
"""Articles on the first page."""

_TITLE = 90
_DESCRIPTION = 400
"""Characters: what unfurlers show is shorter, what they refuse is longer."""


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
    picture: str = ""
    """Where its picture is, below the language."""


def of_entry(entry: Listed, reader: Reader) -> Content:
    match entry:
        case QuoteEntry():
            return _of_quote(entry, reader)
        case FactEntry():
            return _of_fact(entry, reader)
        case _:
            return _of_article(entry, reader)


def _of_quote(quote: QuoteEntry, reader: Reader) -> Content:
    article, voice = reader.shelf.home(quote), reader.voice
    by, shown = byline(quote, voice), quote_blocks(quote, article, voice)
    return Content(
        title=cut(by, _TITLE),
        description=_joined(f"“{quote_line(quote, voice)}” — {by}", _source_of(shown)),
        blocks=(
            *shown,
            *_around(quote.topics, article, reader),
            Divider(),
            *source_blocks(quote, article, voice)[1:],
        ),
        author=by,
        day=article.source.published or "",
    )


def _of_fact(fact: FactEntry, reader: Reader) -> Content:
    article, voice = reader.shelf.home(fact), reader.voice
    told, shown = voice.read(fact.text), fact_blocks(fact, article, voice)
    who = voice.each(
        lambda half: half.say("list.joint").join(
            dict.fromkeys(half.read(figure.who_says) for figure in fact.figures)
        )
    )
    return Content(
        title=cut(told, _TITLE),
        description=_joined(told, who, _source_of(shown)),
        blocks=(
            *shown,
            *_around(fact.topics, article, reader),
            Divider(),
            *source_blocks(fact, article, voice)[1:],
        ),
        author=who,
        day=article.source.published or "",
    )


def _of_article(article: Article, reader: Reader) -> Content:
    library, voice = reader.library, reader.voice
    points = {one.id for one in article.key_points}
    more = [one for one in article.facts if one.id in library.facts and one.id not in points]
    blocks: list[Block] = [*article_blocks(article, voice)]
    if article.quotes:
        blocks += [Heading(voice.say("button.quotes")), *_items(article.quotes, reader)]
    if more:
        blocks += [Heading(voice.say("site.facts")), *_items(more, reader)]
    blocks.append(Buttons(_topics(article.topics, reader)))
    source = line_text(source_footnote(article, voice).spans)
    speakers = dict.fromkeys(voice.read(one.speaker.name) for one in article.quotes)
    return Content(
        title=cut(title_of(article, voice), _TITLE),
        description=_joined(source, voice.read(article.summary), ", ".join(speakers)),
        blocks=tuple(blocks),
        author=", ".join(article.source.authors),
        day=article.source.published or "",
    )


def of_topic(topic: Topic, reader: Reader, page: int) -> Content | None:
    """`None` when there is no such page."""
    listed = reader.shelf.on_topic(topic.slug)
    if not 1 <= page <= pages_of(len(listed)):
        return None
    voice, best = reader.voice, best_of(topic, reader.library)
    said = _of_quote(best, reader).description if best else ""
    explained = [Paragraph(spans(voice.read(one.text))) for one in topic.explains]
    return Content(
        title=voice.read(topic.name),
        description=_joined(voice.read(topic.description), said),
        blocks=(
            Heading(voice.read(topic.name)),
            Paragraph(spans(voice.read(topic.description))),
            *(explained if page == 1 else ()),
            *_items(page_of(listed, page), reader),
            *_pager(listed, page, CommandLine("topics", topic.slug)),
        ),
        feed=topic.slug,
    )


def of_articles(reader: Reader, page: int) -> Content | None:
    listed, voice = reader.shelf.newest, reader.voice
    if not 1 <= page <= pages_of(len(listed)):
        return None
    title = voice.say("article.all")
    return Content(
        title=title,
        description=voice.say("site.about"),
        blocks=(
            Heading(title),
            *_items(page_of(listed, page), reader),
            *_pager(listed, page, CommandLine("article")),
        ),
    )


def of_home(reader: Reader) -> Content:
    voice = reader.voice
    topics = [
        Item(
            spans(_to(voice.read(one.name), CommandLine("topics", one.slug), voice)),
            spans(voice.read(one.description)),
        )
        for one in reader.library.topics.values()
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
            *_items(reader.shelf.newest[:NEWEST], reader),
            Buttons((Act(voice.say("site.all_articles"), CommandLine("article")),)),
        ),
    )


def best_of(topic: Topic, library: Library) -> QuoteEntry | None:
    """The quote that a link to the topic is unfurled with."""
    return min(library.quotes_of(topic.slug), key=lambda one: not one.opener, default=None)


def line_of(entry: Listed) -> CommandLine:
    match entry:
        case QuoteEntry():
            return CommandLine("quote", entry.id)
        case FactEntry():
            return CommandLine("fact", entry.id)
        case _:
            return CommandLine("article", entry.id)


def pages_of(count: int) -> int:
    return max(1, -(-count // ON_A_PAGE))


def page_of(listed: Sequence[Listed], page: int) -> Sequence[Listed]:
    return listed[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]


def _pager(listed: Sequence[Listed], page: int, line: CommandLine) -> tuple[Pager, ...]:
    pages = pages_of(len(listed))
    return (Pager(page, pages, line),) if pages > 1 else ()


def _items(entries: Sequence[Listed], reader: Reader) -> list[Item]:
    made = []
    for one in entries:
        line, note = reader.told(one)
        made.append(Item(spans(_to(line, line_of(one), reader.voice)), spans(note)))
    return made


def _to(text: str, line: CommandLine, voice: Voice) -> Span:
    return Span(text, href=page_path(line, voice.language) or "")


def _around(topics: Sequence[str], article: Article, reader: Reader) -> tuple[Block, ...]:
    to = Act(reader.voice.say("button.article"), CommandLine("article", article.id))
    return (Buttons((to, *_topics(topics, reader))),)


def _topics(slugs: Sequence[str], reader: Reader) -> tuple[Act, ...]:
    known = reader.library.topics
    return tuple(
        Act(reader.voice.read(known[slug].name), CommandLine("topics", slug))
        for slug in slugs
        if slug in known
    )


def _source_of(shown: Sequence[Block]) -> str:
    """A card ends in a line that says where it is from."""
    last = shown[-1]
    assert isinstance(last, Footnote)
    return line_text(last.spans)


def _joined(*parts: str) -> str:
    return cut(" · ".join(filter(None, parts)), _DESCRIPTION)
