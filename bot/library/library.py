"""What the bot knows: published articles, their quotes, and topics."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.library.aliases import Aliases, plain_key, stands_in
from bot.library.models.entries import (
    Article,
    FactEntry,
    PublicationStatus,
    QuoteEntry,
    SpeakerKind,
    Topic,
)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a withdrawn entry: `verb` is what showed it (`quote`, `fact`, `article`),
    `topics` those that are still in its file, `day` when it was withdrawn where the file says so
    (as `content withdraw` does)."""

    id: str
    verb: str
    topics: tuple[str, ...] = ()
    day: str = ""


@dataclass(frozen=True)
class Library:
    """Never changes; edited content is a new library.

    `articles` holds what is published, by id in alphabetical order, each with its published
    quotes only; `topics` is by slug. `withdrawn` are ids of articles and quotes that must not be
    shown any more (all quotes of a withdrawn article among them), `drafts` those not shown yet.
    `tombstones` says more of each withdrawn one. `version` is a hash of the files: equal content,
    equal version.
    """

    articles: Mapping[str, Article]
    topics: Mapping[str, Topic]
    withdrawn: frozenset[str] = frozenset()
    drafts: frozenset[str] = frozenset()
    tombstones: tuple[Tombstone, ...] = ()
    version: str = ""

    @cached_property
    def quotes(self) -> Mapping[str, QuoteEntry]:
        """Every published quote of a published article, by id, in the order of the articles."""
        return {quote.id: quote for article in self.articles.values() for quote in article.quotes}

    @cached_property
    def facts(self) -> Mapping[str, FactEntry]:
        """Every published fact of a published article, by id, in the order of the articles."""
        return {
            fact.id: fact
            for article in self.articles.values()
            for fact in (*article.key_points, *article.facts)
            if fact.status == PublicationStatus.PUBLISHED
        }

    @cached_property
    def entries(self) -> Mapping[str, QuoteEntry | FactEntry]:
        """Every quote and fact by the item that deliveries remember: `quote:<id>`, `fact:<id>`."""
        quotes = {f"quote:{one}": quote for one, quote in self.quotes.items()}
        return {**quotes, **{f"fact:{one}": fact for one, fact in self.facts.items()}}

    def facts_of(self, topic: str) -> tuple[FactEntry, ...]:
        """The facts of a topic, by its slug."""
        return self._facts_by_topic.get(topic, ())

    def quotes_of(self, topic: str) -> tuple[QuoteEntry, ...]:
        """The quotes of a topic, by its slug."""
        return self._quotes_by_topic.get(topic, ())

    def quotes_with(self, words: str) -> tuple[QuoteEntry, ...]:
        """The quotes in whose text or translation these very words stand."""
        return tuple(q for q in self.quotes.values() if any(stands_in(words, t) for t in _texts(q)))

    def articles_of(self, topic: str) -> tuple[Article, ...]:
        """The articles of a topic, by its slug."""
        return tuple(article for article in self.articles.values() if topic in article.topics)

    def article_of(self, entry: QuoteEntry | FactEntry | str) -> Article:
        """The article in which a quote or a fact (or the one with this id) stands."""
        return self._homes[entry if isinstance(entry, str) else entry.id]

    def topic_of(self, words: str) -> Topic | None:
        """The topic that these words name in any language or script, exactly after folding:
        `9-9-6`, `９９６`, `talent wars`, `裁員`, `job cuts`."""
        return self.topics.get(self._aliases.find(words) or "")

    def names_topic(self, words: str) -> bool:
        """Whether these words are a topic's own name or slug, and no mere alias of it."""
        topic = self.topic_of(words)
        if topic is None:
            return False
        own = (topic.slug, topic.name.hans, topic.name.hant, topic.name.en)
        return plain_key(words) in map(plain_key, own)

    def titled(self, words: str) -> tuple[Article, ...]:
        """The articles in whose title, outlet or authors these words stand."""
        return tuple(a for a in self.articles.values() if any(_named(a, words)))

    def nearest_topics(self, words: str, limit: int = 3) -> list[Topic]:
        """Topics whose names or aliases come near these words or stand among them, best first;
        none when nothing does."""
        return [self.topics[slug] for slug in self._aliases.nearest(words, limit)]

    def topics_in(self, words: str) -> list[Topic]:
        """Topics that a sentence names: `We work 996 again this week` is about overwork."""
        return [self.topics[slug] for slug in self._aliases.within(words)]

    @cached_property
    def speaker_names(self) -> frozenset[str]:
        """Whole names and family names of those who are quoted by name, folded: `joshbatson`,
        `batson`, 巴特森."""
        names: set[str] = set()
        for quote in self.quotes.values():
            if quote.speaker.kind in (SpeakerKind.NAMED, SpeakerKind.PSEUDONYM):
                hans, en = quote.speaker.name.hans, quote.speaker.name.en
                names |= {hans, en, *hans.split("·"), en.split()[-1]}
        return frozenset(map(plain_key, names))

    @cached_property
    def names(self) -> frozenset[str]:
        """Words of the English texts that stand there only as names: with a capital in the middle
        of a sentence, and never without; small letters."""
        texts = " ".join(_english(article) for article in self.articles.values())
        inside = re.findall(r"(?<=[a-z,;] )[A-Z][\w-]+", texts)
        return frozenset(map(str.lower, inside)) - set(re.findall(r"\b[a-z][\w-]+", texts))

    @cached_property
    def _quotes_by_topic(self) -> Mapping[str, tuple[QuoteEntry, ...]]:
        held = self.quotes.values()
        return {slug: tuple(q for q in held if slug in q.topics) for slug in self.topics}

    @cached_property
    def _facts_by_topic(self) -> Mapping[str, tuple[FactEntry, ...]]:
        held = self.facts.values()
        return {slug: tuple(f for f in held if slug in f.topics) for slug in self.topics}

    @cached_property
    def _homes(self) -> Mapping[str, Article]:
        return {
            one: article
            for article in self.articles.values()
            for held in (article.quotes, article.key_points, article.facts)
            for one in (entry.id for entry in held)
        }

    @cached_property
    def _aliases(self) -> Aliases:
        return Aliases(self.topics)


def _english(article: Article) -> str:
    facts = (one.text.en for one in (*article.key_points, *article.facts))
    return " ".join([article.title.en, article.summary.en, *facts])


def _texts(quote: QuoteEntry) -> tuple[str, ...]:
    said = quote.said.text if quote.said else None
    return tuple(t for t in (quote.text, said, quote.translation.en, quote.translation.hans) if t)


def _named(article: Article, words: str) -> Iterator[bool]:
    source = article.source
    usual = (source.name.hans, source.name.en) if source.name else ()
    outlets = (name for name in (source.original_outlet, source.outlet, *usual) if name)
    for text in (article.title.hans, article.title.en, *source.authors, *outlets):
        yield stands_in(words, text)
