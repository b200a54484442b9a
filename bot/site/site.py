"""Every page, feed and index of the reading room, each made when it is asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from importlib.metadata import version
from urllib.parse import urlsplit

from bot.adapters.picture import Layout, lay_out, paint
from bot.core.language import Language
from bot.core.page import LETTERS, page_path, prefix
from bot.core.reply import Heading, Paragraph, Span, spans
from bot.core.words import Voice, Words
from bot.library.cards import quote_blocks
from bot.library.library import Library
from bot.site.entries import (
    NEWEST,
    Content,
    best_of,
    line_of,
    of_articles,
    of_entry,
    of_home,
    of_topic,
    page_of,
    pages_of,
)
from bot.site.feeds import Feeds, atom, gone_from, json_feed
from bot.site.layout import Frame, Place
from bot.site.shelf import Listed, Reader, Shelf
from bot.site.static import KINDS, PNG, SiteFile, asset, assets, code

LANGUAGES = (Language.BOTH, Language.EN, Language.HANS, Language.HANT)

INDEX = "/search.json"

_VERBS = {letter: verb for verb, letter in LETTERS.items()}
_ENTRY = re.compile(r"/(?P<letter>[qfa])/(?P<id>[a-z0-9-]+)")
_TOPIC = re.compile(r"/t/(?P<slug>[a-z0-9-]+)(?:/(?P<page>[1-9]\d{0,3}))?")
_ARTICLES = re.compile(r"/articles(?:/(?P<page>[1-9]\d{0,3}))?")
_FEED = re.compile(r"(?:/t/(?P<topic>[a-z0-9-]+))?/feed\.(?P<kind>atom|json)")
_DIGEST = re.compile(r"/digest\.(?P<kind>atom|json)")

_FOUND_BY = {
    Language.BOTH: (Language.EN, Language.HANS),
    Language.EN: (Language.HANS,),
    Language.HANS: (Language.EN,),
    Language.HANT: (Language.EN,),
}
"""Whose words an index has beside its own."""


@dataclass(frozen=True)
class Site:
    """The reading room of one library. `url` is its public address, empty when none is known:
    then nothing that needs a whole address (Open Graph's, other languages') is said. `pictures`
    asks for one of each quote, which the extra of that name draws."""

    library: Library
    words: Words
    url: str = ""
    pictures: bool = False

    @cached_property
    def place(self) -> Place:
        url = self.url.rstrip("/")
        return Place(url, urlsplit(url).path, {plain: hashed for hashed, plain in assets()[1]})

    def leaves(self, today: date) -> Iterator[tuple[str, str]]:
        """Every path there is, pages, withdrawn ones, feeds, indexes and assets, each with the
        stamp of what is made there: an equal stamp is an equal file."""
        rests, feeds = list(self._rests()), list(self._feeds(today))
        for language in LANGUAGES:
            top = prefix(language)
            yield f"{top}{INDEX}", self.shelf.whole
            yield from ((f"{top}{rest}", stamp) for rest, stamp in rests)
            if language is not Language.BOTH:
                yield from ((f"{top}{rest}", stamp) for rest, stamp in feeds)
        yield from ((f"/assets/{name}", "") for name in assets()[0])
        yield "/404.html", self.shelf.stamp()

    def _rests(self) -> Iterator[tuple[str, str]]:
        """Paths below a language, in every one of them."""
        shelf, library = self.shelf, self.library
        yield "/", shelf.stamp(*shelf.newest[:NEWEST], more=shelf.topics.values())
        for letter, entries in self._entries.items():
            yield from ((f"/{letter}/{name}", shelf.stamp(one)) for name, one in entries.items())
        for name, quote in library.quotes.items() if self.pictures else ():
            yield f"/q/{name}{PNG}", shelf.stamp(quote)
        for gone in library.tombstones:
            if gone.id:
                yield f"/{LETTERS[gone.verb]}/{gone.id}", shelf.stamp(more=["gone"])
        for slug, topic in library.topics.items():
            best = best_of(topic, library)
            about = (shelf.topics[slug], shelf.stamp(best) if best else "")
            yield from self._listing(f"/t/{slug}", shelf.on_topic(slug), *about)
        yield from self._listing("/articles", shelf.newest)

    def _listing(
        self, path: str, listed: Sequence[Listed], *about: str
    ) -> Iterator[tuple[str, str]]:
        pages = pages_of(len(listed))
        for page in range(1, pages + 1):
            stamp = self.shelf.stamp(*page_of(listed, page), more=[*about, f"{page}/{pages}"])
            yield path if page == 1 else f"{path}/{page}", stamp

    def _feeds(self, today: date) -> Iterator[tuple[str, str]]:
        for topic in ("", *self.library.topics):
            at, shown = f"/t/{topic}" if topic else "", self.shelf.latest(topic)
            more = [f"{one.verb} {one.id} {one.day}" for one in gone_from(self.library, topic)]
            stamp = self.shelf.stamp(*(one for _, one in shown), more=more)
            yield from ((f"{at}/feed.{ending}", stamp) for ending in ("atom", "json"))
        for ending in ("atom", "json"):
            yield f"/digest.{ending}", self.shelf.stamp(more=[self.shelf.whole, str(today)])

    def file(self, path: str, today: date) -> SiteFile | None:
        """What stands at a path, with or without a slash at its end; `None` for nothing, as for
        the picture of a quote that cannot be drawn whole."""
        if path.startswith("/assets/"):
            return asset(path.removeprefix("/assets/"))
        if path == "/404.html":
            return self.missing("/")
        language, rest = _language_of(path)
        if rest.endswith((".atom", ".json")):
            return self._data(rest, self._readers[language], today)
        if rest.endswith(PNG):
            layout = self._layout(rest.removesuffix(PNG), self._readers[language])
            return SiteFile(paint(layout), KINDS[PNG]) if layout else None
        rest = rest.rstrip("/") or "/"
        content, status = self._content(rest, self._readers[language])
        if content is None:
            return None
        if self.place.url and self._layout(rest, self._readers[language]):
            content = replace(content, picture=f"{rest}{PNG}")
        return SiteFile(self._frames[language].page(content, rest), status=status)

    def missing(self, path: str) -> SiteFile:
        """The page of what is not there."""
        frame = self._frames[_language_of(path)[0]]
        title = frame.voice.say("site.missing")
        look = Paragraph(spans(frame.voice.say("site.look")))
        return SiteFile(frame.page(Content(title, title, (Heading(title), look)), "/"), status=404)

    @cached_property
    def shelf(self) -> Shelf:
        drawn = version("pillow") if self.pictures else ""
        return Shelf(self.library, "\0".join((code(), self.words.version, self.url, drawn)))

    @cached_property
    def _readers(self) -> dict[Language, Reader]:
        return {one: Reader(self.shelf, Voice(self.words, one)) for one in LANGUAGES}

    def _layout(self, rest: str, reader: Reader) -> Layout | None:
        """Of the picture of the quote whose page this is."""
        found = _ENTRY.fullmatch(rest)
        quote = self.library.quotes.get(found["id"]) if found and found["letter"] == "q" else None
        if quote is None or not self.pictures:
            return None
        blocks = quote_blocks(quote, reader.shelf.home(quote), reader.voice)
        return lay_out(blocks, traditional=reader.language is Language.HANT)

    def index_of(self, path: str) -> str:
        """Where the search index for the readers of this page stands."""
        return f"{prefix(_language_of(path)[0])}{INDEX}"

    @cached_property
    def _frames(self) -> dict[Language, Frame]:
        return {one: Frame(Voice(self.words, one), self.place) for one in LANGUAGES}

    @cached_property
    def _entries(self) -> dict[str, Mapping[str, Listed]]:
        library = self.library
        return {"q": library.quotes, "f": library.facts, "a": library.articles}

    def _content(self, rest: str, reader: Reader) -> tuple[Content | None, int]:
        if rest == "/":
            return of_home(reader), 200
        if found := _ARTICLES.fullmatch(rest):
            return of_articles(reader, int(found["page"] or 1)), 200
        if found := _TOPIC.fullmatch(rest):
            topic = self.library.topics.get(found["slug"])
            page = int(found["page"] or 1)
            return of_topic(topic, reader, page) if topic else None, 200
        if not (found := _ENTRY.fullmatch(rest)):
            return None, 404
        entry = self._entries[found["letter"]].get(found["id"])
        if entry is None and (_VERBS[found["letter"]], found["id"]) in self._withdrawn:
            return _withdrawn(found["id"], reader.voice), 410
        return of_entry(entry, reader) if entry else None, 200

    @cached_property
    def _feeds_in(self) -> dict[Language, Feeds]:
        return {language: Feeds(reader) for language, reader in self._readers.items()}

    @cached_property
    def _withdrawn(self) -> frozenset[tuple[str, str]]:
        return frozenset((one.verb, one.id) for one in self.library.tombstones)

    def _data(self, rest: str, reader: Reader, today: date) -> SiteFile | None:
        if rest == INDEX:
            return SiteFile(self._index(reader), KINDS[".json"])
        if reader.language is Language.BOTH:
            return None
        feeds = self._feeds_in[reader.language]
        if found := _DIGEST.fullmatch(rest):
            feed = feeds.digest(today)
        elif found := _FEED.fullmatch(rest):
            topic = found["topic"] or ""
            if topic and topic not in self.library.topics:
                return None
            feed = feeds.on(topic)
        else:
            return None
        if found["kind"] == "atom":
            return SiteFile(atom(feed, self.place), KINDS[".atom"])
        return SiteFile(json_feed(feed, self.place), "application/feed+json; charset=utf-8")

    def _index(self, reader: Reader) -> bytes:
        """Rows of path, line, note, and further words by which the entry is found: the other
        language, and the other script where that is what people type."""
        others = [self._readers[one] for one in _FOUND_BY[reader.language]]
        held = (self.library.quotes, self.library.facts, self.library.articles)
        rows = [
            [
                page_path(line_of(entry), reader.language),
                *reader.tell(entry),
                " ".join(part for one in others for part in one.tell(entry)),
            ]
            for some in held
            for entry in some.values()
        ]
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
