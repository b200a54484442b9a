"""Cutting, cleaning and measuring text; Chinese and English alike."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
"""Control, format (zero-width, bidi overrides), surrogate, private-use and unassigned."""

_JOINER = "\u200d"
"""Kept: it holds family and profession emoji together."""

_EMOJI_NAME = re.compile(r"(?<!\S):[a-z][a-z0-9_+'-]*:(?!\S)")

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")

_TYPOGRAPHY: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},  # full-width forms
    **dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63, 0xFF0D], "-"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"), '"'),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032"), "'"),
    **dict.fromkeys([0xA0, 0x3000, 0x202F, 0x205F, *range(0x2000, 0x200B)], " "),
}


def clean(text: str) -> str:
    """The text without characters that nobody can see, white space folded to single spaces.

    What is left is safe to show back: no control or bidi character, no lone surrogate.
    """
    spaced = (" " if char.isspace() else char for char in text)
    kept = (c for c in spaced if c == _JOINER or unicodedata.category(c) not in _INVISIBLE)
    return " ".join("".join(kept).split())


def undo_typography(text: str) -> str:
    """What keyboards, input methods and autocorrect make of ASCII, as ASCII again: full-width
    forms, all dashes, quotation marks, odd spaces. For verbs, ids, times, numbers and options;
    never for words that are looked up or kept."""
    return text.translate(_TYPOGRAPHY)


def without_emoji_names(text: str) -> str:
    """Without `:fire:` and the like, as Slack writes an emoji between words: no word that anybody
    would look up."""
    return " ".join(_EMOJI_NAME.sub("", text).split())


def cut(text: str, limit: int) -> str:
    """The text, or its first `limit - 1` characters and an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def han(text: str) -> int:
    """How many Han characters stand in the text."""
    return len(_HAN.findall(text))


def is_chinese(text: str) -> bool:
    """Whether a person would call this text Chinese: it has any Han character."""
    return _HAN.search(text) is not None
