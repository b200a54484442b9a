"""What must hold for a quotation before it is shown as somebody's words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.core.text import han, is_chinese
from bot.library.rules.lists import check_order
from bot.library.rules.relative_time import relative_time
from bot.library.yaml.diagnostics import Diagnostic
from bot.library.yaml.parse import Node

MOST_HAN = 60
MOST_WORDS = 40
MOST_QUOTES = 12
"""How much of one article we quote at most, a matter of respect for its authors."""

LEAST_CHARACTERS = 15
LEAST_WORDS = 5
"""Less is a slogan or a scare quote, not a thought that stands on its own."""

LEAST_WITH_CONTEXT = 8
LEAST_WORDS_WITH_CONTEXT = 3
"""With a line above it that says what it is about, a short one stands."""

_OPEN_END = re.compile(r"[,，、;；:：]$")
ALL_IN_QUOTATION_MARKS = re.compile(r"“[^”]*”|「[^」]*」|\"[^\"]*\"")


def check_quotes(root: Node) -> Iterator[Diagnostic]:
    shown = [quote for quote in root["quotes"].items() if quote["status"].text != "withdrawn"]
    if len(shown) > MOST_QUOTES:
        yield root["quotes"].diagnostic(
            "too-many-quotes", count=str(len(shown)), most=str(MOST_QUOTES)
        )
    yield from check_order(root["quotes"], by="id")
    pseudonyms = {name.text for name in root["pseudonyms"].items()}
    for quote in shown:
        yield from check_order(quote["topics"])
        yield from _length(quote["text"], explained=bool(quote["context"]["zh-Hans"].text))
        yield from _ending(quote["text"])
        yield from _time(quote)
        yield from _speaker(quote["speaker"], pseudonyms)
        yield from _translation(quote)
        yield from _said(quote)


def _length(text: Node, *, explained: bool = False) -> Iterator[Diagnostic]:
    words = len(text.text.split())
    least = LEAST_WORDS_WITH_CONTEXT if explained else LEAST_WORDS
    longest, shortest = (words, MOST_WORDS), (words, least)
    if is_chinese(text.text):
        least = LEAST_WITH_CONTEXT if explained else LEAST_CHARACTERS
        longest, shortest = (han(text.text), MOST_HAN), (len(text.text), least)
    if longest[0] > longest[1]:
        yield text.diagnostic("quote-too-long", count=str(longest[0]), most=str(longest[1]))
    elif 0 < shortest[0] < shortest[1]:
        yield text.diagnostic("quote-too-short", count=str(shortest[0]), least=str(shortest[1]))


def _ending(text: Node) -> Iterator[Diagnostic]:
    if _OPEN_END.search(text.text):
        yield text.diagnostic("trailing-comma", punctuation=text.text[-1])
    if ALL_IN_QUOTATION_MARKS.fullmatch(text.text):
        yield text.diagnostic("own-quotation-marks")


def _time(quote: Node) -> Iterator[Diagnostic]:
    words = relative_time(quote["text"].text)
    if words and not quote["context"]["zh-Hans"].text:
        yield quote["text"].diagnostic("relative-time", words=words)
    for node in quote["context"].strings():
        if words := relative_time(node.text):
            yield node.diagnostic("relative-time-ours", words=words)


def _speaker(speaker: Node, pseudonyms: set[str]) -> Iterator[Diagnostic]:
    name, kind = speaker["name"]["zh-Hans"], speaker["kind"]
    if kind.text == "pseudonym" and name.text and name.text not in pseudonyms:
        yield name.diagnostic("pseudonym-not-listed", name=name.text)
    if kind.text != "pseudonym" and name.text in pseudonyms:
        yield kind.diagnostic("pseudonym-not-marked", name=name.text)
    if is_chinese(speaker["name"]["en"].text):
        yield speaker["name"]["en"].diagnostic("name-not-latin", name=speaker["name"]["en"].text)


def _translation(quote: Node) -> Iterator[Diagnostic]:
    into = {"zh-Hans": "en", "en": "zh-Hans"}.get(quote["language"].text)
    if into and isinstance(quote["translation"].value, dict):
        node = quote["translation"][into]
        if node.value is None:
            yield node.diagnostic("no-translation", language=into)


def _said(quote: Node) -> Iterator[Diagnostic]:
    """Their own words belong to a translated text, in another language than that text."""
    said = quote["said"]
    if not isinstance(said.value, dict):
        return
    yield from _length(said["text"])
    yield from _ending(said["text"])
    if quote["translated"].value is not True or said["language"].text == quote["language"].text:
        yield said.diagnostic("said-not-translated")
    if is_chinese(said["text"].text) != (said["language"].text != "en"):
        yield said["text"].diagnostic("said-language", language=said["language"].text)
