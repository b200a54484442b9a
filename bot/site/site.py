"""Every page, feed and index of the reading room, each made when it is asked for."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from bot.core.language import Language
from bot.core.page import LETTERS, page_path, prefix
from bot.core.reply import Heading, Paragraph, Span, spans
from bot.core.words import Voice, Words
from bot.library.library import Library
from bot.site.entries import (
    Content,
    Listed,
    line_of,
    of_article,
    of_articles,
    of_fact,
    of_home,
    of_quote,
    of_topic,
    pages_of,
    told_of,
)
from bot.site.feeds import atom, digest_feed, feed_of, json_feed
from bot.site.layout import Place, page

LANGUAGES = (Language.BOTH, Language.EN, Language.HANS, Language.HANT)

_ASSETS = Path(__file__).with_name("assets")
_VERBS = {letter: verb for verb, letter in LETTERS.items()}
_ENTRY = re.compile(r"/(?P<letter>[qfat])/(?P<id>[a-z0-9-]+)(?:/(?P<page>[1-9]\d{0,3}))?")
_ARTICLES = re.compile(r"/articles(?:/(?P<page>[1-9]\d{0,3}))?")
_FEED = re.compile(r"(?:/t/(?P<topic>[a-z0-9-]+))?/feed\.(?P<kind>atom|json)")
_DIGEST = re.compile(r"/digest\.(?P<kind>atom|json)")

_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class SiteFile:
    """What stands at a path. `status` is 410 for what was withdrawn; `lasting` says that the
    content of this path never changes."""

    body: bytes
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    lasting: bool = False


@dataclass(frozen=True)
class Site:
    """The reading room of one library. `url` is its public address, empty when none is known:
    then nothing that needs a whole address (Open Graph's, other languages') is said."""

    library: Library
    words: Words
    url: str = ""

    @cached_property
    def place(self) -> Place:
        url = self.url.rstrip("/")
        return Place(url, urlsplit(url).path, {plain: hashed for hashed, plain in _assets()[1]})

    def paths(self) -> Iterator[str]:
        """Every path there is, without the day's: pages, withdrawn ones, feeds, indexes, assets."""
        for language in LANGUAGES:
            top = prefix(language)
            yield f"{top}/"
            yield f"{top}/search.json"
            yield from (f"{top}{rest}" for rest in self._rests)
            if language is not Language.BOTH:
                yield from (f"{top}{one}" for one in self._feeds)
        yield from (f"/assets/{name}" for name in _assets()[0])

    @property
    def _rests(self) -> Iterator[str]:
        library = self.library
        held = (("q", library.quotes), ("f", library.facts), ("a", library.articles))
        yield from (f"/{letter}/{one}" for letter, entries in held for one in entries)
        yield from (f"/{LETTERS[one.verb]}/{one.id}" for one in library.tombstones if one.id)
        for topic in library.topics:
            count = sum(map(len, self._of_topic(topic)))
            yield from _numbered(f"/t/{topic}", pages_of(count))
        yield from _numbered("/articles", pages_of(len(library.articles)))

    @property
    def _feeds(self) -> Iterator[str]:
        for ending in ("atom", "json"):
            yield f"/feed.{ending}"
            yield f"/digest.{ending}"
            yield from (f"/t/{topic}/feed.{ending}" for topic in self.library.topics)

    def _of_topic(self, slug: str) -> tuple[tuple[Listed, ...], ...]:
        library = self.library
        return library.articles_of(slug), library.quotes_of(slug), library.facts_of(slug)

    def file(self, path: str, today: date) -> SiteFile | None:
        """What stands at a path, with or without a slash at its end; `None` for nothing."""
        if path.startswith("/assets/"):
            return _asset(path.removeprefix("/assets/"))
        language, rest = _language_of(path)
        voice = Voice(self.words, language)
        if rest.endswith((".atom", ".json")):
            return self._data(rest, voice, today)
        content, status = self._content(rest.rstrip("/") or "/", voice)
        if content is None:
            return None
        rest = rest.rstrip("/") or "/"
        whole = page(content, f"{prefix(language)}{rest}", rest, voice, self.place)
        return SiteFile(whole, status=status)

    def missing(self, path: str) -> SiteFile:
        """The page of what is not there."""
        voice = Voice(self.words, _language_of(path)[0])
        title = voice.say("site.missing")
        content = Content(title, title, (Heading(title), Paragraph(spans(voice.say("site.look")))))
        top = f"{prefix(voice.language)}/"
        return SiteFile(page(content, top, "/", voice, self.place), status=404)

    def _content(self, rest: str, voice: Voice) -> tuple[Content | None, int]:
        if rest == "/":
            return of_home(self.library, voice), 200
        if found := _ARTICLES.fullmatch(rest):
            return of_articles(self.library, voice, int(found["page"] or 1)), 200
        found = _ENTRY.fullmatch(rest)
        if found is None or (found["page"] and found["letter"] != "t"):
            return None, 404
        content = self._entry(found["letter"], found["id"], int(found["page"] or 1), voice)
        if content is None and (_VERBS[found["letter"]], found["id"]) in self._withdrawn:
            return _withdrawn(found["id"], voice), 410
        return content, 200

    def _entry(self, letter: str, name: str, number: int, voice: Voice) -> Content | None:
        library = self.library
        if letter == "q" and name in library.quotes:
            return of_quote(library.quotes[name], library, voice)
        if letter == "f" and name in library.facts:
            return of_fact(library.facts[name], library, voice)
        if letter == "a" and name in library.articles:
            return of_article(library.articles[name], library, voice)
        if letter == "t" and name in library.topics:
            return of_topic(library.topics[name], library, voice, number)
        return None

    @cached_property
    def _withdrawn(self) -> frozenset[tuple[str, str]]:
        return frozenset((one.verb, one.id) for one in self.library.tombstones)

    def _data(self, rest: str, voice: Voice, today: date) -> SiteFile | None:
        if rest == "/search.json":
            return SiteFile(self._index(voice), _KINDS[".json"])
        if voice.language is Language.BOTH:
            return None
        if found := _DIGEST.fullmatch(rest):
            feed = digest_feed(self.library, voice, today)
        elif found := _FEED.fullmatch(rest):
            topic = found["topic"] or ""
            if topic and topic not in self.library.topics:
                return None
            feed = feed_of(self.library, voice, topic)
        else:
            return None
        if found["kind"] == "atom":
            return SiteFile(atom(feed, self.place), _KINDS[".atom"])
        return SiteFile(json_feed(feed, self.place), "application/feed+json; charset=utf-8")

    def _index(self, voice: Voice) -> bytes:
        """Rows of path, line, note, and further words by which the entry is found: the other
        language, and the other script where that is what people type."""
        library, rows = self.library, []
        held = (library.quotes, library.facts, library.articles)
        for entry in (one for some in held for one in some.values()):
            line, note = told_of(entry, library, voice)
            other = Language.HANS if voice.language is Language.EN else Language.EN
            more = " ".join(told_of(entry, library, Voice(self.words, other)))
            if voice.language is Language.BOTH:
                more = " ".join([more, *told_of(entry, library, Voice(self.words, Language.HANS))])
            rows.append([page_path(line_of(entry), voice.language), line, note, more])
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()


