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

_LONGEST_NAMED = 60
"""Characters of a line that may name a topic with small words around; longer ones say more."""

_MOST_UNITS = 12
"""Latin words or Han characters of the longest alias, with room."""

_SMALL = frozenset({
    "a", "about", "an", "any", "culture", "few", "for", "from", "give", "life", "me", "more",
    "of", "on", "one", "please", "quote", "quotes", "regarding", "related", "schedule",
    "some", "something", "stuff", "system", "the", "thing", "things", "topic", "topics",
})  # fmt: skip
"""Words that say no more than the topic they stand beside."""

_SMALL_HAN = re.compile(
    "有关|关于|相关|方面|话题|语录|工作制|制度|文化|现象|问题|一条|一句|几条|几句|来点|来|请|给我|[的化吧呢]"
)
_ROOM = re.compile(r"[@#=]")
"""`subscribe layoffs @news` names a room as well."""

_UNITS = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]")
_TONES = re.compile(r"\b(?:[a-z]{1,6}[1-5]){2,}\b")

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


def words_of(topic: Topic) -> tuple[str, ...]:
    """Every word that stands for a topic."""
    name = topic.name
    return (topic.slug, name.hans, name.hant, name.en, *topic.aliases)


class Aliases:
    """Topics by every word that stands for them: slug, names and aliases.

    Looks without OpenCC first, which takes 30 ms to load, and most words need it not."""

    def __init__(self, topics: Mapping[str, Topic]) -> None:
        self._topics = topics
        self._plain = {plain_key(word): slug for word, slug in self._words()}
        self._simplified: dict[str, str] = {}

    def find(self, words: str) -> str | None:
        """The slug of the topic that these words name after folding, and nothing beside it:
        `layoffs please`, `H1B visa` (twice the same), 996工作制, nèijuǎn."""
        exact = self._plain.get(plain_key(words)) or self._hans.get(hans_key(words))
        if exact or len(words) > _LONGEST_NAMED or _ROOM.search(words):
            return exact
        return self._alone(_bare(words))

    def _alone(self, words: str) -> str | None:
        """The one topic whose words fill the line, with nothing but small words around."""
        units = [unit for unit in _UNITS.findall(words) if unit not in _SMALL]
        found, start = set(), 0
        while start < len(units):
            ends = range(min(len(units), start + _MOST_UNITS), start, -1)
            end = next((n for n in ends if "".join(units[start:n]) in self._hans), None)
            if end is None:
                return None
            found.add(self._hans["".join(units[start:end])])
            start = end
        return found.pop() if len(found) == 1 else None

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
            yield from ((word, slug) for word in words_of(topic))


def _bare(words: str) -> str:
    """Small letters and simplified characters, without tones (nèijuǎn, nei4juan3), dots inside
    words (A.I.), and what stands around a Chinese topic."""
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", words).casefold())
    folded = "".join(c for c in apart if not unicodedata.combining(c)).replace(".", "")
    folded = _TONES.sub(lambda found: re.sub("[1-5]", "", found[0]), folded.replace("-", ""))
    return _SMALL_HAN.sub(" ", simplify(folded)) if is_chinese(folded) else folded


def _stands_in(alias: str, asked: str, alone: Set[str]) -> bool:
    if is_chinese(alias):
        return len(alias) > 1 and alias in asked
    return alias in alone or (len(alias) >= _SHORTEST_INSIDE and alias in asked)


@cache
def _simplifier() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")
