"""The words by which people ask for a topic, folded so that spelling does not matter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Set
from functools import cache
from typing import TYPE_CHECKING

from bot.core.command_line import MAX_TYPED
from bot.core.text import is_chinese

if TYPE_CHECKING:
    from opencc import OpenCC

    from bot.library.models.entries import Topic

_SURE = 75
"""Out of 100: below this two words have little more in common than letters (`list articles` and
`startups` have 60, `burnot` and `burnout` 92)."""

_SHORTEST_INSIDE = 4
"""Letters of a Latin alias that may be looked for inside other words; shorter ones (996, PhD) are
in too many, and must stand as words. For Chinese two characters are a word."""

_WORDS = re.compile(r"[0-9a-z]+")


def plain_key(words: str) -> str:
    """Without width, case, spaces, hyphens and punctuation: `９-9-6` and `996` are the same. Only
    the first 500 characters are read (NFKC is quadratic in combining marks)."""
    folded = unicodedata.normalize("NFKC", words[:MAX_TYPED]).casefold()
    return "".join(filter(str.isalnum, folded))


def hans_key(words: str) -> str:
    """`plain_key` in simplified characters: 裁員 and 裁员 are the same."""
    key = plain_key(words)
    return simplify(key) if is_chinese(key) else key


def stands_in(words: str, text: str) -> bool:
    """Whether a text (in simplified characters, as all content is) holds these words as words,
    whatever their case, width and script."""
    sought, held = _spoken(words), _spoken(text)
    sought = simplify(sought) if is_chinese(sought) else sought
    if not sought.strip():
        return False
    if is_chinese(sought):
        return sought.replace(" ", "") in held.replace(" ", "")
    return f" {sought} " in f" {held} "


def _spoken(text: str) -> str:
    """Words in small letters, single spaces between them."""
    folded = unicodedata.normalize("NFKC", text[:MAX_TYPED]).casefold()
    return " ".join(re.findall(r"\w+", folded))


def is_traditional(text: str) -> bool:
    """Whether any character is one that simplified writing has replaced."""
    return simplify(text) != text


def simplify(text: str) -> str:
    """The text in simplified characters."""
    return str(_simplifier().convert(text))


class Aliases:
    """Topics by every word that stands for them: slug, names and aliases.

    Looks without OpenCC first, which takes 30 ms to load, and most words need it not."""

    def __init__(self, topics: Mapping[str, Topic]) -> None:
        self._topics = topics
        self._plain = {plain_key(word): slug for word, slug in self._words()}
        self._simplified: dict[str, str] = {}

    def find(self, words: str) -> str | None:
        """The slug of the topic that these words name, exactly after folding."""
        return self._plain.get(plain_key(words)) or self._hans.get(hans_key(words))

    def nearest(self, words: str, limit: int) -> list[str]:
        """Slugs of the topics whose words come closest, best first; none when nothing is near."""
        from rapidfuzz import fuzz

        asked = hans_key(words)
        scores = dict.fromkeys(self.within(words), 95.0)
        for alias, slug in self._hans.items():
            scores[slug] = max(fuzz.ratio(alias, asked), scores.get(slug, 0.0))
        near = sorted(scores, key=lambda slug: -scores[slug])
        return [slug for slug in near if scores[slug] >= _SURE][:limit]

    def within(self, words: str) -> list[str]:
        """Slugs of the topics that are named inside a longer text, in the topics' own order."""
        asked = hans_key(words)
        alone = set(_WORDS.findall(unicodedata.normalize("NFKC", words[:MAX_TYPED]).casefold()))
        found = {slug for alias, slug in self._hans.items() if _stands_in(alias, asked, alone)}
        return [slug for slug in self._topics if slug in found]

    @property
    def _hans(self) -> Mapping[str, str]:
        if not self._simplified:
            self._simplified = {hans_key(word): slug for word, slug in self._words()}
        return self._simplified

    def _words(self) -> Iterator[tuple[str, str]]:
        for slug, topic in self._topics.items():
            name = topic.name
            for word in (slug, name.hans, name.hant, name.en, *topic.aliases):
                yield word, slug


def _stands_in(alias: str, asked: str, alone: Set[str]) -> bool:
    if is_chinese(alias):
        return len(alias) > 1 and alias in asked
    return alias in alone or (len(alias) >= _SHORTEST_INSIDE and alias in asked)


@cache
def _simplifier() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")
