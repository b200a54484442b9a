"""One library in the orders in which pages list it, each made once; and what a page is made from.

A page's stamp is a hash of everything that it is made from: an equal stamp is an equal page, so
that what did not change need not be drawn to know it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from bot.core.language import Language
from bot.core.plain_text import line_text
from bot.core.words import Voice
from bot.library.cards import (
    byline,
    provenance,
    quote_line,
    source_footnote,
    title_of,
)
from bot.library.library import Library
from bot.library.models.entries import Article, FactEntry, QuoteEntry

Listed: TypeAlias = "Article | QuoteEntry | FactEntry"

_ENOUGH, _MOST = 50, 500
"""Entries of a feed: readers come daily; half a megabyte is what the largest of them take."""

_STAMP = 20
"""Hexadecimal digits: 80 bits, of which a million pages share none."""


@dataclass(frozen=True)
class Shelf:
    """`base` stamps what stands on every page: code, words, address."""

    library: Library
    base: str = ""
    _topics: dict[str, tuple[Listed, ...]] = field(default_factory=dict)
    _dated: dict[str, tuple[tuple[str, Listed], ...]] = field(default_factory=dict)

    @cached_property
    def newest(self) -> tuple[Article, ...]:
        """By the day they came in or were published, newest first; those without one last."""
        held = sorted(self.library.articles.values(), key=lambda one: one.id)
        dated = sorted(filter(day_of, held), key=day_of, reverse=True)
        return (*dated, *(one for one in held if not day_of(one)))

    def on_topic(self, slug: str) -> tuple[Listed, ...]:
        """Articles, quotes and facts of a topic, as its pages list them."""
        if slug not in self._topics:
            held = self.library
            quotes, facts = held.quotes_of(slug), held.facts_of(slug)
            self._topics[slug] = (*held.articles_of(slug), *quotes, *facts)
        return self._topics[slug]

    def latest(self, topic: str) -> tuple[tuple[str, Listed], ...]:
        """What came last on a topic (empty for everything), each with its day: enough for a
        feed."""
        if topic not in self._dated:
            listed = self.on_topic(topic) if topic else self.entries
            dated = [(day, one) for one in listed if (day := day_of(self.home(one)))]
            dated.sort(key=lambda one: (one[0], one[1].id), reverse=True)
            self._dated[topic] = tuple(dated[: whole_days([day for day, _ in dated])])
        return self._dated[topic]

    @property
    def entries(self) -> Iterator[Listed]:
        yield from self.library.articles.values()
        yield from self.library.quotes.values()
        yield from self.library.facts.values()

    def home(self, entry: Listed) -> Article:
        return entry if isinstance(entry, Article) else self.library.article_of(entry)

    def stamp(self, *shown: Listed, more: Iterable[str] = ()) -> str:
        """Of a page that shows these entries; an entry's stamp is that of its article."""
        homes = (self._stamps[self.home(one).id] for one in shown)
        return _hash(self.base, *homes, *more)

    @cached_property
    def whole(self) -> str:
        """Of what is made from all of the library."""
        gone = (f"{one.verb} {one.id} {one.day}" for one in self.library.tombstones)
        return _hash(self.base, *self._stamps.values(), *self.topics.values(), *gone)

    @cached_property
    def _stamps(self) -> dict[str, str]:
        names = _hash(*(one.name.model_dump_json() for one in self.library.topics.values()))
        articles = self.library.articles.items()
        return {one: _hash(names, article.model_dump_json()) for one, article in articles}

    @cached_property
    def topics(self) -> dict[str, str]:
        """A stamp of each topic's own words."""
        return {slug: _hash(one.model_dump_json()) for slug, one in self.library.topics.items()}


@dataclass(frozen=True)
class Reader:
    """Somebody who reads the shelf in one language. What a list says of an entry is made once."""

    shelf: Shelf
    voice: Voice
    _told: dict[tuple[type, str], tuple[str, str]] = field(default_factory=dict)

    @property
    def library(self) -> Library:
        return self.shelf.library

    @property
    def language(self) -> Language:
        return self.voice.language

    def told(self, entry: Listed) -> tuple[str, str]:
        """A line, and who or where it is from."""
        key = (type(entry), entry.id)
        if key not in self._told:
            self._told[key] = self.tell(entry)
        return self._told[key]

    def tell(self, entry: Listed) -> tuple[str, str]:
        """The same without being kept."""
        match entry:
            case QuoteEntry():
                return quote_line(entry, self.voice), byline(entry, self.voice)
            case FactEntry():
                source = line_text(provenance(self.shelf.home(entry), self.voice).spans)
                return self.voice.read(entry.text), source
            case _:
                return title_of(entry, self.voice), line_text(
                    source_footnote(entry, self.voice).spans
                )


def day_of(article: Article) -> str:
    """The day under which feeds list it; empty when none is known."""
    return article.added or article.source.published or article.source.retrieved or ""


def whole_days(days: Sequence[str]) -> int:
    """How many of these, newest first, make a feed: no day is cut in two as long as it can be
    helped, so that who reads daily misses nothing."""
    if len(days) <= _ENOUGH:
        return len(days)
    last = days[_ENOUGH - 1]
    return min(_MOST, _ENOUGH + sum(day == last for day in days[_ENOUGH:]))


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_STAMP]
