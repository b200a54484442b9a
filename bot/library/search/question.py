"""The question around the words: which terms ask, and how little they should count."""

from __future__ import annotations

from collections.abc import Sequence

from bot.library.search.common import ASKING, BESIDE

ASKS, STANDS_BY = 2, 1  # "谁说", "quote"; and "的", "about", which mean nothing beside those

_LONGEST = 4  # characters: 什么来着
STRAY = 2  # tokens on no list that a question may hold


def is_question_word(text: str) -> bool:
    return text in ASKING or text in BESIDE


def marks(texts: Sequence[str]) -> list[int]:
    """Per token ASKS, STANDS_BY or 0; Chinese words are found across their characters."""
    found = [0] * len(texts)
    for start in range(len(texts)):
        for size in range(1, _LONGEST + 1):
            piece = "".join(texts[start : start + size])
            mark = ASKS if piece in ASKING else STANDS_BY if piece in BESIDE else 0
            if mark and start + size <= len(texts):
                for place in range(start, start + size):
                    found[place] = max(found[place], mark)
    return found


def wrapper(marked: Sequence[int]) -> tuple[int, int]:
    """Where the question before the words ends, and where the one after them begins."""
    head, tail = _opening(marked), len(marked) - _opening(marked[::-1])
    return head if ASKS in marked[:head] else 0, tail if ASKS in marked[tail:] else len(marked)


def _opening(marked: Sequence[int]) -> int:
    """Tokens of a question that the row opens with.

    Listed words up to the first other one; and on to a later asking word, if hardly any before it
    is on no list (the two characters of 真的是谁写的).
    """
    longest = listed = 0
    for length, mark in enumerate(marked, 1):
        listed += mark > 0
        others = length - listed
        if mark and (longest == length - 1 or (mark == ASKS and others <= STRAY)):
            longest = length
    return longest
