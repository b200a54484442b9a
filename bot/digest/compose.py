"""Which items a digest holds, and how it reads. Pure: the same input says the same thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from bot.core.command_line import CommandLine
from bot.core.reply import (
    Act,
    Audience,
    Block,
    Buttons,
    Divider,
    Heading,
    Item,
    Reply,
    Span,
    spans,
)
from bot.core.words import Voice
from bot.digest.daily import quote_of_the_day, shuffled
from bot.library.cards import key_figure, quote_blocks, title_of
from bot.library.documents import item_id
from bot.library.library import Library
from bot.library.models.entries import Article, QuoteEntry

Entry = TypeVar("Entry", bound=QuoteEntry | Article)

NEVER = datetime.min.replace(tzinfo=UTC)

REST = timedelta(days=30)
"""How long an item rests before a chat may see it again."""

TOPICS_A_DAY = 2
"""Quotes in the daily digest of a chat that chose two topics or more."""

WEEKLY_QUOTES = 5
WEEKLY_ARTICLES = 2
"""A weekly digest gathers a working week, and still fits one Slack message (9,000 characters)."""


@dataclass(frozen=True, slots=True)
class DigestPreferences:
    """What a chat wants and has had: its topics (none means all), when it last saw each item."""

    topics: tuple[str, ...] = ()
    seen: Mapping[str, datetime] = field(default_factory=dict)
    weekly: bool = False


def choose(library: Library, preferences: DigestPreferences, day: date) -> tuple[str, ...]:
    """The ids of the items for that day, quotes before articles; empty when there is nothing that
    the chat has not seen within `REST`."""
    quotes = _quotes(library, preferences, day)
    articles = _fresh(_articles(library, preferences), preferences, day)
    wanted = WEEKLY_ARTICLES if preferences.weekly else 1
    return (*map(item_id, quotes), *map(item_id, articles[:wanted]))


def quotes_per_digest(preferences: DigestPreferences) -> int:
    """How many quotes a digest has, as long as there are any."""
    if preferences.weekly:
        return WEEKLY_QUOTES
    return min(len(preferences.topics), TOPICS_A_DAY) or 1


def count_unseen(library: Library, preferences: DigestPreferences, day: date) -> int:
    """How many quotes are left that this chat could still be sent."""
    return len(_fresh(_on_topics(library.quotes.values(), preferences.topics), preferences, day))


def render(
    library: Library,
    items: Sequence[str],
    voice: Voice,
    day: date,
    *,
    weekly: bool = False,
    chat: str = "@here",
) -> Reply | None:
    """The digest as one message; an item that was withdrawn meanwhile is left out, and `None`
    says that nothing is left. `chat` is what makes a settings line mean the chat that the digest
    is for; none is needed in a private one."""
    quotes = _still_there(library.quotes.values(), items)
    articles = _still_there(library.articles.values(), items)
    if not quotes and not articles:
        return None
    parts: list[Sequence[Block]] = [
        *(quote_blocks(one, library.article_of(one), voice) for one in quotes),
        *((_teaser(one, voice),) for one in articles),
    ]
    title = voice.say("digest.title_weekly" if weekly else "digest.title", day=day.isoformat())
    blocks: list[Block] = [Heading(title), *parts[0]]
    for part in parts[1:]:
        blocks += [Divider(), *part]
    blocks.append(Buttons(_buttons(articles, voice, chat)))
    return Reply(tuple(blocks), Audience.ROOM)


def _still_there(known: Iterable[Entry], items: Sequence[str]) -> list[Entry]:
    """The entries that were chosen, in the order of the choice."""
    named = {item_id(one): one for one in known}
    return [named[item] for item in items if item in named]


def _teaser(article: Article, voice: Voice) -> Item:
    title = voice.spans("digest.article", title=lambda half: Span(title_of(article, half), True))
    return Item(title, key_figure(article, voice) or spans(voice.read(article.summary)))


def _buttons(articles: Sequence[Article], voice: Voice, chat: str) -> tuple[Act, ...]:
    """Another quote, the article, topics, settings, stop."""
    lines = [
        ("button.another", CommandLine("quote")),
        *(("button.article", CommandLine("article", one.id)) for one in articles[:1]),
        ("button.topics", CommandLine("topics")),
        ("button.settings", CommandLine("settings", chat)),
        ("button.stop", CommandLine("digest", f"off {chat}".strip())),
    ]
    return tuple(Act(voice.say(key), line) for key, line in lines)


def _quotes(library: Library, preferences: DigestPreferences, day: date) -> list[QuoteEntry]:
    """The quote of the day; with topics, one for each of the two whose turn it is."""
    if preferences.weekly:
        return _fresh(_on_topics(_by_day(library, day), preferences.topics), preferences, day)[
            :WEEKLY_QUOTES
        ]
    if not preferences.topics:
        return _fresh(_by_day(library, day), preferences, day)[:1]
    chosen: list[QuoteEntry] = []
    for topic in _in_turn(preferences.topics, day):
        fresh = _fresh(_on_topics(_by_day(library, day), (topic,)), preferences, day)
        chosen += [one for one in fresh if one not in chosen][:1]
    return chosen[:TOPICS_A_DAY]


def _articles(library: Library, preferences: DigestPreferences) -> list[Article]:
    return [
        library.articles[one]
        for one in shuffled(library.articles, 0)
        if not preferences.topics or set(preferences.topics) & set(library.articles[one].topics)
    ]


def _by_day(library: Library, day: date) -> list[QuoteEntry]:
    """The quote of the day, then those of the days to come."""
    days = range(len(library.quotes))
    coming = {
        one.id: one for n in days for one in [quote_of_the_day(library, day + timedelta(days=n))]
    }
    return [*coming.values(), *(q for q in library.quotes.values() if q.id not in coming)]


def _on_topics(items: Iterable[QuoteEntry], topics: Sequence[str]) -> list[QuoteEntry]:
    return [one for one in items if not topics or set(topics) & set(one.topics)]


def _in_turn(topics: Sequence[str], day: date) -> list[str]:
    start = day.toordinal() % len(topics)
    return [*topics[start:], *topics[:start]]


def _fresh(items: Iterable[Entry], preferences: DigestPreferences, day: date) -> list[Entry]:
    """What the chat never saw, in the order given, then what it saw longest ago."""
    rested = (one for one in items if day - _seen(one, preferences).date() >= REST)
    return sorted(rested, key=lambda one: _seen(one, preferences))


def _seen(one: QuoteEntry | Article, preferences: DigestPreferences) -> datetime:
    return preferences.seen.get(item_id(one), NEVER)
