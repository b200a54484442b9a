"""Topics by whatever people call them, quotes by topic, articles by quote."""

from __future__ import annotations

import pytest

from bot.library.documents import documents
from bot.library.library import Library
from bot.library.load import load
from tests.library.conftest import FIXTURES

CALLED = {
    "overwork": ["996", "９９６", "9-9-6", "9 9 6", "002", "Overwork", "OVERWORK", "加班", "內卷"],
    "layoffs": ["裁员", "裁員", "job cuts", "Job-Cuts", "layoffs", "layoffs.fyi", " 裁人 "],
    "talent-wars": ["talent wars", "talent-wars", "搶人大戰", "抢人大战"],
}


@pytest.fixture(scope="module")
def library() -> Library:
    return load(FIXTURES / "content")


@pytest.mark.parametrize(("slug", "words"), [(s, w) for s, some in CALLED.items() for w in some])
def test_a_topic_is_found_in_any_script_width_and_spelling(
    library: Library, slug: str, words: str
) -> None:
    topic = library.topic_of(words)
    assert topic is not None
    assert topic.slug == slug


@pytest.mark.parametrize("words", ["", "…", "9", "员", "layoff or not", "\ud800", "x" * 100_000])
def test_words_that_name_no_topic_find_none(library: Library, words: str) -> None:
    assert library.topic_of(words) is None


@pytest.mark.parametrize(
    ("words", "slugs"),
    [
        ("overwrk", ["overwork"]),
        ("how do people cope with 職業倦怠?", ["burnout"]),
        ("talent war", ["talent-wars"]),
        ("quantum chromodynamics", []),
        ("", []),
    ],
)
def test_the_nearest_topics_are_offered(library: Library, words: str, slugs: list[str]) -> None:
    assert [topic.slug for topic in library.nearest_topics(words)] == slugs


def test_no_more_topics_are_offered_than_wanted(library: Library) -> None:
    assert len(library.nearest_topics("burnout overwork layoffs", limit=2)) == 2


def test_quotes_are_found_by_topic_and_lead_to_their_article(library: Library) -> None:
    assert [quote.id for quote in library.quotes_of("burnout")] == ["nobody-takes-vacation"]
    assert library.quotes_of("layoffs") == ()
    quote = library.quotes["nobody-takes-vacation"]
    assert library.article_of(quote) is library.article_of("nobody-takes-vacation")
    assert [article.id for article in library.articles_of("burnout")] == ["silicon-valley-002"]


def test_the_lookup_gets_every_quote_and_article_in_all_their_words(library: Library) -> None:
    found = {document["id"]: document for document in documents(library)}
    assert list(found) == [
        "quote:no-natural-stopping-point",
        "quote:nobody-takes-vacation",
        *(f"fact:fact-{n}" for n in range(1, 6)),
        "article:silicon-valley-002",
    ]
    quote = found["quote:no-natural-stopping-point"]
    assert quote["text"].startswith("每个人都在不停地工作")
    assert "Madhavi Sewak" in quote["author"].split("\n")
    assert "The Wall Street Journal" in quote["work"].split("\n")
    assert any(text.startswith("Everyone keeps working") for text in quote["also"])
    facts = [text for name, one in found.items() for text in one["also"] if "fact:" in name]
    assert "To Batson the process resembles evolution more than engineering." in facts


def test_an_empty_library_answers_too() -> None:
    library = Library({}, {})
    assert library.topic_of("996") is None
    assert library.nearest_topics("996") == []
    assert documents(library) == []


def test_nothing_withdrawn_or_drafted_reaches_the_lookup(library: Library) -> None:
    ids = {document["id"].partition(":")[2] for document in documents(library)}
    assert not ids & (library.withdrawn | library.drafts)
