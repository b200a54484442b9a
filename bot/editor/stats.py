"""How much content there is, where it is thin, and how full the cards are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.core.text import han
from bot.digest.choose import DigestPreferences, choose
from bot.library.documents import ARTICLE
from bot.library.library import Library
from bot.library.models.entries import Article, QuoteEntry, Repair, Text, TextLanguage
from bot.library.rules.articles import SUMMARY_HANS
from bot.library.rules.budgets import CARD, TITLE, card_size, title_size
from bot.library.rules.quotes import MOST_HAN, MOST_QUOTES

_MONDAY = date(2026, 1, 5)
"""Any day does: the order differs, not how long a topic lasts."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The fullest of its kind: `used` of `most`, at the entry with id `where`."""

    name: str
    used: int
    most: int
    where: str


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts of what is published; `repaired` and `guessed` are quotes whose source was damaged
    and restored, with certainty or not. Every topic is in each `by_topic`, with 0 if need be.
    `days_by_topic`: working days until a new chat that follows that topic alone has had all of it,
    the thinnest first.
    """

    articles: int
    quotes: int
    topics: int
    key_points: int
    figures: int
    drafts: int
    withdrawn: int
    repaired: int
    guessed: int
    translated: int
    undated: int
    quotes_by_topic: Mapping[str, int]
    facts_by_topic: Mapping[str, int]
    articles_by_topic: Mapping[str, int]
    days_by_topic: Mapping[str, int]
    quotes_by_speaker_kind: Mapping[str, int]
    quotes_by_language: Mapping[str, int]
    quotes_by_article: Mapping[str, int]
    budgets: tuple[Budget, ...]


def stats(library: Library) -> Stats:
    articles, quotes = library.articles.values(), library.quotes.values()
    points = library.facts.values()
    repairs = Counter(quote.repair for quote in quotes)
    return Stats(
        articles=len(articles),
        quotes=len(quotes),
        topics=len(library.topics),
        key_points=len(points),
        figures=sum(len(point.figures) for point in points),
        drafts=len(library.drafts),
        withdrawn=len(library.withdrawn),
        repaired=repairs[Repair.EXACT],
        guessed=repairs[Repair.GUESSED],
        translated=sum(quote.translated for quote in quotes),
        undated=sum(article.source.published is None for article in articles),
        quotes_by_topic={slug: len(library.quotes_of(slug)) for slug in library.topics},
        facts_by_topic={slug: len(library.facts_of(slug)) for slug in library.topics},
        days_by_topic=dict(sorted(_days(library), key=lambda pair: pair[1])),
        articles_by_topic={slug: len(library.articles_of(slug)) for slug in library.topics},
        quotes_by_speaker_kind=_count(quote.speaker.kind for quote in quotes),
        quotes_by_language=_count(quote.language for quote in quotes),
        quotes_by_article={article.id: len(article.quotes) for article in articles},
        budgets=tuple(_budgets(articles, quotes)),
    )


def _days(library: Library) -> Iterator[tuple[str, int]]:
    for slug in library.topics:
        seen: dict[str, datetime] = {}
        days = 0
        while True:
            day = _MONDAY + timedelta(days=days)
            items = choose(library, DigestPreferences((slug,), seen, only=True), day)
            fresh = [item for item in items if item not in seen and not item.startswith(ARTICLE)]
            if not fresh:
                break
            days += 1
            seen |= dict.fromkeys(items, datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
        yield slug, days


def _count(values: Iterable[str]) -> dict[str, int]:
    """The most frequent first."""
    return {str(value): count for value, count in Counter(values).most_common()}


def _budgets(articles: Iterable[Article], quotes: Iterable[QuoteEntry]) -> Iterator[Budget]:
    yield from _fullest("title", TITLE, ((a.id, title_size(_both(a.title))) for a in articles))
    yield from _fullest("summary", SUMMARY_HANS[1], ((a.id, _summary(a)) for a in articles))
    yield from _fullest("card", CARD, ((a.id, _card(a)) for a in articles))
    yield from _fullest("quotes", MOST_QUOTES, ((a.id, len(a.quotes)) for a in articles))
    chinese = (quote for quote in quotes if quote.language is TextLanguage.HANS)
    yield from _fullest("quote", MOST_HAN, ((q.id, han(q.text)) for q in chinese))


def _fullest(name: str, most: int, sizes: Iterable[tuple[str, int]]) -> Iterator[Budget]:
    """Nothing when there is nothing to measure."""
    if size := max(sizes, key=lambda pair: pair[1], default=None):
        yield Budget(name, size[1], most, size[0])


def _summary(article: Article) -> int:
    return len("".join(article.summary.hans.split()))


def _card(article: Article) -> int:
    """In the language that takes more room."""
    return max(card_size(_card_texts(article, side)) for side in (0, 1))


def _card_texts(article: Article, side: int) -> Iterator[str]:
    yield from (_both(text)[side] for text in (article.title, article.summary))
    for point in article.key_points:
        yield _both(point.text)[side]


def _both(text: Text) -> tuple[str, str]:
    return text.hans, text.en
