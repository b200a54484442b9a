"""What a digest brings: the unseen first, nothing twice within a month, every topic in turn."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.language import Language
from bot.core.plain_text import text_of
from bot.core.reply import Audience, Buttons
from bot.core.words import Voice
from bot.digest.choose import (
    REST,
    DigestPreferences,
    choose,
    count_unseen,
    entries_per_digest,
)
from bot.digest.daily import quote_of_the_day
from bot.digest.forecast import DIGESTS, days_with_something
from bot.digest.render import render
from bot.library.library import Library
from tests.commands.desk import words
from tests.index import live_library

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
    """The entries of a digest: quotations and facts."""
    return [item for item in items if not item.startswith("article:")]


def topics_of(library: Library, item: str) -> set[str]:
    kind, _, name = item.partition(":")
    return set((library.quotes if kind == "quote" else library.facts)[name].topics)


def every(library: Library) -> set[str]:
    return {*(f"quote:{one}" for one in library.quotes), *(f"fact:{one}" for one in library.facts)}


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
def test_nothing_comes_twice_within_a_month(preferences: DigestPreferences) -> None:
    library = live_library().edition.library
    last: dict[str, date] = {item: at.date() for item, at in preferences.seen.items()}
    for n, items in enumerate(live(library, preferences, 12)):
        day = DAY + timedelta(days=n)
        assert len(items) == len(set(items))
        assert len(quotes(items)) <= entries_per_digest(preferences)
        for item in items:
            assert day - last.get(item, date.min) >= REST
        last |= dict.fromkeys(items, day)


@settings(max_examples=40, deadline=None)
@given(tastes, days)
def test_own_topics_come_before_neighbouring_ones_and_the_unseen_before_the_rested(
    preferences: DigestPreferences, day: date
) -> None:
    library = live_library().edition.library
    chosen = quotes(choose(library, preferences, day))
    unseen = every(library) - set(preferences.seen)
    wanted = set(preferences.topics) or set(TOPICS)
    own = {item for item in unseen if wanted & topics_of(library, item)}
    if any(item not in own for item in chosen):
        left = own - set(chosen)
        assert not left or (preferences.weekly is False and len(preferences.topics) > 1)
    if any(item not in unseen for item in chosen):
        assert not own - set(chosen)


WORKDAYS = [day for n in range(350) if (day := DAY + timedelta(days=n)).weekday() < 5]


@pytest.mark.parametrize(
    "topics",
    [(), *((one,) for one in TOPICS), ("layoffs", "visas"), ("burnout", "hype", "safety")],
    ids=",".join,
)
def test_no_working_day_of_a_year_is_silent(topics: tuple[str, ...], library: Library) -> None:
    seen: dict[str, datetime] = {}
    wanted = set(topics) or set(TOPICS)
    for day in WORKDAYS[:250]:
        items = choose(library, DigestPreferences(topics, seen), day)
        assert quotes(items), day
        for item in quotes(items):
            assert item not in seen or day - seen[item].date() >= REST
            if not wanted & topics_of(library, item):  # a neighbour: nothing unseen of one's own
                own = {one for one in every(library) if wanted & topics_of(library, one)}
                assert own <= set(seen)
        seen |= dict.fromkeys(items, noon(day))


def test_a_year_of_everything_is_no_loop_and_articles_come_evenly(library: Library) -> None:
    seen: dict[str, datetime] = {}
    cards, read = [], []
    for day in WORKDAYS[:250]:
        items = choose(library, DigestPreferences((), seen), day)
        cards += quotes(items)
        read += [day] if len(items) > len(quotes(items)) else []
        seen |= dict.fromkeys(items, noon(day))
    size = len(every(library))
    assert set(cards[:size]) == every(library)
    assert cards[:size] != cards[size : 2 * size]
    gaps = [(after - before).days for before, after in itertools.pairwise(read)]
    assert max(gaps) <= 14


def test_only_my_topics_is_silent_once_they_are_used_up(library: Library) -> None:
    preferences = DigestPreferences(("visas",), only=True)
    brought = [quotes(items) for items in live(library, preferences, 20)]
    assert sum(map(bool, brought)) == len(library.quotes_of("visas") + library.facts_of("visas"))


def test_what_came_into_the_library_since_the_last_digest_goes_first_and_is_called_new(
    library: Library,
) -> None:
    name = "meta-talent-war"
    held = {
        one: article.model_copy(update={"added": (DAY - timedelta(days=9)).isoformat()})
        for one, article in library.articles.items()
    }
    fresh = library.articles[name].model_copy(update={"added": DAY.isoformat()})
    grown = Library({**held, name: fresh}, library.topics)
    seen = {"quote:brave-face": noon(DAY - timedelta(days=3))}
    preferences = DigestPreferences((), seen)
    items = choose(grown, preferences, DAY)
    _kind, _, first = items[0].partition(":")
    assert grown.article_of(first).id == name
    reply = render(grown, items, VOICE, DAY, preferences)
    assert reply
    assert "New in the library:" in text_of(reply)


def test_a_chats_first_days_bring_what_editors_marked_for_them(library: Library) -> None:
    first = [items[0] for items in live(library, DigestPreferences(), 2)]
    assert all(library.quotes[item.removeprefix("quote:")].opener for item in first)


def test_topics_take_turns(library: Library) -> None:
    preferences = DigestPreferences(("layoffs", "mental-health", "overwork"))
    first_topics = []
    for items in live(library, preferences, 3):
        assert len(quotes(items)) == 2
        first_topics.append(topics_of(library, items[0]))
    assert all(any(topic in topics for topics in first_topics) for topic in preferences.topics)


def test_an_unknown_topic_brings_nothing(library: Library) -> None:
    assert choose(library, DigestPreferences(("no-such-topic",)), DAY) == ()


def test_a_week_is_gathered_in_five_quotes_and_two_articles(library: Library) -> None:
    items = choose(library, DigestPreferences(weekly=True), DAY)
    assert len(quotes(items)) == 5
    assert len(items) == 7
    reply = render(library, items, VOICE, DAY, DigestPreferences(weekly=True))
    assert reply
    assert text_of(reply).startswith("AI work culture: the week to 2026-03-02\n")


def test_a_digest_is_read_by_the_room_and_ends_in_ways_on(library: Library) -> None:
    reply = render(library, choose(library, DigestPreferences(), DAY), VOICE, DAY)
    assert reply
    assert reply.audience is Audience.ROOM
    (row,) = (block.row for block in reply.blocks if isinstance(block, Buttons))
    assert [button.label for button in row] == [
        "Another quote", "Article", "Save", "Settings", "Stop the digest",
    ]  # fmt: skip


def test_a_digest_says_how_many_are_left_and_offers_to_save_each(library: Library) -> None:
    preferences = DigestPreferences(("layoffs", "visas"))
    items = choose(library, preferences, DAY)
    reply = render(library, items, VOICE, DAY, preferences)
    assert reply
    own = {item for item in every(library) if {"layoffs", "visas"} & topics_of(library, item)}
    assert f"{len(own) - len(quotes(items))} more that you have not had." in text_of(reply)
    (row,) = (block.row for block in reply.blocks if isinstance(block, Buttons))
    assert [button.label for button in row][2:4] == ["Save 1", "Save 2"]


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
    reply = render(without(library, gone), items, VOICE, DAY, DigestPreferences(weekly=True))
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
    all_seen = dict.fromkeys(every(library), noon(DAY))
    assert count_unseen(library, DigestPreferences(), DAY) == len(every(library))
    own = [*library.quotes_of("layoffs"), *library.facts_of("layoffs")]
    assert count_unseen(library, DigestPreferences(("layoffs",)), DAY) == len(own)
    assert count_unseen(library, DigestPreferences(seen=all_seen), DAY) == 0
    assert count_unseen(library, DigestPreferences(seen=all_seen), DAY + REST) == len(all_seen)


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


def test_what_is_like_the_saved_comes_before_what_is_like_the_hidden(library: Library) -> None:
    saved = frozenset({"quote:treated-like-athletes"})  # pay and talent wars, from Meta's article
    hidden = frozenset({"quote:closest-to-new-productivity"})
    taste = DigestPreferences(seen=dict.fromkeys(["a", "b", "c", "d"], noon(DAY)))
    moved = replace(taste, saved=saved, hidden=hidden)
    order = [live(library, one, 12, DAY + timedelta(days=1)) for one in (taste, moved)]
    shown = [[library.article_of(q.split(":")[1]).id for d in o for q in quotes(d)] for o in order]
    assert shown[1][:8].count("meta-talent-war") > shown[0][:8].count("meta-talent-war")
    off = replace(moved, reactions=False, hidden=frozenset())
    assert live(library, off, 12) == live(library, taste, 12)


@pytest.mark.parametrize("topic", TOPICS)
def test_what_is_foretold_of_a_topic_alone_is_what_a_year_brings(
    topic: str, library: Library
) -> None:
    preferences = DigestPreferences((topic,), only=True)
    foretold = DIGESTS / days_with_something(library, preferences, WORKDAYS[:DIGESTS])
    happens = 250 / days_with_something(library, preferences, WORKDAYS[:250])
    assert abs(foretold - happens) <= 1


@settings(max_examples=5, deadline=None)
@given(st.sets(st.sampled_from(TOPICS), min_size=2, max_size=2))
def test_no_working_day_is_silent_for_two_topics(pair: set[str]) -> None:
    library, topics = live_library().edition.library, tuple(sorted(pair))
    assert days_with_something(library, DigestPreferences(topics), WORKDAYS[:250]) == 250
