"""Which items a digest holds. Pure: the same input says the same thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TypeAlias

from bot.digest.daily import order_of_round, shuffled
from bot.library.documents import item_id
from bot.library.library import Library
from bot.library.models.entries import Article, FactEntry, QuoteEntry

Entry: TypeAlias = QuoteEntry | FactEntry
"""What a digest shows as a card."""

NEVER = datetime.min.replace(tzinfo=UTC)

REST = timedelta(days=30)
"""How long an item rests before a chat may see it again."""

TOPICS_A_DAY = 2
"""Entries in the daily digest of a chat that chose two topics or more."""

WEEKLY_ENTRIES = 5
WEEKLY_ARTICLES = 2
"""A weekly digest gathers a working week, and still fits one Slack message (9,000 characters)."""

FIRST_DAYS = 3
"""Items by which a chat still counts as new, so that it meets the openers first."""

OLDEST = 3
"""Of what has rested, the third that was seen longest ago is drawn from: a new order each round."""


@dataclass(frozen=True, slots=True)
class DigestPreferences:
    """What a chat wants and has had: its topics (none means all), when it last saw each item.
    `only`: nothing from neighbouring topics when its own are used up. `hidden`: items and topics
    (`topic:pay`) that it does not want to see, `saved` those it keeps: with `reactions`, what is
    like them moves a little."""

    topics: tuple[str, ...] = ()
    seen: Mapping[str, datetime] = field(default_factory=dict)
    weekly: bool = False
    only: bool = False
    hidden: frozenset[str] = frozenset()
    saved: frozenset[str] = frozenset()
    reactions: bool = True


def choose(library: Library, preferences: DigestPreferences, day: date) -> tuple[str, ...]:
    """The ids of the items for that day, entries before articles.

    In this order: new entries on the chat's topics, unseen ones on them, unseen ones on
    neighbouring topics, then what has rested (see `REST`). Empty only when none of it is left."""
    pool = _Pool(library, preferences, day)
    entries = pool.week() if preferences.weekly else pool.day()
    articles = _articles(library, preferences, day)
    return (*map(item_id, entries), *map(item_id, articles))


def entries_per_digest(preferences: DigestPreferences) -> int:
    """How many entries a digest has, as long as there are any."""
    if preferences.weekly:
        return WEEKLY_ENTRIES
    return min(len(preferences.topics), TOPICS_A_DAY) or 1


def count_unseen(library: Library, preferences: DigestPreferences, day: date) -> int:
    """How many entries on its topics are left that this chat has not had within `REST`."""
    pool = _Pool(library, preferences, day)
    return len([one for one in pool.entries if pool.is_own(one) and pool.rested(one)])


class _Pool:
    """All entries, as one chat sees them on one day."""

    def __init__(self, library: Library, preferences: DigestPreferences, day: date) -> None:
        self._library, self._preferences, self._day = library, preferences, day
        named = library.entries
        self.entries = [
            named[item]
            for item in order_of_round(tuple(named), day.toordinal())
            if not _is_hidden(item, named[item].topics, preferences)
        ]
        self._known = set(library.topics).intersection(preferences.topics)
        self._last = max((at.date() for at in preferences.seen.values()), default=None)
        self._liking = liking(library, preferences)

    def day(self) -> list[Entry]:
        """One entry, or one for each of the two topics whose turn it is."""
        topics = _in_turn(self._preferences.topics, self._day)
        turns: list[Callable[[Entry], bool]] = [partial(_is_on, topic) for topic in topics]
        turns = turns or [self.is_own]
        chosen: list[Entry] = []
        for on in turns:
            chosen += [one for one in self._untold() if on(one) and one not in chosen][:1]
        if not chosen:
            chosen = [*self._neighbouring(), *self._again()][:1]
        return chosen[: entries_per_digest(self._preferences)]

    def week(self) -> list[Entry]:
        """A working week's worth, what is from one article side by side."""
        untold = [one for one in self._untold() if self.is_own(one)]
        found = [*untold, *self._neighbouring(), *self._again()]
        chosen = list({one.id: one for one in found}.values())[:WEEKLY_ENTRIES]
        homes = [self._library.article_of(one).id for one in chosen]
        return [one for _, one in sorted(zip(map(homes.index, homes), chosen, strict=True),
                                         key=lambda pair: pair[0])]  # fmt: skip

    def is_own(self, one: Entry) -> bool:
        if not self._preferences.topics:
            return True
        return bool(self._known.intersection(one.topics))

    def rested(self, one: Entry | Article) -> bool:
        return self._day - _seen(one, self._preferences).date() >= REST

    def _untold(self) -> list[Entry]:
        """Never seen: what is new first, openers for a chat's first days, then what is like the
        saved before what is like the hidden, quotations and facts in turn."""
        unseen = [one for one in self.entries if item_id(one) not in self._preferences.seen]
        young = len(self._preferences.seen) < FIRST_DAYS
        quotes_first = young or self._day.toordinal() % 2 == 0

        def rank(one: Entry) -> tuple[bool, bool, int, bool]:
            opens = young and isinstance(one, QuoteEntry) and one.opener
            other = isinstance(one, QuoteEntry) is not quotes_first
            return not self._is_new(one), not opens, -self._liking.get(one.id, 0), other

        return sorted(unseen, key=rank)

    def _is_new(self, one: Entry) -> bool:
        return is_new(self._library, one, self._last, self._day)

    def _neighbouring(self) -> list[Entry]:
        """Never seen, on topics that share most articles with the chat's own."""
        if self._preferences.only or not self._known:
            return []
        near = neighbours(self._library, tuple(self._known))
        others = [one for one in self._untold() if not self.is_own(one)]
        return sorted(others, key=lambda one: -max((near.get(t, 0) for t in one.topics), default=0))

    def _again(self) -> list[Entry]:
        """What has rested, the chat's own first: drawn from those seen longest ago."""
        if self._preferences.topics and not self._known:
            return []
        held = [one for one in self.entries if item_id(one) in self._preferences.seen]
        rested = [one for one in held if self.rested(one)]
        own = [one for one in rested if self.is_own(one)]
        others = [] if self._preferences.only else [one for one in rested if not self.is_own(one)]
        return [*self._oldest(own), *self._oldest(others)]

    def _oldest(self, rested: list[Entry]) -> list[Entry]:
        longest_ago = sorted(rested, key=lambda one: _seen(one, self._preferences))
        first = set(map(item_id, longest_ago[: max(1, len(rested) // OLDEST)]))
        return sorted(rested, key=lambda one: item_id(one) not in first)


def _is_hidden(item: str, topics: Sequence[str], preferences: DigestPreferences) -> bool:
    """Whether the chat hid the entry, or one of its topics that it does not follow."""
    if item in preferences.hidden:
        return True
    return any(f"topic:{t}" in preferences.hidden and t not in preferences.topics for t in topics)


def _is_on(topic: str, one: Entry) -> bool:
    return topic in one.topics


def is_new(library: Library, one: Entry, last: date | None, day: date) -> bool:
    """Whether it came into the library after the day of the chat's last digest, by that day."""
    added = library.article_of(one).added
    return bool(added and last and last.isoformat() < added <= day.isoformat())


def reason_for(library: Library, one: Entry, preferences: DigestPreferences, day: date) -> str:
    """Why it is chosen on that day: `new`, `liked`, `own`, `neighbour`, `again` or `all`."""
    last = max((at.date() for at in preferences.seen.values()), default=None)
    if is_new(library, one, last, day):
        return "new"
    if item_id(one) in preferences.seen:
        return "again"
    wanted = set(library.topics).intersection(preferences.topics)
    if wanted and not wanted.intersection(one.topics):
        return "neighbour"
    if liking(library, preferences).get(one.id, 0) > 0:
        return "liked"
    return "own" if wanted else "all"


def liking(library: Library, preferences: DigestPreferences) -> Mapping[str, int]:
    """By entry, 1 for what is more like the saved than like the hidden, -1 for the contrary: by
    the topics and the article it shares with them. Entries that are like neither are left out."""
    if not preferences.reactions or not (preferences.saved or preferences.hidden):
        return {}
    entries = library.entries
    traits: Counter[str] = Counter()
    for sign, items in ((1, preferences.saved), (-1, preferences.hidden)):
        for item in items:
            if item in entries:
                traits.update(dict.fromkeys(_traits(library, entries[item]), sign))
    weights = {one.id: sum(traits[t] for t in _traits(library, one)) for one in entries.values()}
    return {key: (weight > 0) - (weight < 0) for key, weight in weights.items() if weight}


def _traits(library: Library, one: Entry) -> tuple[str, ...]:
    return (f"article:{library.article_of(one).id}", *(f"topic:{topic}" for topic in one.topics))


def neighbours(library: Library, topics: Sequence[str]) -> Mapping[str, int]:
    """By topic, how many articles it shares with these topics."""
    shared: dict[str, int] = {}
    for article in library.articles.values():
        inside = topics_of(library, article)
        if inside.intersection(topics):
            for topic in inside.difference(topics):
                shared[topic] = shared.get(topic, 0) + 1
    return shared


def topics_of(library: Library, article: Article) -> set[str]:
    """What an article and its entries are filed under."""
    entries: list[Entry] = [*article.quotes, *article.key_points, *article.facts]
    return {*article.topics, *(topic for one in entries for topic in one.topics)}


def _articles(library: Library, preferences: DigestPreferences, day: date) -> list[Article]:
    """Articles to read, evenly spread: as many days apart as make the round last `REST`."""
    own = [
        library.articles[one]
        for one in shuffled(library.articles, day.toordinal() // REST.days)
        if not preferences.topics
        or set(preferences.topics) & topics_of(library, library.articles[one])
    ]
    if preferences.weekly:
        return _fresh(own, preferences, day)[:WEEKLY_ARTICLES]
    last = max((_seen(one, preferences).date() for one in library.articles.values()), default=day)
    if own and (day - last).days < REST.days // len(own):
        return []
    return _fresh(own, preferences, day)[:1]


def _in_turn(topics: Sequence[str], day: date) -> list[str]:
    start = day.toordinal() % len(topics) if topics else 0
    return [*topics[start:], *topics[:start]]


def _fresh(items: Iterable[Article], preferences: DigestPreferences, day: date) -> list[Article]:
    """What the chat never saw, in the order given, then what it saw longest ago."""
    rested = (one for one in items if day - _seen(one, preferences).date() >= REST)
    return sorted(rested, key=lambda one: _seen(one, preferences))


def _seen(one: Entry | Article, preferences: DigestPreferences) -> datetime:
    return preferences.seen.get(item_id(one), NEVER)