def _language_of(path: str) -> tuple[Language, str]:
    for one in LANGUAGES[1:]:
        if path == prefix(one) or path.startswith(f"{prefix(one)}/"):
            return one, path.removeprefix(prefix(one)) or "/"
    return Language.BOTH, path


def _withdrawn(name: str, voice: Voice) -> Content:
    title = voice.say("site.withdrawn")
    told = voice.spans("error.withdrawn", entry=Span(name, code=True))
    return Content(title, title, (Heading(title), Paragraph(told)))


def _numbered(path: str, pages: int) -> Iterator[str]:
    yield path
    yield from (f"{path}/{number}" for number in range(2, pages + 1))


def _asset(name: str) -> SiteFile | None:
    body = _assets()[0].get(name)
    if body is None:
        return None
    return SiteFile(body, _KINDS[PurePosixPath(name).suffix], lasting=True)


@cache
def _assets() -> tuple[dict[str, bytes], list[tuple[str, str]]]:
    """The files by their names with a hash in it, and which plain name each is of."""
    files, names = {}, []
    for path in sorted(_ASSETS.glob("*.*")):
        body = path.read_bytes()
        hashed = f"{path.stem}.{hashlib.sha256(body).hexdigest()[:12]}{path.suffix}"
        files[hashed] = body
        names.append((hashed, path.name))
    return files, names
