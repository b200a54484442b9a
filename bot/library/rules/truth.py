"""Whether what an entry says hangs together: numbers with sentences and evidence, translations with
what they translate, and words with whoever said them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bot.core.text import han
from bot.library.aliases import plain_key
from bot.library.rules.numbers import numbers_in
from bot.library.yaml.diagnostics import Diagnostic
from bot.library.yaml.files import ParsedContent
from bot.library.yaml.parse import Node

SILENCED = (
    "figure-not-said", "figure-not-in-evidence", "evidence-says-more", "nearly-twice",
    "length-of-translation", "not-its-language", "relative-time", "relative-time-ours",
)  # fmt: skip
"""What `allow` may silence, with a reason: checks that an honest text can fail."""

RATIO = (0.3, 1.8)
"""English words for each Chinese character; ours lie between 0.49 and 1.05, headlines apart."""

FEWEST = 10
"""Chinese characters from which the two lengths can be compared."""

NEAR = 92.0
"""Out of 100: above this two texts differ by a word, not by what they say."""

_GRAM = 6
_SMALL = 10
"""Counts up to this are told in too many ways (some, a few, both) for evidence to be held to."""

_EXCEPT_LATIN = re.compile(r"[“\"'‘(（「《][^”\"'’)）」》]*[”\"'’)）」》]")


def check_truth(root: Node) -> Iterator[Diagnostic]:
    """Of one article."""
    if _is_withdrawn(root):
        return
    for fact in (one for key in ("key_points", "facts") for one in root[key].items()):
        yield from () if _is_withdrawn(fact) else _fact(fact)
    for name in ("title", "summary"):
        yield from _both_languages(root[name], compared=False)
    for quote in root["quotes"].items():
        yield from () if _is_withdrawn(quote) else _quote(quote)


def _is_withdrawn(node: Node) -> bool:
    return node["status"].text == "withdrawn"


def _quote(quote: Node) -> Iterator[Diagnostic]:
    yield from _translation(quote)
    yield from _both_languages(quote["context"], compared=False)


def _fact(fact: Node) -> Iterator[Diagnostic]:
    yield from _figures(fact)
    yield from _both_languages(fact["text"])


def _figures(fact: Node) -> Iterator[Diagnostic]:
    figures = list(fact["figures"].items())
    values = [(f, v) for f in figures for v in (f["value"].value, f["to"].value)]
    counted = [(f, float(v)) for f, v in values if isinstance(v, int | float)]
    texts = [(lang, fact["text"][lang]) for lang in ("zh-Hans", "en")]
    for language, node in texts:
        said = numbers_in(node.text)
        for figure, value in counted:
            if node.text and value not in said:
                told = {"value": _told(value), "language": language}
                yield figure["value"].diagnostic("figure-not-said", **told)
    yield from _evidence(fact, counted)


def _evidence(fact: Node, counted: list[tuple[Node, float]]) -> Iterator[Diagnostic]:
    """The evidence holds a figure of the fact, and no number that the fact does not tell."""
    evidence = fact["evidence"]
    shown = numbers_in(evidence.text)
    if counted and evidence.text and not any(value in shown for _, value in counted):
        yield evidence.diagnostic("figure-not-in-evidence", value=_told(counted[0][1]))
    if not fact["text"]["zh-Hans"].text:
        return
    told = numbers_in(fact["text"]["zh-Hans"].text) | numbers_in(fact["text"]["en"].text)
    digits = numbers_in(" ".join(re.findall(r"\d[\d.,]*\S?", evidence.text)))
    for number in sorted(n for n in digits - told if n > _SMALL and counted):
        if not any(number * scale in told for scale in (1e4, 1e8)):
            yield evidence.diagnostic("evidence-says-more", value=_told(number))
            return


def _told(value: float) -> str:
    return f"{value:,.10g}" if value < 1e6 else f"{value:,.0f}"


def _translation(quote: Node) -> Iterator[Diagnostic]:
    text, translations = quote["text"], quote["translation"]
    for language in ("zh-Hans", "en"):
        node = translations[language]
        yield from _in_its_language(node, language)
        if language == "en":
            yield from _lengths(text, node)
        elif node.text and not han(text.text):
            yield from _lengths(node, text)


def _both_languages(text: Node, *, compared: bool = True) -> Iterator[Diagnostic]:
    for language in ("zh-Hans", "en"):
        yield from _in_its_language(text[language], language)
    if compared:
        yield from _lengths(text["zh-Hans"], text["en"])


def _in_its_language(node: Node, language: str) -> Iterator[Diagnostic]:
    """English with more Chinese than English outside quotation marks; Chinese with none, where it
    is no name: names are capitalised."""
    text = _EXCEPT_LATIN.sub("", node.text)
    chinese, words = han(text), re.findall(r"[A-Za-z]+", text)
    small = [word for word in words if word.islower()]
    wrong = chinese > len(words) if language == "en" else len(small) > 1 and not chinese
    if node.text and wrong:
        yield node.diagnostic("not-its-language", language=language)


def _lengths(chinese: Node, english: Node) -> Iterator[Diagnostic]:
    characters, words = han(chinese.text), len(english.text.split())
    if characters < FEWEST or not words:
        return
    if not RATIO[0] <= words / characters <= RATIO[1]:
        counts = {"words": str(words), "characters": str(characters)}
        yield english.diagnostic("length-of-translation", **counts)


def check_nothing_is_nearly_twice(content: ParsedContent) -> Iterator[Diagnostic]:
    """Texts that share most of their letters under two ids; only those that share some runs of
    letters are compared, so that 12,000 quotes take a moment."""
    from rapidfuzz import fuzz

    roots = [tree.root for tree in content.articles if not _is_withdrawn(tree.root)]
    quotes = [quote for root in roots for quote in root["quotes"].items()]
    texts = [plain_key(quote["text"].text) for quote in quotes]
    for later, earlier in _alike(texts):
        text, other = texts[later], texts[earlier]
        if text != other and fuzz.ratio(text, other) >= NEAR:
            yield quotes[later]["text"].diagnostic("nearly-twice", id=quotes[earlier]["id"].text)


def _alike(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs of which the earlier holds at least half of the runs of letters of the later."""
    seen: dict[str, int | list[int]] = {}
    for place, text in enumerate(texts):
        runs = {text[i : i + _GRAM] for i in range(len(text) - _GRAM + 1)}
        shared: Counter[int] = Counter()
        for run in runs:
            before = seen.get(run)
            if before is None:
                seen[run] = place  # as nearly all: a list for each would take as long as the rest
            elif isinstance(before, int):
                shared[before] += 1
                seen[run] = [before, place]
            else:
                shared.update(before)
                before.append(place)
        yield from ((place, other) for other, count in shared.items() if count * 2 >= len(runs))
