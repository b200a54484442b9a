"""Cutting, cleaning and measuring text; Chinese and English alike."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
"""Control, format (zero-width, bidi overrides), surrogate, private-use and unassigned."""

_JOINER = "\u200d"
"""Kept: it holds family and profession emoji together."""

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def clean(text: str) -> str:
    """The text without characters that nobody can see, white space folded to single spaces.

    What is left is safe to show back: no control or bidi character, no lone surrogate.
    """
    spaced = (" " if char.isspace() else char for char in text)
    kept = (c for c in spaced if c == _JOINER or unicodedata.category(c) not in _INVISIBLE)
    return " ".join("".join(kept).split())


def cut(text: str, limit: int) -> str:
    """The text, or its first `limit - 1` characters and an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def han(text: str) -> int:
    """How many Han characters stand in the text."""
    return len(_HAN.findall(text))


def is_chinese(text: str) -> bool:
    """Whether a person would call this text Chinese: it has any Han character."""
    return _HAN.search(text) is not None
