"""The feeds as a reader takes them: feedparser and the schema of JSON Feed."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
import pytest

from bot.library.library import Library
from bot.library.load import load
from tests.site.conftest import CONTENT, URL, Make, withdraw

SCHEMA = json.loads((Path(__file__).parent / "jsonfeed.schema.json").read_text("utf-8"))
LANGUAGES = ("en", "zh-Hans", "zh-Hant")


@pytest.fixture
def dated(own_content: Path) -> Path:
    """One article came in on a known day; of the other no day is known at all."""
    came_in(own_content, "silicon-valley-002", "2026-11-20")
    came_in(own_content, "ai-engineers-rat-race", None)
    return own_content


def came_in(content: Path, name: str, day: str | None) -> None:
    file = content / "articles" / f"{name}.yaml"
    lines = [x for x in file.read_text("utf-8").splitlines() if not x.startswith("added:")]
    said = [f"added: '{day}'"] if day else []
    if not day:
        lines = [re.sub("^  published: .*", "  published: null", line) for line in lines]
    file.write_text("\n".join([*lines[:3], *said, *lines[3:]]) + "\n", "utf-8")


def _atom(out: Path, path: str) -> Any:
    return feedparser.parse((out / path).read_bytes())


def test_every_topic_and_language_has_feeds_that_readers_take(whole: Path) -> None:
    for language in LANGUAGES:
        for place in ("", *(f"t/{slug}/" for slug in load(CONTENT).topics)):
            read = _atom(whole, f"{language}/{place}feed.atom")
            assert (read.bozo, read.version) == (False, "atom10")
            told = json.loads((whole / language / place / "feed.json").read_bytes())
            jsonschema.validate(told, SCHEMA)
            assert [one.id for one in read.entries] == [one["id"] for one in told["items"]]
            days = [one.updated for one in read.entries]
            assert days == sorted(days, reverse=True)
            assert len({one.id for one in read.entries}) == len(read.entries)


def test_entries_bear_the_days_that_are_known_and_no_others(
    make: Make, dated: Path, out: Path
) -> None:
    said = make("--url", URL)
    assert "in no feed, for want of a day (`added`): ai-engineers-rat-race" in said
    library, read = load(dated), _atom(out, "en/feed.atom")
    ids = {entry.id.rpartition("/")[2] for entry in read.entries}
    assert "silicon-valley-002" in ids
    assert "ai-engineers-rat-race" not in ids
    for entry in read.entries:
        assert entry.published == entry.updated == "2026-11-20T00:00:00Z"
        assert entry.link.startswith(f"{URL}/en/")
    came_in(dated, "ai-engineers-rat-race", "2026-11-23")
    make("--url", URL)
    newest = _atom(out, "en/feed.atom").entries[0]
    assert newest.published == "2026-11-23T00:00:00Z"
    home = library.articles["ai-engineers-rat-race"]
    assert newest.id.rpartition("/")[2] in {home.id, *(q.id for q in home.quotes)} | {
        fact.id for fact in (*home.key_points, *home.facts)
    }


def test_every_published_entry_stands_in_the_feed_of_each_of_its_topics(whole: Path) -> None:
    library = load(CONTENT)
    for held in (library.articles, library.quotes, library.facts):
        for entry in held.values():
            for topic in entry.topics:
                assert entry.id in _ids(whole, f"en/t/{topic}/feed.atom"), topic
            assert entry.id in _ids(whole, "zh-Hant/feed.atom")


@cache
def _ids(out: Path, path: str) -> frozenset[str]:
    return frozenset(one.id.rpartition("/")[2] for one in _atom(out, path).entries)


def test_a_feed_ends_with_a_day_and_not_within_one(make: Make, dated: Path, out: Path) -> None:
    """Fifty entries are enough, unless more came in on the day of the fiftieth."""
    came_in(dated, "ai-engineers-rat-race", "2026-11-20")
    make("--url", URL)
    library = load(dated)
    count = len(library.articles) + len(library.quotes) + len(library.facts)
    assert len(_atom(out, "en/feed.atom").entries) == count
    for number in range(3):
        copy_of(dated, "silicon-valley-002", number, f"2026-11-2{number + 1}")
    make("--url", URL)
    days = [entry.published[:10] for entry in _atom(out, "en/feed.atom").entries]
    assert len(days) >= 50
    assert set(days) == {"2026-11-23", "2026-11-22", "2026-11-21"}
    each = count_of(load(dated), "silicon-valley-002")
    assert [days.count(day) for day in sorted(set(days))] == [each] * 3


def copy_of(content: Path, name: str, number: int, day: str) -> None:
    """The same article again, its ids and words told apart by a number."""
    text = (content / "articles" / f"{name}.yaml").read_text("utf-8")
    text = re.sub(r"^( *(?:- )?id: )(.*)$", rf"\1\2-{number}", text, flags=re.MULTILINE)
    text = re.sub(r"^added: .*$", f"added: '{day}'", text, flags=re.MULTILINE)
    (content / "articles" / f"{name}-{number}.yaml").write_text(text, "utf-8")


def count_of(library: Library, name: str) -> int:
    article = library.articles[name]
    return 1 + len(article.quotes) + len(article.key_points) + len(article.facts)


def test_ids_do_not_depend_on_the_address(
    make: Make, dated: Path, out: Path, tmp_path: Path
) -> None:
    make("--url", URL)
    make("--url", "https://elsewhere.example", out=tmp_path / "other")
    ids = [e.id for e in _atom(out, "en/feed.atom").entries]
    assert ids
    assert ids == [e.id for e in _atom(tmp_path / "other", "en/feed.atom").entries]


def test_a_withdrawn_entry_becomes_a_tombstone_under_its_own_id(
    make: Make, dated: Path, out: Path
) -> None:
    make("--url", URL)
    quote = next(
        q for q in load(dated).quotes.values() if q.id in (out / "en/feed.atom").read_text()
    )
    of_topic = f"en/t/{quote.topics[0]}/feed"
    before = {e.id: e for e in _atom(out, f"{of_topic}.atom").entries}
    (mine,) = [one for one in before if one.endswith(f"/{quote.id}")]
    withdraw(dated, quote.id)
    make("--url", URL)
    for place in ("en/feed", of_topic):
        raw = (out / f"{place}.atom").read_text("utf-8")
        assert f'deleted-entry ref="{mine}" when="' in raw
        assert quote.text not in raw
        (entry,) = [e for e in _atom(out, f"{place}.atom").entries if e.id == mine]
        assert entry.title == "Withdrawn"
        told = json.loads((out / f"{place}.json").read_bytes())
        jsonschema.validate(told, SCHEMA)
        (item,) = [one for one in told["items"] if one["id"] == mine]
        assert item["_aiwork"] == {"withdrawn": True}
        assert quote.text not in json.dumps(told, ensure_ascii=False)


def test_the_daily_digest_has_a_feed_of_its_own(whole: Path) -> None:
    for language in LANGUAGES:
        read = _atom(whole, f"{language}/digest.atom")
        assert not read.bozo
        days = [entry.id.rpartition("/")[2] for entry in read.entries]
        assert len(days) == 14
        assert days == sorted(days, reverse=True)
        assert all(f"/{language}/q/" in entry.link for entry in read.entries)


def test_markup_in_a_feed_stays_text(make: Make, dated: Path, out: Path) -> None:
    file = dated / "articles" / "silicon-valley-002.yaml"
    library = load(dated)
    title = library.articles["silicon-valley-002"].title.en
    text = file.read_text("utf-8")
    assert title in text
    file.write_text(text.replace(title, "<script>alert(1)</script> & <b>more"), "utf-8")
    make("--url", URL)
    (entry,) = [
        e for e in _atom(out, "en/feed.atom").entries if e.id.endswith("/silicon-valley-002")
    ]
    assert "<script>" not in entry.content[0].value
    assert "&lt;script&gt;" in entry.title or "<script>" in entry.title
