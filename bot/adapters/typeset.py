"""Breaking a text into lines as both languages do: between words, and between any two Chinese
characters, but with no comma at a line's beginning and no opening bracket at its end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

Line: TypeAlias = str

Measure: TypeAlias = "Callable[[str], float]"

_EMOJI = "\u231a-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_CLUSTER = re.compile(
    r"[\U0001f1e6-\U0001f1ff]{2}"  # a flag is two letters
    r"|.[\ufe0e\ufe0f\u20e3\u0300-\u036f\U0001f3fb-\U0001f3ff]*"
    r"(?:\u200d.[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]*)*",
    re.DOTALL,
)
_CHINESE = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
_WORD = re.compile(rf"\s+|[^\s{_CHINESE}{_EMOJI}]+")

_NEVER_FIRST = frozenset("，。！？、；：”’）》」』】〉…—%,.!?;:)]}")
_NEVER_LAST = frozenset("“‘（《「『【〈([{")

_ALONE = 2
"""Characters: fewer on the last line look like a mistake."""


def clusters(text: str) -> list[str]:
    """What a reader takes for one character: a letter with its accents, an emoji with its parts."""
    return _CLUSTER.findall(text)


def tokens(text: str) -> Iterator[str]:
    """Words of letters, spaces, and each other character by itself."""
    at = 0
    while at < len(text):
        found = _WORD.match(text, at) or _CLUSTER.match(text, at)
        assert found is not None
        yield found[0]
        at = found.end()


def broken(text: str, width: float, measure: Measure) -> list[Line]:
    """Lines none of which is wider; all characters are in them but the spaces between lines."""
    lines: list[list[str]] = [[]]
    room = width
    for unit in _fitting(text, width, measure):
        wide = measure(unit)
        if wide > room and not unit.isspace():
            lines.append([])
            room = width
        if lines[-1] or not unit.isspace():
            lines[-1].append(unit)
            room -= wide
    if len(lines) > 1 and len("".join(lines[-1]).strip()) <= _ALONE and len(lines[-2]) > _ALONE * 2:
        _move_down(lines)
    return ["".join(line).strip() for line in lines]


def _move_down(lines: list[list[str]]) -> None:
    """So that nothing stands alone on the last line."""
    while lines[-2] and lines[-2][-1].isspace():
        lines[-1].insert(0, lines[-2].pop())
    lines[-1].insert(0, lines[-2].pop())


def _fitting(text: str, width: float, measure: Measure) -> Iterator[str]:
    """Units that are never broken, unless one is wider than a line."""
    for unit in _units(text):
        if measure(unit) <= width:
            yield unit
        else:
            yield from clusters(unit)


def _units(text: str) -> list[str]:
    units: list[str] = []
    for token in tokens(text):
        joins = bool(units) and not units[-1].isspace() and not token.isspace()
        if joins and (token[0] in _NEVER_FIRST or units[-1][-1] in _NEVER_LAST):
            units[-1] += token
        else:
            units.append(token)
    return units
