"""The library as the lookup's index wants it: one document for each quote and article."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from bot.library.library import Library
from bot.library.models.entries import Article, FactEntry, QuoteEntry, Source, Text

QUOTE = "quote:"
FACT = "fact:"
ARTICLE = "article:"


class Document(TypedDict):
    """`id` is `quote:<id>`, `fact:<id>` or `article:<id>`. `author` and `work` hold one spelling a
    line. `also` are further texts by which the document is found: translations, a summary.
    `sayings` are lines that only the lookup by sense and by letters sees."""

    id: str
    text: str
    author: str
    work: str
    lang: str
    also: list[str]
    sayings: list[str]


def item_id(entry: QuoteEntry | FactEntry | Article) -> str:
    """The id by which an entry is indexed and by which deliveries remember it."""
    match entry:
        case QuoteEntry():
            return f"{QUOTE}{entry.id}"
        case FactEntry():
            return f"{FACT}{entry.id}"
        case _:
            return f"{ARTICLE}{entry.id}"


def documents(library: Library) -> list[Document]:
    """Quotes first, then facts, then articles, each in the library's order."""
    return [*_quotes(library), *_facts(library), *map(_article, library.articles.values())]


def changes(old: Library, new: Library) -> tuple[list[str], dict[str, Document]]:
    """The ids of all documents, in order, and the documents that may be others: those of articles
    that are not the very same."""
    same = {name for name, one in new.articles.items() if old.articles.get(name) is one}
    other = {name: one for name, one in new.articles.items() if name not in same}
    held = (new.quotes, new.facts, new.articles)
    ids = [item_id(one) for some in held for one in some.values()]
    return ids, {one["id"]: one for one in documents(Library(other, {}))}


def _quotes(library: Library) -> Iterator[Document]:
    for quote in library.quotes.values():
        article = library.article_of(quote)
        yield {
            "id": item_id(quote),
            "text": quote.text,
            "author": "\n".join(_speakers(quote)),
            "work": "\n".join(_outlets(article.source)),  # its title finds the article itself
            "lang": quote.language.value,
            "also": _wordings(quote),
            "sayings": list(quote.sayings.lines) if quote.sayings else [],
        }


def _facts(library: Library) -> Iterator[Document]:
    for fact in library.facts.values():
        article = library.article_of(fact)
        sources = (name for figure in fact.figures for name in _both(figure.who_says))
        yield {
            "id": item_id(fact),
            "text": fact.text.hans,
            "author": "\n".join(dict.fromkeys(sources)),
            "work": "\n".join(_outlets(article.source)),
            "lang": article.language.value,
            "also": [fact.text.en],
            "sayings": list(fact.sayings.lines) if fact.sayings else [],
        }


def _article(article: Article) -> Document:
    return {
        "id": item_id(article),
        "text": article.title.hans,
        "author": "\n".join(article.source.authors),
        "work": "\n".join(_outlets(article.source)),
        "lang": article.language.value,
        "also": [article.title.en, *_both(article.summary)],  # its facts are found by themselves
        "sayings": [],
    }


def _wordings(quote: QuoteEntry) -> list[str]:
    """What else people may have read of it: their own words, our translations."""
    said = quote.said.text if quote.said else None
    return [text for text in (said, quote.translation.en, quote.translation.hans) if text]


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
    """Full and usual names: `The Wall Street Journal`, `WSJ`, 《华尔街日报》."""
    usual = _both(source.name) if source.name else []
    names = (source.original_outlet, source.outlet, *usual)
    return list(dict.fromkeys(name for name in names if name))


def _both(text: Text) -> list[str]:
    return list(dict.fromkeys((text.hans, text.en)))
