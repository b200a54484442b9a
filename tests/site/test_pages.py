"""The reading room as files: every entry has its page, links lead somewhere, shares unfurl."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.library.load import load
from tests.site.conftest import CONTENT, URL, Make, withdraw

KINDS = {"q": "quotes", "f": "facts", "a": "articles", "t": "topics"}
LANGUAGES = ("", "en", "zh-Hans", "zh-Hant")


class _Page(HTMLParser):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links, self.loads, self.meta = list[str](), list[str](), dict[str, str]()
        self.text = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given["href"])
        if tag == "meta":
            self.meta[given.get("property") or given.get("name") or ""] = given.get("content", "")
        if tag in ("script", "img", "iframe", "object", "embed", "source", "video", "audio"):
            self.loads.append(given.get("src", "inline"))
        if tag == "link" and given["rel"] == "stylesheet":
            self.loads.append(given["href"])
        if "style" in given or any(name.startswith("on") for name in given):
            self.loads.append("inline")

    def handle_data(self, data: str) -> None:
        self.text += data


def _page(out: Path, path: str) -> _Page:
    return _Page(out / path.strip("/") / "index.html")


def test_every_published_entry_has_a_page_in_each_language(whole: Path) -> None:
    library = load(CONTENT)
    for letter, held in KINDS.items():
        ids = getattr(library, held)
        assert ids
        for language in LANGUAGES:
            assert {p.name for p in (whole / language / letter).iterdir()} >= set(ids)


def test_every_link_within_leads_somewhere_and_nothing_is_loaded_from_elsewhere(
    whole: Path,
) -> None:
    there = {path.relative_to(whole).as_posix() for path in whole.rglob("*.*")}
    for path in whole.rglob("*.html"):
        page = _Page(path)
        for link in page.links:
            parts = urlsplit(link)
            if not parts.netloc:
                inside = parts.path.strip("/")
                assert {inside, f"{inside}/index.html".lstrip("/")} & there, (path, link)
        assert all(re.fullmatch(r"/assets/[a-z]+\.[0-9a-f]{12}\.(css|js)", x) for x in page.loads)
        assert len(page.loads) == 2


def test_a_shared_link_names_who_said_it_where_and_when(whole: Path) -> None:
    quote = _page(whole, "/en/q/most-interesting-question").meta
    assert quote["og:url"] == f"{URL}/en/q/most-interesting-question"
    for said in ("Josh Batson", "WSJ", "Oct 2025"):
        assert said in quote["og:title"] + quote["og:description"]
    library = load(CONTENT)
    fact = next(f for f in library.facts.values() if f.figures)
    source = library.article_of(fact).source
    told = _page(whole, f"/en/f/{fact.id}").meta["og:description"]
    assert source.name
    assert source.dated
    for said in (fact.figures[0].who_says.en, source.name.en, source.dated.en):
        assert said in told
    article = library.articles["ai-engineers-rat-race"]
    meta = _page(whole, f"/en/a/{article.id}").meta
    assert meta["article:published_time"] == "2024-05-10"
    for said in (*article.source.authors, "新智元", "2024-05-10"):
        assert said in meta["og:description"]
    topic = _page(whole, "/en/t/burnout").meta["og:description"]
    best = min(library.quotes_of("burnout"), key=lambda one: not one.opener)
    assert best.speaker.name.en in topic
    home = library.article_of(best).source
    assert home.name
    assert home.name.en in topic


def test_a_page_reads_in_its_own_language(whole: Path) -> None:
    quote = load(CONTENT).quotes["most-interesting-question"]
    name = "q/most-interesting-question"
    both, english = _page(whole, name).text, _page(whole, f"en/{name}").text
    assert quote.text in both
    assert quote.speaker.name.hans in both
    assert quote.speaker.name.en in both
    assert quote.speaker.name.en in english
    assert quote.speaker.name.hans not in english
    assert "喬希·巴特森" in _page(whole, f"zh-Hant/{name}").text


def test_a_second_run_writes_nothing_and_an_edit_only_what_it_touches(
    make: Make, own_content: Path, out: Path
) -> None:
    make()
    assert " 0 written, 0 deleted" in make()
    before = {p: p.stat().st_mtime_ns for p in out.rglob("*.html")}
    file = own_content / "articles" / "ai-engineers-rat-race.yaml"
    text = file.read_text("utf-8").replace("in breakdown: 996 code", "in breakdowns: 996 code")
    file.write_text(text, "utf-8")
    make()
    touched = [p for p, at in before.items() if p.stat().st_mtime_ns != at]
    changed = {p.relative_to(out).as_posix() for p in touched}
    assert "en/a/ai-engineers-rat-race/index.html" in changed
    assert not [one for one in changed if one.startswith(("en/q/", "zh-Hans/"))]


def test_a_second_run_draws_only_what_an_edit_touches(
    make: Make, own_content: Path, out: Path
) -> None:
    """A page whose words and article are the same is not even looked into."""
    make()
    page = out / "en" / "q" / "most-interesting-question" / "index.html"
    page.write_text("as somebody left it", "utf-8")
    file = own_content / "articles" / "ai-engineers-rat-race.yaml"
    file.write_text(file.read_text("utf-8").replace("in breakdown:", "in breakdowns:"), "utf-8")
    make()
    assert page.read_text("utf-8") == "as somebody left it"
    page.unlink()
    assert " 1 written, 0 deleted" in make()
    assert "Josh Batson" in page.read_text("utf-8")


def test_an_edit_of_what_many_pages_show_reaches_them_all(
    make: Make, own_content: Path, out: Path
) -> None:
    make()
    file = own_content / "topics.yaml"
    file.write_text(file.read_text("utf-8").replace("en: Burnout", "en: Burning out"), "utf-8")
    make()
    shown = {
        path.relative_to(out).as_posix()
        for path in (out / "en").rglob("*.html")
        if "Burning out" in path.read_text("utf-8")
    }
    assert {"en/index.html", "en/t/burnout/index.html"} < shown
    assert any(path.startswith("en/q/") for path in shown)
    assert not [p for p in out.rglob("*.html") if ">Burnout<" in p.read_text("utf-8")]
    make("--url", URL)
    assert f'content="{URL}/en/' in (out / "en/index.html").read_text("utf-8")


def test_a_run_that_was_interrupted_is_taken_up_by_the_next(
    make: Make, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("bot.site.site.atom", full)
        assert "cannot be written" in make(code=2)
    assert "0 deleted" in make()
    assert "Josh Batson" in _page(out, "/en/q/most-interesting-question").text
    assert " 0 written, 0 deleted" in make()


def test_what_is_withdrawn_says_so_at_its_address(make: Make, own_content: Path, out: Path) -> None:
    make()
    name = "most-interesting-question"
    held = _page(out, f"/q/{name}").text
    text = load(CONTENT).quotes[name].text
    assert text in held
    withdraw(own_content, name)
    make()
    assert text not in "".join(p.read_text("utf-8") for p in out.rglob("*.*") if p.is_file())
    assert "was withdrawn" in _page(out, f"/en/q/{name}").text
    assert "撤下" in _page(out, f"/zh-Hans/q/{name}").text


def test_what_is_there_no_more_is_deleted_and_nothing_else(
    make: Make, own_content: Path, out: Path
) -> None:
    make()
    (out / "CNAME").write_text("read.example.org")
    (own_content / "articles" / "ai-engineers-rat-race.yaml").unlink()
    assert "deleted" in make()
    assert not (out / "a" / "ai-engineers-rat-race" / "index.html").exists()
    assert (out / "CNAME").exists()


def test_a_folder_that_holds_something_else_is_left_alone(make: Make, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "index.html").write_text("my own page")
    assert "name an empty folder" in make(out=mine, code=2)
    assert (mine / "index.html").read_text() == "my own page"


def test_a_list_that_was_tampered_with_deletes_nothing_outside(
    make: Make, out: Path, tmp_path: Path
) -> None:
    make()
    outside = tmp_path / "precious"
    outside.write_text("kept")
    names = ["../precious", str(outside), "a/../../precious"]
    for told in ([*names, 7], dict.fromkeys(names, ""), dict.fromkeys(names, 7), 7):
        (out / ".aiwork-site.json").write_text(json.dumps(told))
        make()
        assert outside.read_text() == "kept"


def test_pages_below_a_path_link_below_it(make: Make, out: Path) -> None:
    make("--url", f"{URL}/room/")
    links = [x for x in _page(out, "/en").links if not x.startswith("https://")]
    assert links
    assert all(link.startswith("/room/") for link in links)
    assert _page(out, "/en").meta["og:url"] == f"{URL}/room/en/"


@pytest.mark.parametrize("url", ["ftp://x.example", "read.example.org", "javascript:alert(1)"])
def test_an_address_that_is_none_is_told(make: Make, url: str) -> None:
    assert "beginning with https://" in make("--url", url, code=2)


def test_markup_in_content_stays_text(make: Make, own_content: Path, out: Path) -> None:
    file = own_content / "articles" / "ai-engineers-rat-race.yaml"
    told = file.read_text("utf-8").replace(
        "in breakdown: 996 code", "</title></script><script>alert(1)</script>"
    )
    file.write_text(told, "utf-8")
    make("--url", URL)
    for path in out.rglob("*.html"):
        assert "<script>" not in path.read_text("utf-8")
    assert "<script>alert(1)</script>" in _page(out, "/en/a/ai-engineers-rat-race").text
