"""A page around its content: head, languages, search, and nothing from anywhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import htpy as h

from bot.adapters.web import render
from bot.core.command_line import CommandLine
from bot.core.language import Language
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


def page(content: Content, path: str, rest: str, voice: Voice, place: Place) -> bytes:
    """The whole page. `rest` is its path without the language."""
    document = h.html(lang=_lang(voice.language))[
        h.head[
            h.meta(charset="utf-8"),
            h.meta(http_equiv="Content-Security-Policy", content=POLICY),
            h.meta(name="viewport", content="width=device-width, initial-scale=1"),
            h.meta(name="color-scheme", content="light dark"),
            h.meta(name="referrer", content="no-referrer"),
            h.title[_title(content, voice)],
            h.meta(name="description", content=content.description),
            _unfurled(content, path, voice, place),
            _alternates(rest, place),
            _feeds(content, voice, place),
            h.link(rel="stylesheet", href=place.asset("room.css")),
            h.script(src=place.asset("find.js"), defer=True),
        ],
        h.body[
            h.header[_home(voice, place), _search(voice, place)],
            h.main[_heading(content), _drawn(content, voice, place)],
            h.footer[_languages(rest, voice, place), _feed_links(content, voice, place)],
        ],
    ]
    return str(document).encode()


def _title(content: Content, voice: Voice) -> str:
    site = voice.say("site.title")
    return content.title if content.title == site else f"{content.title} · {site}"


def _unfurled(content: Content, path: str, voice: Voice, place: Place) -> h.Node:
    """Open Graph: who says it, where it is from, of when."""
    kind = "article" if content.author or content.day else "website"
    said = {
        "og:type": kind,
        "og:site_name": voice.say("site.title"),
        "og:title": content.title,
        "og:description": content.description,
        "og:locale": _OG_LOCALES.get(voice.language, "zh_CN"),
        "og:url": f"{place.url}{path}" if place.url else "",
        "article:author": content.author,
        "article:published_time": content.day,
    }
    shown = [h.meta(property=name, content=value) for name, value in said.items() if value]
    return [*shown, h.meta(name="twitter:card", content="summary")]


def _alternates(rest: str, place: Place) -> h.Node:
    """The permanent address, and the same in one language."""
    if not place.url:
        return None
    links = [
        h.link(rel="alternate", hreflang=one.value, href=f"{place.url}{prefix(one)}{rest}")
        for one in (Language.EN, Language.HANS, Language.HANT)
    ]
    return [*links, h.link(rel="alternate", hreflang="x-default", href=f"{place.url}{rest}")]


def _feeds(content: Content, voice: Voice, place: Place) -> h.Node:
    kinds = {"feed.atom": "application/atom+xml", "feed.json": "application/feed+json"}
    return [
        h.link(rel="alternate", type=kind, href=_feed(content, voice, place, name))
        for name, kind in kinds.items()
    ]


def _feed(content: Content, voice: Voice, place: Place, name: str) -> str:
    """A feed that mixes languages would tell everything twice: who reads both gets English."""
    language = Language.EN if voice.language is Language.BOTH else voice.language
    topic = f"/t/{content.feed}" if content.feed else ""
    return f"{place.root}{prefix(language)}{topic}/{name}"


def _home(voice: Voice, place: Place) -> h.Node:
    return h.a(".home", href=f"{place.root}{prefix(voice.language)}/")["aiwork"]


def _search(voice: Voice, place: Place) -> h.Node:
    """Hidden until the script is there that answers it."""
    return h.search(
        "#search",
        hidden=True,
        data_index=f"{place.root}{prefix(voice.language)}/search.json",
        data_root=place.root,
        data_nothing=voice.say("site.nothing"),
        data_found=voice.say("site.found", count="{count}"),
        data_broken=voice.say("site.search_broken"),
    )[
        h.label(for_="words")[voice.say("site.search")],
        h.input("#words", type="search", autocomplete="off", maxlength="200"),
        h.p("#told", role="status"),
        h.ul("#found"),
    ]


def _heading(content: Content) -> h.Node:
    """What has no heading of its own gets one that is heard and not seen."""
    if any(isinstance(block, Heading) for block in content.blocks):
        return None
    return h.h1(".heard")[content.title]


def _drawn(content: Content, voice: Voice, place: Place) -> h.Node:
    def path_of(line: CommandLine) -> str | None:
        return page_path(line, voice.language)

    chinese = "zh-Hant" if voice.language is Language.HANT else "zh-Hans"
    return render(Reply(content.blocks), path_of, chinese=chinese, root=place.root)


def _languages(rest: str, voice: Voice, place: Place) -> h.Node:
    links: list[h.Node] = [
        [
            h.a(
                href=f"{place.root}{prefix(one)}{rest}",
                lang=_lang(one),
                aria_current="true" if one is voice.language else None,
            )[name],
            " ",
        ]
        for one, name in _NAMES.items()
    ]
    return h.nav(aria_label=voice.say("site.languages"))[links]


def _feed_links(content: Content, voice: Voice, place: Place) -> h.Node:
    return h.p[
        voice.say("site.feeds"),
        " ",
        h.a(href=_feed(content, voice, place, "feed.atom"))["Atom"],
        " ",
        h.a(href=_feed(content, voice, place, "feed.json"))["JSON"],
    ]


def _lang(language: Language) -> str:
    return Language.HANS.value if language is Language.BOTH else language.value
