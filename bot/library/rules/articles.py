"""What must hold for an article as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.library.rules.lists import check_order
from bot.library.rules.relative_time import relative_time
from bot.library.yaml.diagnostics import Diagnostic
from bot.library.yaml.parse import Node

SUMMARY_HANS = (60, 120)
"""Characters other than spaces: what fits a phone's screen without scrolling."""

SUMMARY_EN = (40, 70)
"""Words: the same length on the screen."""

FEWEST_FACTS = 5
"""What makes an article's card worth opening."""

OUR_WORDS = ("title", "summary", "key_points", "facts")
"""Keys that hold our own words, which are read long after they were written."""


NOT_YET = "future"
"""The code of what may be right on another day."""


def check_article(root: Node, today: date) -> Iterator[Diagnostic]:
    yield from check_order(root["topics"])
    yield from check_order(root["pseudonyms"])
    yield from _facts_are_in_order(root)
    yield from _enough_facts(root)
    yield from _summary_length(root["summary"])
    yield from _date_is_known_or_explained(root["source"])
    yield from _day_it_came_in(root, today)
    yield from _nothing_is_in_the_future(root, today)
    for key in OUR_WORDS:
        for node in root[key].strings():
            if node.path[-1] in ("zh-Hans", "en") and (words := relative_time(node.text)):
                yield node.diagnostic("relative-time-ours", words=words)


def _facts(root: Node) -> Iterator[Node]:
    yield from root["key_points"].items()
    yield from root["facts"].items()


def _facts_are_in_order(root: Node) -> Iterator[Diagnostic]:
    for fact in _facts(root):
        yield from check_order(fact["topics"])
        for figure in fact["figures"].items():
            value = figure["value"].value
            if isinstance(value, int | float) and value < 0:
                yield figure["value"].diagnostic("negative", value=str(value))
    key = [fact for fact in _facts(root) if fact["key"].value is True]
    for other in key[1:]:
        yield other["key"].diagnostic("two-keys", first=key[0]["id"].text)


def _enough_facts(root: Node) -> Iterator[Diagnostic]:
    """An article has some facts to tell, or is kept for its quotations alone."""
    count = len(list(root["key_points"].items()))
    if not isinstance(root.value, dict):
        return
    if 0 < count < FEWEST_FACTS or (not count and not list(root["quotes"].items())):
        yield root["key_points"].diagnostic("few-facts", count=str(count), least=str(FEWEST_FACTS))


def _summary_length(summary: Node) -> Iterator[Diagnostic]:
    hans, en = summary["zh-Hans"], summary["en"]
    counts = (
        (hans, len("".join(hans.text.split())), SUMMARY_HANS, "summary-hans"),
        (en, len(en.text.split()), SUMMARY_EN, "summary-en"),
    )
    for node, count, (least, most), code in counts:
        if node.text and not least <= count <= most:
            yield node.diagnostic(code, count=str(count), least=str(least), most=str(most))


def _date_is_known_or_explained(source: Node) -> Iterator[Diagnostic]:
    note = source["published_note"]
    if isinstance(source.value, dict) and source["published"].value is None and not note.value:
        yield note.diagnostic("no-date-note")


def _day_it_came_in(root: Node, today: date) -> Iterator[Diagnostic]:
    """Without it followers are not told of the article first, and feeds do not list it."""
    if isinstance(root.value, dict) and root["added"].value is None:
        yield root["added"].diagnostic("no-added", today=today.isoformat())


def _nothing_is_in_the_future(root: Node, today: date) -> Iterator[Diagnostic]:
    source = root["source"]
    figures = (f for fact in _facts(root) for f in fact["figures"].items())
    for node in (
        root["added"],
        source["published"],
        source["retrieved"],
        *(f["as_of"] for f in figures),
    ):
        if node.text > today.isoformat()[: len(node.text)]:
            yield node.diagnostic(NOT_YET, value=node.text, today=today.isoformat())
