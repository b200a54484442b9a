"""Where a candidate's words stand in the source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.editor.source_copy import Passage, letters

SHORTEST = 6
"""Letters of a piece of a joined quotation that is looked for by itself."""

_JOINT = re.compile(r"[。！？，；：.!?,;:]+\s*")


@dataclass(frozen=True, slots=True)
class Mark:
    """From which character of a passage to before which, for the candidate of that name."""

    passage: int
    start: int
    end: int
    candidate: str


Letters: TypeAlias = "Sequence[tuple[str, list[int]]]"
"""Of each passage its letters, and where each stands."""


def letters_of(passages: Sequence[Passage]) -> Letters:
    return [letters(passage.text) for passage in passages]


def marks_of(words: str, candidate: str, held: Letters) -> list[Mark]:
    """The words in one piece, else piece by piece in the passage that holds most of them; letter
    for letter, whatever the punctuation."""
    if found := _pieces([words], held):
        return _as_marks(found, candidate)
    pieces = [one for one in _JOINT.split(words) if len(letters(one)[0]) >= SHORTEST]
    return _as_marks(_pieces(pieces, held), candidate)


_Found = list[tuple[int, int, int]]


def _pieces(pieces: Sequence[str], held: Letters) -> _Found:
    best: _Found = []
    wanted = [found for one in pieces if (found := letters(one)[0])]
    for number, (text, places) in enumerate(held):
        here = [(at, piece) for piece in wanted if (at := text.find(piece)) >= 0]
        spans = [(number, places[at], places[at + len(p) - 1] + 1) for at, p in here]
        best = max(best, spans, key=len)
    return best


def _as_marks(found: _Found, candidate: str) -> list[Mark]:
    return [Mark(passage, start, end, candidate) for passage, start, end in found]
