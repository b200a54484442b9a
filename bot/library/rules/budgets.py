"""Lengths that fit every platform, so that a card is never cut.

Telegram takes 4,096 code points a message after parsing, Slack 3,000 characters a section and 150
a header. Buttons and links are short by construction: an id has at most 48 characters, so that
`quote <id> p99` fits Telegram's 64 bytes and `article_<id>` its 64-character deep link.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.library.yaml.diagnostics import Diagnostic
from bot.library.yaml.parse import Node

TITLE = 150
"""Characters of both titles with ` / ` between them: Slack's header."""

CARD = 3_900
"""Code points of title, summary and key points in one language: Telegram's message less
196 for outlet, date and links. Chats that show both languages get it in two messages."""

QUOTE_CARD = 1_500
"""Code points of everything on a quote's card, so that two fit Slack's section."""

SINGLE = {
    "title": (60, 120),
    "text": (150, 300),
    "what": (60, 120),
    "who_says": (60, 120),
    "name": (40, 60),
    "role": (60, 120),
    "organisation": (60, 100),
    "context": (80, 160),
    "published_note": (40, 60),
    "description": (80, 160),
}
"""Characters by key, in Chinese and in English: what a reader takes in at a glance, and what is
left for each when the whole card has to fit."""

_JOINT = " / "


def check_article_budgets(root: Node) -> Iterator[Diagnostic]:
    yield from _singles(root)
    yield from _within(root["title"], title_size(_texts(root["title"])), TITLE)
    for language in ("zh-Hans", "en"):
        yield from _within(root["key_points"], card_size(_card(root, language)), CARD)
    for quote in root["quotes"].items():
        parts = (quote[key] for key in ("text", "translation", "speaker", "context"))
        yield from _within(quote, card_size([t for p in parts for t in _texts(p)]), QUOTE_CARD)


def check_topic_budgets(root: Node) -> Iterator[Diagnostic]:
    yield from _singles(root)


def title_size(titles: Iterable[str]) -> int:
    """Characters of a heading that shows the title in both languages."""
    return len(_JOINT.join(titles))


def card_size(texts: Iterable[str]) -> int:
    """Code points of a card that shows these texts, a line each."""
    return len("\n".join(texts))


def _card(root: Node, language: str) -> Iterator[str]:
    yield from (root[key][language].text for key in ("title", "summary"))
    yield from (point["text"][language].text for point in root["key_points"].items())


def _singles(root: Node) -> Iterator[Diagnostic]:
    for node in root.strings():
        key, language = ("", "", *node.path)[-2:]
        if key in SINGLE and language in ("zh-Hans", "zh-Hant", "en"):
            yield from _within(node, len(node.text), SINGLE[str(key)][language == "en"])


def _within(node: Node, count: int, most: int) -> Iterator[Diagnostic]:
    if count > most:
        yield node.diagnostic("over-budget", count=str(count), most=str(most))


def _texts(node: Node) -> list[str]:
    return [text.text for text in node.strings()]
