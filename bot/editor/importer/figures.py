"""Sentences with figures: candidates for facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.text import han
from bot.library.rules.numbers import numbers_in

MOST = 10
"""Candidates of one article; a person keeps five to eight."""

LONGEST = 40
"""Characters of evidence that the content model takes."""

_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?|[^.!?\n]+[.!?]?")
_AMOUNT = re.compile(
    r"(\d[\d,]*(?:\.\d+)?\s*(?:万亿|亿|千万|百万|万|千|百)?)\s*(多|余)?"
    r"(美元|元|人民币|个工作岗位|个岗位|人|名|%|％|小时|天|周|个月|年(?!代)|家|篇|场|倍|英里|次|个)"
    r"|(\$\d[\d,]*(?:\.\d+)?(?:\s*(?:trillion|billion|million|bn|m|k))?)"
    r"|(\d[\d,]*(?:\.\d+)?(?:\s*(?:trillion|billion|million|thousand))?)\s*"
    r"(%|percent|people|jobs|workers|engineers|hours|days|weeks|months|years|companies|papers|times|miles)\b"
)
_UNITS = {
    "美元": "usd", "元": "cny", "人民币": "cny", "个岗位": "jobs", "人": "people", "名": "people",
    "%": "percent", "％": "percent", "小时": "hours", "天": "days", "周": "weeks", "个月": "months",
    "年": "years", "家": "companies", "篇": "papers", "场": "events", "倍": "times",
    "英里": "miles", "工作岗位": "jobs", "个工作岗位": "jobs", "次": "items",
    "个": "items", "percent": "percent", "people": "people", "workers": "people",
    "engineers": "people", "jobs": "jobs", "hours": "hours", "days": "days", "weeks": "weeks",
    "months": "months", "years": "years", "companies": "companies", "papers": "papers",
    "times": "times", "miles": "miles",
}  # fmt: skip
_BOUNDS = (
    ("over", re.compile("超过|逾|多于|more than|over")),
    ("at_least", re.compile("至少|以上|at least")),
    ("at_most", re.compile("至多|最多|不到|少于|以内|at most|up to|fewer than|less than")),
    ("about", re.compile("约|大约|近|左右|将近|nearly|about|around|some|almost")),
)
_AS_OF = re.compile(
    r"(20\d\d)\s*年(?:\s*(\d{1,2})\s*月)?|(?:in|since|by) (?:[A-Z][a-z]+ )?(20\d\d)"
)


@dataclass(frozen=True, slots=True)
class Amount:
    value: float
    unit: str
    bound: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the source with its figures; `as_of` only where it names a year."""

    text: str
    evidence: str
    amounts: tuple[Amount, ...]
    as_of: str = ""


def sentences_with_figures(text: str) -> list[Sentence]:
    """Those with most figures first, at most MOST, then in the order of the text."""
    found = list(_found(text))
    best = sorted(found, key=lambda one: -len(one.amounts))[:MOST]
    return [one for one in found if one in best]


def _found(text: str) -> Iterator[Sentence]:
    for match in _SENTENCE.finditer(text):
        sentence = match[0].strip()
        amounts = tuple(_amounts(sentence))
        if amounts and 8 <= len(sentence) <= 400:
            yield Sentence(sentence, _evidence(sentence), amounts, _as_of(sentence))


def _amounts(sentence: str) -> Iterator[Amount]:
    for match in _AMOUNT.finditer(sentence):
        digits = match[1] or match[4] or match[5]
        unit = "usd" if match[4] else _UNITS[match[3] or match[6]]
        value = max(numbers_in(digits.lstrip("$")))
        if unit == "years" and 1900 <= value <= 2100:
            continue
        around = sentence[max(0, match.start() - 9) : match.end() + 3]
        bound = "over" if match[2] else next((b for b, told in _BOUNDS if told.search(around)), "")
        yield Amount(value, unit, bound)


def _evidence(sentence: str) -> str:
    """A few words around the first figure, letter for letter."""
    match = _AMOUNT.search(sentence)
    end = match.end() if match else 0
    start = max(0, end - LONGEST + 6)
    cut = sentence[start : start + LONGEST].strip("，,。. ")
    return cut if han(cut) else " ".join(cut.split(" ")[1:]) if start else cut


def _as_of(sentence: str) -> str:
    if match := _AS_OF.search(sentence):
        year = match[1] or match[3]
        return f"{year}-{int(match[2]):02}" if match[2] else year
    return ""
