"""Feeds of a topic, of everything and of the day's quote: Atom and JSON, newest first.

An entry's id never changes and its day is a real one; what was withdrawn stays as a tombstone.
An entry of an article without any known day stands in no feed: a reader would be told a day that
nobody knows.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from xml.etree import ElementTree

from bot.adapters.web import render
from bot.core.command_line import CommandLine
from bot.core.language import Language
from bot.core.page import page_path, prefix
from bot.core.reply import Block, Reply
from bot.core.text import cut
from bot.core.words import Voice
from bot.digest.daily import quote_of_the_day
from bot.library.cards import article_blocks, byline, fact_blocks, quote_blocks
from bot.library.library import Library, Tombstone
from bot.library.models.entries import FactEntry, QuoteEntry
from bot.site.entries import line_of
from bot.site.layout import Place
from bot.site.shelf import Listed, Reader, whole_days

DIGESTS = 14
"""Days of the digest's feed: a reader may be away for two weeks."""

_ATOM = "http://www.w3.org/2005/Atom"
_GONE = "http://purl.org/atompub/tombstones/1.0"
"""RFC 6721."""

_TAG = "tag:aiwork,2026:"
"""RFC 4151: ids that outlive every address at which the feed is served."""


@dataclass(frozen=True, slots=True)
class FeedItem:
    id: str
    title: str
    html: str
    day: str
    path: str = ""
    author: str = ""
    topics: tuple[str, ...] = ()
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    id: str
    title: str
    home: str
    path: str
    """Where it stands itself, without its ending."""
    language: Language
    items: tuple[FeedItem, ...]

    @property
    def updated(self) -> str:
        return max((one.day for one in self.items), default="2026-01-01")


@dataclass(frozen=True)
class Feeds:
    """Of one language. An entry that stands in the feeds of several topics is drawn once."""

    reader: Reader
    _feeds: dict[str, Feed] = field(default_factory=dict)
    _items: dict[tuple[type, str], FeedItem] = field(default_factory=dict)

    def on(self, topic: str) -> Feed:
        """What came last on a topic; on everything when it is empty."""
        if topic not in self._feeds:
            self._feeds[topic] = self._on(topic)
        return self._feeds[topic]

    def digest(self, today: date) -> Feed:
        """The quote of each of the last days."""
        reader, voice = self.reader, self.reader.voice
        days = [today - timedelta(days=n) for n in range(DIGESTS)] if reader.library.quotes else []
        return Feed(
            id=f"{_TAG}{voice.language.value}/digest",
            title=voice.say("site.digest"),
            home=f"{prefix(voice.language)}/",
            path=f"{prefix(voice.language)}/digest",
            language=voice.language,
            items=tuple(_of_day(day, reader) for day in days),
        )

    def _on(self, topic: str) -> Feed:
        library, voice = self.reader.library, self.reader.voice
        items = [self._item(one, day) for day, one in self.reader.shelf.latest(topic)]
        items += [_tombstone(one, voice) for one in gone_from(library, topic)]
        items.sort(key=lambda one: (one.day, one.id), reverse=True)
        name = voice.read(library.topics[topic].name) if topic else ""
        title = voice.say("site.title")
        at = f"/t/{topic}" if topic else ""
        return Feed(
            id=f"{_TAG}{voice.language.value}{at or '/'}",
            title=f"{name} · {title}" if name else title,
            home=f"{prefix(voice.language)}{at or '/'}",
            path=f"{prefix(voice.language)}{at}/feed",
            language=voice.language,
            items=tuple(items[: whole_days([one.day for one in items])]),
        )

    def _item(self, entry: Listed, day: str) -> FeedItem:
        key = (type(entry), entry.id)
        if key not in self._items:
            self._items[key] = _item(entry, day, self.reader)
        return self._items[key]


def gone_from(library: Library, topic: str) -> list[Tombstone]:
    """In the feeds of the topics that its file still names, and in that of everything."""
    return [one for one in library.tombstones if one.day and (not topic or topic in one.topics)]


