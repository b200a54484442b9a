"""A page around its content: head, languages, search, and nothing from anywhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bot.adapters.picture import HEIGHT, WIDTH
from bot.adapters.web import render
from bot.core.command_line import CommandLine
from bot.core.language import Language
from bot.core.markup import Html, joined, tag, text
from bot.core.page import page_path, prefix
from bot.core.reply import Heading, Reply
from bot.core.words import Voice
from bot.site.entries import Content

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self';"
    " base-uri 'none'; form-action 'none'"
)
"""Content-Security-Policy of every page. The web role adds `frame-ancestors`, which a browser does
not take from a page."""

_NAMES = {
    Language.BOTH: "中文 + English",
    Language.HANS: "简体中文",
    Language.HANT: "繁體中文",
    Language.EN: "English",
}
_ALONE = (Language.EN, Language.HANS, Language.HANT)
_FEEDS = {"feed.atom": "application/atom+xml", "feed.json": "application/feed+json"}
_HERE = "\0"
"""Where a page's own path goes in what is drawn once for all pages."""

_OG_LOCALES = {Language.HANS: "zh_CN", Language.HANT: "zh_TW", Language.EN: "en_US"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where pages stand: `url` is the public address without a slash at its end, empty when none
    is known; `root` its path. `assets` maps a file's name to the one that has its hash in it."""

    url: str
    root: str
    assets: Mapping[str, str]

    def asset(self, name: str) -> str:
        return f"{self.root}/assets/{self.assets[name]}"


@dataclass(frozen=True)
class Frame:
    """What stands around every page of a language; what all of them share is drawn once."""

    voice: Voice
    place: Place
    _fed: dict[str, tuple[Html, Html]] = field(default_factory=dict)

    def page(self, content: Content, rest: str) -> bytes:
        """The whole page. `rest` is its path without the language: one that a Site knows, so that
        nothing in it wants escaping."""
        links, feeds = self._feeds(content.feed)
        head = tag(
            "head",
            self._first,
            tag("title", text(self._title(content))),
            tag("meta", name="description", content=content.description),
            self._unfurled(content, rest),
            _at(rest, self._alternates),
            links,
            self._loaded,
        )
        body = tag(
            "body",
            self._header,
            tag("main", self._heading(content), self._drawn(content)),
            tag("footer", _at(rest, self._languages), feeds),
        )
        whole = tag("html", head, body, lang=_lang(self._language))
        return f"<!doctype html>{whole}".encode()

    @property
    def _language(self) -> Language:
        return self.voice.language

    @cached_property
    def _top(self) -> str:
        return prefix(self._language)

    @cached_property
    def _site(self) -> str:
        return self.voice.say("site.title")

    @cached_property
    def _first(self) -> Html:
        named = {
            "viewport": "width=device-width, initial-scale=1",
            "color-scheme": "light dark",
            "referrer": "no-referrer",
        }
        return joined(
            [
                tag("meta", charset="utf-8"),
                tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
                *(tag("meta", name=name, content=value) for name, value in named.items()),
            ]
        )

    @cached_property
    def _loaded(self) -> Html:
        style = tag("link", rel="stylesheet", href=self.place.asset("room.css"))
        return joined((style, tag("script", src=self.place.asset("find.js"), defer=True)))

    def _title(self, content: Content) -> str:
        site = self._site
        return content.title if content.title == site else f"{content.title} · {site}"

    def _unfurled(self, content: Content, rest: str) -> Html:
        """Open Graph: who says it, where it is from, of when."""
        url = self.place.url
        said = {
            "og:type": "article" if content.author or content.day else "website",
            "og:site_name": self._site,
            "og:title": content.title,
            "og:description": content.description,
            "og:locale": _OG_LOCALES.get(self._language, "zh_CN"),
            "og:url": f"{url}{self._top}{rest}" if url else "",
            "article:author": content.author,
            "article:published_time": content.day,
            **(self._pictured(content) if content.picture else {}),
        }
        shown = [tag("meta", property=name, content=value) for name, value in said.items() if value]
        card = "summary_large_image" if content.picture else "summary"
        return joined([*shown, tag("meta", name="twitter:card", content=card)])

    def _pictured(self, content: Content) -> dict[str, str]:
        return {
            "og:image": f"{self.place.url}{self._top}{content.picture}",
            "og:image:type": "image/png",
            "og:image:width": str(WIDTH),
            "og:image:height": str(HEIGHT),
            "og:image:alt": content.description,
        }

    @cached_property
    def _alternates(self) -> Html:
        """The permanent address, and the same in one language."""
        if not self.place.url:
            return Html("")
        addresses = {one.value: f"{self.place.url}{prefix(one)}{_HERE}" for one in _ALONE}
        addresses["x-default"] = f"{self.place.url}{_HERE}"
        return joined(
            tag("link", rel="alternate", hreflang=language, href=address)
            for language, address in addresses.items()
        )

    def _feeds(self, topic: str) -> tuple[Html, Html]:
        """For the head and for the foot of a page."""
        if topic not in self._fed:
            links = joined(
                tag("link", rel="alternate", type=kind, href=self._feed(topic, name))
                for name, kind in _FEEDS.items()
            )
            atom = tag("a", text("Atom"), href=self._feed(topic, "feed.atom"))
            json = tag("a", text("JSON"), href=self._feed(topic, "feed.json"))
            said = text(f"{self.voice.say('site.feeds')} ")
            self._fed[topic] = links, tag("p", said, atom, text(" "), json)
        return self._fed[topic]

    def _feed(self, topic: str, name: str) -> str:
        """A feed that mixes languages would tell everything twice: who reads both gets English."""
        language = Language.EN if self._language is Language.BOTH else self._language
        at = f"/t/{topic}" if topic else ""
        return f"{self.place.root}{prefix(language)}{at}/{name}"

    @cached_property
    def _header(self) -> Html:
        home = tag("a", text("aiwork"), class_="home", href=f"{self.place.root}{self._top}/")
        return tag("header", home, self._search)

    @property
    def _search(self) -> Html:
        """Hidden until the script is there that answers it."""
        say = self.voice.say
        return tag(
            "search",
            tag("label", text(say("site.search")), for_="words"),
            tag("input", id="words", type="search", autocomplete="off", maxlength="200"),
            tag("p", id="told", role="status"),
            tag("ul", id="found"),
            id="search",
            hidden=True,
            data_index=f"{self.place.root}{self._top}/search.json",
            data_root=self.place.root,
            data_nothing=say("site.nothing"),
            data_found=say("site.found", count="{count}"),
            data_broken=say("site.search_broken"),
        )

    def _heading(self, content: Content) -> Html:
        """What has no heading of its own gets one that is heard and not seen."""
        if any(isinstance(block, Heading) for block in content.blocks):
            return Html("")
        return tag("h1", text(content.title), class_="heard")

    def _drawn(self, content: Content) -> Html:
        def path_of(line: CommandLine) -> str | None:
            return page_path(line, self._language)

        chinese = "zh-Hant" if self._language is Language.HANT else "zh-Hans"
        return render(Reply(content.blocks), path_of, chinese=chinese, root=self.place.root)

    @cached_property
    def _languages(self) -> Html:
        links = [
            (
                tag(
                    "a",
                    text(name),
                    href=f"{self.place.root}{prefix(one)}{_HERE}",
                    lang=_lang(one),
                    aria_current="true" if one is self._language else None,
                ),
                text(" "),
            )
            for one, name in _NAMES.items()
        ]
        return tag("nav", *map(joined, links), aria_label=self.voice.say("site.languages"))


def _at(rest: str, drawn: Html) -> Html:
    return Html(drawn.replace(_HERE, rest))


def _lang(language: Language) -> str:
    return Language.HANS.value if language is Language.BOTH else language.value
