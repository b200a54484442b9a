"""The feeds as a reader takes them: feedparser and the schema of JSON Feed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
import pytest

from bot.library.load import load
from tests.site.conftest import CONTENT, URL, Make, withdraw

SCHEMA = json.loads((Path(__file__).parent / "jsonfeed.schema.json").read_text("utf-8"))
LANGUAGES = ("en", "zh-Hans", "zh-Hant")


@pytest.fixture
def dated(own_content: Path) -> Path:
    """Two articles came in on known days."""
    for name, day in (("meta-talent-war", "2026-11-01"), ("silicon-valley-002", "2026-11-20")):
        file = own_content / "articles" / f"{name}.yaml"
        text = file.read_text("utf-8").replace("\nlanguage:", f"\nadded: '{day}'\nlanguage:", 1)
        file.write_text(text, "utf-8")
    return own_content


def _atom(out: Path, path: str) -> Any:
    return feedparser.parse((out / path).read_bytes())


def test_every_topic_and_language_has_feeds_that_readers_take(
    make: Make, dated: Path, out: Path
) -> None:
    make("--url", URL)
    for language in LANGUAGES:
        for place in ("", *(f"t/{slug}/" for slug in load(CONTENT).topics)):
            read = _atom(out, f"{language}/{place}feed.atom")
            assert (read.bozo, read.version) == (False, "atom10")
            told = json.loads((out / language / place / "feed.json").read_bytes())
            jsonschema.validate(told, SCHEMA)
            assert [one.id for one in read.entries] == [one["id"] for one in told["items"]]
            days = [one.updated for one in read.entries]
            assert days == sorted(days, reverse=True)
            assert len({one.id for one in read.entries}) == len(read.entries)


def test_entries_bear_the_days_that_are_known_and_no_others(
    make: Make, dated: Path, out: Path
) -> None:
    said = make("--url", URL)
    assert "in no feed, for want of a day (`added`): ai-researchers-stressed" in said
    library, read = load(dated), _atom(out, "en/feed.atom")
    assert read.entries[0].updated == "2026-11-20T00:00:00Z"
    for entry in read.entries:
        name = entry.id.rpartition("/")[2]
        article = library.articles.get(name) or library.article_of(name)
        assert (article.added or article.source.published) == entry.published[:10]
        assert entry.link.startswith(f"{URL}/en/")


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


def test_the_daily_digest_has_a_feed_of_its_own(make: Make, out: Path) -> None:
    make("--url", URL)
    for language in LANGUAGES:
        read = _atom(out, f"{language}/digest.atom")
        assert not read.bozo
        days = [entry.id.rpartition("/")[2] for entry in read.entries]
        assert len(days) == 14
        assert days == sorted(days, reverse=True)
        assert all(f"/{language}/q/" in entry.link for entry in read.entries)


def test_markup_in_a_feed_stays_text(make: Make, dated: Path, out: Path) -> None:
    file = dated / "articles" / "meta-talent-war.yaml"
    library = load(dated)
    title = library.articles["meta-talent-war"].title.en
    text = file.read_text("utf-8")
    assert title in text
    file.write_text(text.replace(title, "<script>alert(1)</script> & <b>more"), "utf-8")
    make("--url", URL)
    (entry,) = [e for e in _atom(out, "en/feed.atom").entries if e.id.endswith("/meta-talent-war")]
    assert "<script>" not in entry.content[0].value
    assert "&lt;script&gt;" in entry.title or "<script>" in entry.title