def atom(feed: Feed, place: Place) -> bytes:
    """RFC 4287, with RFC 6721's tombstones beside a last entry that says so to older readers."""
    ElementTree.register_namespace("", _ATOM)
    ElementTree.register_namespace("at", _GONE)
    root = ElementTree.Element(
        f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": feed.language.value}
    )
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "updated", _instant(feed.updated))
    _add(_add(root, "author"), "name", "aiwork")
    _add(root, "link", rel="self", href=f"{place.url or place.root}{feed.path}.atom")
    _add(root, "link", rel="alternate", type="text/html", href=_absolute(feed.home, place))
    for item in feed.items:
        if item.gone:
            ElementTree.SubElement(
                root, f"{{{_GONE}}}deleted-entry", {"ref": item.id, "when": _instant(item.day)}
            )
        _atom_entry(root, item, place)
    whole: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return whole + b"\n"


def json_feed(feed: Feed, place: Place) -> bytes:
    """https://www.jsonfeed.org/version/1.1/"""
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": _absolute(feed.home, place),
        "feed_url": f"{place.url or place.root}{feed.path}.json",
        "language": feed.language.value,
        "items": [_json_item(item, place) for item in feed.items],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def _item(entry: Listed, day: str, reader: Reader) -> FeedItem:
    line, note = reader.told(entry)
    return FeedItem(
        id=f"{_TAG}{reader.language.value}/{entry.id}",
        title=cut(f"{line} — {note}" if isinstance(entry, QuoteEntry) else line, 120),
        html=_html(_blocks(entry, reader)),
        day=day,
        path=page_path(line_of(entry), reader.language) or "",
        author=_author(entry, reader),
        topics=tuple(entry.topics),
    )


def _tombstone(one: Tombstone, voice: Voice) -> FeedItem:
    return FeedItem(
        id=f"{_TAG}{voice.language.value}/{one.id}",
        title=voice.say("site.withdrawn"),
        html=f"<p>{voice.say('site.withdrawn')}</p>",
        day=one.day,
        path=page_path(CommandLine(one.verb, one.id), voice.language) or "",
        gone=True,
    )


def _of_day(day: date, reader: Reader) -> FeedItem:
    quote, voice = quote_of_the_day(reader.library, day), reader.voice
    return FeedItem(
        id=f"{_TAG}{voice.language.value}/digest/{day.isoformat()}",
        title=voice.say("digest.title", day=day.isoformat()),
        html=_html(_blocks(quote, reader)),
        day=day.isoformat(),
        path=page_path(line_of(quote), voice.language) or "",
        author=byline(quote, voice),
        topics=tuple(quote.topics),
    )


def _blocks(entry: Listed, reader: Reader) -> Sequence[Block]:
    home, voice = reader.shelf.home(entry), reader.voice
    match entry:
        case QuoteEntry():
            return quote_blocks(entry, home, voice)
        case FactEntry():
            return fact_blocks(entry, home, voice)
        case _:
            return article_blocks(entry, voice)


def _author(entry: Listed, reader: Reader) -> str:
    if isinstance(entry, QuoteEntry):
        return byline(entry, reader.voice)
    source = reader.shelf.home(entry).source
    return ", ".join(source.authors) or source.original_outlet or source.outlet or ""


def _html(blocks: Sequence[Block]) -> str:
    return str(render(Reply(tuple(blocks)), lambda _: None))


def _atom_entry(root: ElementTree.Element, item: FeedItem, place: Place) -> None:
    entry = _add(root, "entry")
    _add(entry, "id", item.id)
    _add(entry, "title", item.title)
    _add(entry, "updated", _instant(item.day))
    if not item.gone:
        _add(entry, "published", _instant(item.day))
    if item.author:
        _add(_add(entry, "author"), "name", item.author)
    if item.path:
        _add(entry, "link", rel="alternate", type="text/html", href=_absolute(item.path, place))
    for topic in item.topics:
        _add(entry, "category", term=topic)
    _add(entry, "content", item.html, type="html")


def _json_item(item: FeedItem, place: Place) -> dict[str, object]:
    told: dict[str, object] = {
        "id": item.id,
        "title": item.title,
        "content_html": item.html,
        "date_modified": _instant(item.day),
    }
    if item.path:
        told["url"] = _absolute(item.path, place)
    if item.gone:
        return {**told, "_aiwork": {"withdrawn": True}}
    authors = {"authors": [{"name": item.author}]} if item.author else {}
    return {**told, **authors, "date_published": _instant(item.day), "tags": list(item.topics)}


def _add(
    parent: ElementTree.Element, name: str, text: str = "", **attributes: str
) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    made.text = text or None
    return made


def _instant(day: str) -> str:
    return f"{day}T00:00:00Z"


def _absolute(path: str, place: Place) -> str:
    return f"{place.url or place.root}{path}"
