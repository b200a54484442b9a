"""Advertising, scrambled tags and contact lines that must never be sent to anyone.

The list is data, in spam.yaml. It is looked for in every text of the content when editors check
it, and can be looked for again in whatever goes out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LIST = Path(__file__).with_name("spam.yaml")

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True, slots=True)
class Spam:
    """`kind` is adult, lottery, tags or contact; `words` are what gave it away."""

    kind: str
    words: str


def spam_in(text: str) -> Spam | None:
    """The first thing in the text that stands on the list."""
    wide = text.casefold().translate(_FULL_WIDTH)
    folded = "".join(filter(str.isalnum, wide))
    for kind, (words, patterns) in _list().items():
        found = (words and words.search(folded)) or (patterns and patterns.search(wide))
        if found:
            return Spam(kind, found[0])
    return None


@cache
def _list() -> Mapping[str, tuple[re.Pattern[str] | None, re.Pattern[str] | None]]:
    import yaml

    kinds: dict[str, dict[str, list[str]]] = yaml.load(LIST.read_bytes(), Loader=yaml.CSafeLoader)
    return {
        kind: (
            _any([re.escape(word) for word in kinds[kind].get("words", [])]),
            _any(kinds[kind].get("patterns", [])),
        )
        for kind in kinds
    }


def _any(alternatives: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{one})" for one in alternatives)) if alternatives else None
