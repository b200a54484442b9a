"""What must hold for a quotation before it is shown as somebody's words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.core.text import han, is_chinese
from bot.library.rules.lists import in_order
from bot.library.rules.moving import relative_time
from bot.library.yaml.diagnostics import Finding
from bot.library.yaml.parse import Node

MOST_HAN = 60
MOST_WORDS = 40
MOST_QUOTES = 12
"""How much of one article we quote at most, a matter of respect for its authors."""

LEAST_CHARACTERS = 15
LEAST_WORDS = 5
"""Less is a slogan or a scare quote, not a thought that stands on its own."""

_OPEN_END = re.compile(r"[,，、;；:：]$")
_WHOLE_IN_MARKS = re.compile(r"“[^”]*”|「[^」]*」|\"[^\"]*\"")


def quotes(root: Node) -> Iterator[Finding]:
    shown = [quote for quote in root["quotes"].items() if quote["status"].text != "withdrawn"]
    if len(shown) > MOST_QUOTES:
        yield root["quotes"].finding(
            "too-many-quotes", count=str(len(shown)), most=str(MOST_QUOTES)
        )
    yield from in_order(root["quotes"], by="id")
    pseudonyms = {name.text for name in root["pseudonyms"].items()}
    for quote in shown:
        yield from in_order(quote["topics"])
        yield from _length(quote["text"])
        yield from _ending(quote["text"])
        yield from _time(quote)
        yield from _speaker(quote["speaker"], pseudonyms)
        yield from _translation(quote)


def _length(text: Node) -> Iterator[Finding]:
    words = len(text.text.split())
    longest, shortest = (words, MOST_WORDS), (words, LEAST_WORDS)
    if is_chinese(text.text):
        longest, shortest = (han(text.text), MOST_HAN), (len(text.text), LEAST_CHARACTERS)
    if longest[0] > longest[1]:
        yield text.finding("quote-too-long", count=str(longest[0]), most=str(longest[1]))
    elif 0 < shortest[0] < shortest[1]:
        yield text.finding("quote-too-short", count=str(shortest[0]), least=str(shortest[1]))


def _ending(text: Node) -> Iterator[Finding]:
    if _OPEN_END.search(text.text):
        yield text.finding("trailing-comma", mark=text.text[-1])
    if _WHOLE_IN_MARKS.fullmatch(text.text):
        yield text.finding("own-marks")


def _time(quote: Node) -> Iterator[Finding]:
    words = relative_time(quote["text"].text)
    if words and not quote["context"]["zh-Hans"].text:
        yield quote["text"].finding("relative-time", words=words)
    for node in quote["context"].strings():
        if words := relative_time(node.text):
            yield node.finding("relative-time-ours", words=words)


def _speaker(speaker: Node, pseudonyms: set[str]) -> Iterator[Finding]:
    name, kind = speaker["name"]["zh-Hans"], speaker["kind"]
    if kind.text == "pseudonym" and name.text and name.text not in pseudonyms:
        yield name.finding("pseudonym-not-listed", name=name.text)
    if kind.text != "pseudonym" and name.text in pseudonyms:
        yield kind.finding("pseudonym-not-marked", name=name.text)
    if is_chinese(speaker["name"]["en"].text):
        yield speaker["name"]["en"].finding("name-not-latin", name=speaker["name"]["en"].text)


def _translation(quote: Node) -> Iterator[Finding]:
    into = {"zh-Hans": "en", "en": "zh-Hans"}.get(quote["language"].text)
    if into and isinstance(quote["translation"].value, dict):
        node = quote["translation"][into]
        if node.value is None:
            yield node.finding("no-translation", language=into)
