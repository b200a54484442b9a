"""What a digest brings: the unseen first, nothing twice within a month, every topic in turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.language import Language
from bot.core.plain_text import text_of
from bot.core.reply import Audience, Buttons
from bot.core.words import Voice
from bot.digest.compose import (
    REST,
    DigestPreferences,
    choose,
    count_unseen,
    quotes_per_digest,
    render,
)
from bot.digest.daily import quote_of_the_day
from bot.library.library import Library
from tests.commands.desk import live_library, words

DAY = date(2026, 3, 2)
TOPICS = sorted(live_library().edition.library.topics)
VOICE = Voice(words(), Language.EN)


@pytest.fixture
def library() -> Library:
    return live_library().edition.library


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def live(
    library: Library, preferences: DigestPreferences, days: int, start: date = DAY
) -> list[tuple[str, ...]]:
    """So many digests, one a day, each remembered as seen."""
    seen: dict[str, datetime] = dict(preferences.seen)
    brought = []
    for n in range(days):
        day = start + timedelta(days=n)
        items = choose(library, replace(preferences, seen=seen), day)
        brought.append(items)
        seen |= dict.fromkeys(items, noon(day))
    return brought


def quotes(items: tuple[str, ...]) -> list[str]:
    return [item for item in items if item.startswith("quote:")]


tastes = st.builds(
    DigestPreferences,
    st.lists(st.sampled_from(TOPICS), unique=True, max_size=5).map(tuple),
    st.dictionaries(
        st.sampled_from([f"quote:{one}" for one in live_library().edition.library.quotes]),
        st.integers(0, 60).map(lambda ago: noon(DAY - timedelta(days=ago))),
    ),
    st.booleans(),
)
days = st.dates(date(2024, 1, 1), date(2030, 1, 1))


@settings(max_examples=40, deadline=None)
@given(tastes, days)
def test_the_same_taste_on_the_same_day_gets_the_same(
    preferences: DigestPreferences, day: date
) -> None:
    library = live_library().edition.library
    assert choose(library, preferences, day) == choose(library, preferences, day)


@settings(max_examples=40, deadline=None)
@given(tastes)
def test_nothing_comes_twice_within_a_month_or_off_the_topics(
    preferences: DigestPreferences,
) -> None:
    library = live_library().edition.library
    last: dict[str, date] = {item: at.date() for item, at in preferences.seen.items()}
    for n, items in enumerate(live(library, preferences, 12)):
        day = DAY + timedelta(days=n)
        assert len(items) == len(set(items))
        assert len(quotes(items)) <= quotes_per_digest(preferences)
        for item in items:
            assert day - last.get(item, date.min) >= REST
            kind, _, name = item.partition(":")
            entry = library.quotes[name] if kind == "quote" else library.articles[name]
            assert not preferences.topics or set(preferences.topics) & set(entry.topics)
        last |= dict.fromkeys(items, day)


@settings(max_examples=40, deadline=None)
@given(tastes, days)
def test_what_was_never_seen_comes_before_what_was(
    preferences: DigestPreferences, day: date
) -> None:
    library = live_library().edition.library
    chosen = quotes(choose(library, replace(preferences, topics=()), day))
    new = {f"quote:{one}" for one in library.quotes} - set(preferences.seen)
    if any(item not in new for item in chosen):
        assert new <= set(chosen)


def test_without_topics_every_quote_comes_once_a_day_each(library: Library) -> None:
    size = len(library.quotes)
    brought = [quotes(items) for items in live(library, DigestPreferences(), size)]
    assert all(len(items) == 1 for items in brought)
    assert {item for items in brought for item in items} == {f"quote:{q}" for q in library.quotes}


def test_a_newcomer_gets_the_quote_of_the_day(library: Library) -> None:
    assert quotes(choose(library, DigestPreferences(), DAY)) == [
        f"quote:{quote_of_the_day(library, DAY).id}"
    ]


def test_topics_take_turns(library: Library) -> None:
    preferences = DigestPreferences(("layoffs", "mental-health", "overwork"))
    first_topics = []
    for items in live(library, preferences, 3):
        assert len(quotes(items)) == 2
        first_topics.append(set(library.quotes[items[0].removeprefix("quote:")].topics))
    assert all(any(topic in topics for topics in first_topics) for topic in preferences.topics)


def test_when_a_topic_is_used_up_there_is_nothing_until_it_has_rested(library: Library) -> None:
    brought = live(library, DigestPreferences(("safety",)), 45)
    quotes_there = len(library.quotes_of("safety"))
    articles_there = len(library.articles_of("safety"))
    busy = max(quotes_there, articles_there)
    assert all(brought[:busy])
    assert not any(brought[busy:30])
    assert brought[30] == brought[0]


def test_a_topic_that_has_only_articles_brings_those(library: Library) -> None:
    items = choose(library, DigestPreferences(("compute",)), DAY)
    assert items
    assert not quotes(items)
    reply = render(library, items, VOICE, DAY)
    assert reply
    assert "Worth reading:" in text_of(reply)


def test_an_unknown_topic_brings_nothing(library: Library) -> None:
    assert choose(library, DigestPreferences(("no-such-topic",)), DAY) == ()


def test_a_week_is_gathered_in_five_quotes_and_two_articles(library: Library) -> None:
    items = choose(library, DigestPreferences(weekly=True), DAY)
    assert len(quotes(items)) == 5
    assert len(items) == 7
    reply = render(library, items, VOICE, DAY, weekly=True)
    assert reply
    assert text_of(reply).startswith("AI work culture: the week to 2026-03-02\n")


def test_a_digest_is_read_by_the_room_and_ends_in_ways_on(library: Library) -> None:
    reply = render(library, choose(library, DigestPreferences(), DAY), VOICE, DAY)
    assert reply
    assert reply.audience is Audience.ROOM
    (row,) = (block.row for block in reply.blocks if isinstance(block, Buttons))
    assert [button.label for button in row] == [
        "Another quote", "Article", "Topics", "Settings", "Stop the digest",
    ]  # fmt: skip


def without(library: Library, *ids: str) -> Library:
    """The library after editors withdrew quotes."""
    articles = {
        name: one.model_copy(update={"quotes": tuple(q for q in one.quotes if q.id not in ids)})
        for name, one in library.articles.items()
    }
    return Library(articles, library.topics, frozenset(ids))


def test_what_was_withdrawn_meanwhile_is_left_out(library: Library) -> None:
    items = choose(library, DigestPreferences(weekly=True), DAY)
    gone = items[0].removeprefix("quote:")
    reply = render(without(library, gone), items, VOICE, DAY, weekly=True)
    assert reply
    text = text_of(reply)
    assert library.quotes[gone].text not in text
    assert all(library.quotes[q.removeprefix("quote:")].text in text for q in quotes(items)[1:])


def test_when_all_was_withdrawn_there_is_nothing_to_say(library: Library) -> None:
    items = quotes(choose(library, DigestPreferences(weekly=True), DAY))
    gone = [item.removeprefix("quote:") for item in items]
    assert render(without(library, *gone), items, VOICE, DAY) is None
    assert render(library, (), VOICE, DAY) is None


def test_unseen_counts_what_could_still_come(library: Library) -> None:
    every: Mapping[str, datetime] = {f"quote:{one}": noon(DAY) for one in library.quotes}
    assert count_unseen(library, DigestPreferences(), DAY) == len(library.quotes)
    assert count_unseen(library, DigestPreferences(("layoffs",)), DAY) == len(
        library.quotes_of("layoffs")
    )
    assert count_unseen(library, DigestPreferences(seen=every), DAY) == 0
    assert count_unseen(library, DigestPreferences(seen=every), DAY + REST) == len(library.quotes)


def test_every_quote_has_its_day_in_each_round(library: Library) -> None:
    size = len(library.quotes)
    start = DAY.toordinal() // size * size
    rounds = [
        [
            quote_of_the_day(library, date.fromordinal(start + turn * size + n)).id
            for n in range(size)
        ]
        for turn in range(2)
    ]
    assert sorted(rounds[0]) == sorted(rounds[1]) == sorted(library.quotes)
    assert rounds[0] != rounds[1]


def test_an_empty_library_has_no_quote_of_the_day_and_no_digest(library: Library) -> None:
    empty = Library({}, library.topics)
    assert choose(empty, DigestPreferences(), DAY) == ()
    with pytest.raises(LookupError):
        quote_of_the_day(empty, DAY)
