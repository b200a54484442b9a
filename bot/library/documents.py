"""The library as the lookup's index wants it: one document for each quote and article."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from bot.library.library import Library
from bot.library.models.entries import Article, QuoteEntry, Source, Text

QUOTE = "quote:"
ARTICLE = "article:"


class Document(TypedDict):
    """`id` is `quote:<id>` or `article:<id>`. `author` and `work` hold one spelling a line.
    `also` are further texts by which the document is found: translations, summary, key points."""

    id: str
    text: str
    author: str
    work: str
    lang: str
    also: list[str]


def item_id(entry: QuoteEntry | Article) -> str:
    """The id by which an entry is indexed and by which deliveries remember it."""
    return f"{QUOTE if isinstance(entry, QuoteEntry) else ARTICLE}{entry.id}"


def documents(library: Library) -> list[Document]:
    """Quotes first, then articles, each in the library's order."""
    return [*_quotes(library), *map(_article, library.articles.values())]


def _quotes(library: Library) -> Iterator[Document]:
    for quote in library.quotes.values():
        article = library.article_of(quote)
        yield {
            "id": item_id(quote),
            "text": quote.text,
            "author": "\n".join(_speakers(quote)),
            "work": "\n".join(_outlets(article.source)),  # its title finds the article itself
            "lang": quote.language.value,
            "also": [t for t in (quote.translation.en, quote.translation.hans) if t],
        }


def _article(article: Article) -> Document:
    points = (text for point in article.key_points for text in _both(point.text))
    return {
        "id": item_id(article),
        "text": article.title.hans,
        "author": "\n".join(article.source.authors),
        "work": "\n".join(_outlets(article.source)),
        "lang": article.language.value,
        "also": [article.title.en, *_both(article.summary), *points],
    }


def _speakers(quote: QuoteEntry) -> list[str]:
    """Name, role and organisation: people remember any of them."""
    speaker = quote.speaker
    return [
        word
        for text in (speaker.name, speaker.role, speaker.organisation)
        if text
        for word in _both(text)
    ]


def _outlets(source: Source) -> list[str]:
    return [outlet for outlet in (source.original_outlet, source.outlet) if outlet]


def _both(text: Text) -> list[str]:
    return list(dict.fromkeys((text.hans, text.en)))
