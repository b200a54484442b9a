"""Which entries a question is about. An assistant cannot be asked "did you mean": what is only
near is left out, since it would be told as an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from bot.core.text import undo_typography
from bot.library.documents import item_id
from bot.library.library import Library
from bot.library.models.entries import Article, FactEntry, QuoteEntry, Topic
from bot.library.reload import Edition
from bot.library.search import Confidence, SearchResult

Entry: TypeAlias = "QuoteEntry | FactEntry | Article"

LOOK = 50
"""Hits asked of the index, as many as a chat asks."""

MEANT = 0.5
"""Least likeness (a cosine) of what is only meant: chats offer from 0.44, where one line in ten
that nobody here said finds something; of 30 lines on anything else none came to 0.5."""


async def entries_for(
    edition: Edition, words: str, kinds: tuple[type, ...]
) -> tuple[bool, list[Entry]]:
    """Entries of these kinds, best first, and whether they are surely what is meant: by id, by
    topic, else by what is remembered of them."""
    library = edition.library
    if one := _by_id(library, undo_typography(words).strip().lower(), kinds):
        return True, [one]
    if topic := library.topic_of(words):
        return True, _on_topic(library, topic, words, kinds)
    hits = await _hits(edition, words)
    known = {item_id(one): one for one in _all(library) if isinstance(one, kinds)}
    return hits.sure is Confidence.SURE, [known[h.id] for h in hits.hits if h.id in known]


def _by_id(library: Library, named: str, kinds: tuple[type, ...]) -> Entry | None:
    return next((one for one in _all(library) if one.id == named and isinstance(one, kinds)), None)


def _on_topic(library: Library, topic: Topic, words: str, kinds: tuple[type, ...]) -> list[Entry]:
    """What stands under the topic; quotations that hold the very word come first."""
    slug = topic.slug
    held: Sequence[Entry] = (
        *library.quotes_with(words),
        *library.quotes_of(slug),
        *library.facts_of(slug),
        *library.articles_of(slug),
    )
    return [one for one in {item_id(e): e for e in held}.values() if isinstance(one, kinds)]


async def _hits(edition: Edition, words: str) -> SearchResult:
    """Sure findings whole. Of unsure ones, those that mean nearly the same, and where the words
    name one of our topics, all."""
    found = await edition.find(words, LOOK)
    if found.sure is not Confidence.MAYBE or edition.library.topics_in(words):
        return found
    spelled = {hit.id for hit in edition.look(words, LOOK).hits}
    meant = tuple(h for h in found.hits if h.score >= MEANT and h.id not in spelled)
    return SearchResult(meant, Confidence.MAYBE if meant else Confidence.NOTHING)


def _all(library: Library) -> tuple[Entry, ...]:
    held = (library.quotes.values(), library.facts.values(), library.articles.values())
    return tuple(one for some in held for one in some)
