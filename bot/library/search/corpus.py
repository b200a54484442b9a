"""The corpus as arrays: the tokens of every document, what they sound like, and the postings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.library.search.fold import fold
from bot.library.search.hanzi import Hanzi
from bot.library.search.pinyin import WRONG, sound_of, spellings
from bot.library.search.postings import Floats, Ints, Postings

Document = Mapping[str, Any]

# Four separators open the lines of a document, so that they also tell what a line is.
TEXT, SPEAKER, WORK, SAYING = 0, 1, 2, 3
FIRST_TOKEN = 4

# The kinds of feature are the topmost bits of its number.
KIND_BITS = 40
TOKEN, PAIR, SKIP, SOUNDS, INITIALS = (kind << KIND_BITS for kind in range(5))
TOKEN_BITS = 18  # 262,144 different tokens; 100,000 quotes have 20,000
LETTER_BITS = 12

# Documents that general language counts for beside the corpus: with 35 quotes it decides which
# words are common, with 10,000 it hardly matters.
PRIOR = 1000
RAREST = 7.5  # nats that a token can weigh: a word seen once in 5,000 quotes says no more

# Prices for splitting letters into syllables. What matters is their order: a pair that the corpus
# has, then one that it lacks, then a piece that is no syllable.
_PAIR, _COMMON_PAIR, _NEW_PAIR, _FIRST, _WRONG, _AFTER_WRONG = 7.0, 4.0, 12.0, 4.0, 18.0, 8.0


@dataclass(frozen=True)
class Corpus:
    ids: list[str]
    words: list[str]  # the vocabulary, sorted; words[:FIRST_TOKEN] are the separators
    tokens: NDArray[np.int32]
    starts: Ints  # document d is tokens[starts[d]:starts[d + 1]]; one separator ends the last
    readings: NDArray[np.uint16]  # (words, READINGS): numbers of syllables, 0 for none
    surprise: Floats  # per word, -ln of the share of documents that hold it: nats
    sound_surprise: Floats  # the same per syllable
    features: Postings
    spelling: Postings  # letter trigrams → words
    regional: Mapping[str, str]  # 软体 → 软件, for the words that the corpus has
    hanzi: Hanzi
    marks: NDArray[np.uint64]  # per document, a hash of what it was made from

    @cached_property
    def number(self) -> dict[str, int]:
        return {word: number for number, word in enumerate(self.words) if number >= FIRST_TOKEN}

    @cached_property
    def sound(self) -> Ints:
        return sounds_of(self.hanzi)

    @cached_property
    def initial(self) -> Ints:
        return initials_of(self.hanzi)

    @cached_property
    def spellings(self) -> dict[str, int]:
        return spellings(self.hanzi.syllables)

    @cached_property
    def lengths(self) -> Ints:
        return np.diff(self.starts)

    def fold(self, text: str) -> str:
        return fold(text, self.hanzi.simplified)

    def syllable_cost(self, previous: int, this: int) -> float:
        """How unlikely a syllable is after another (0 begins, WRONG is none)."""
        cost = self._syllable_costs.get((previous, this))
        if cost is None:
            cost = self._syllable_costs[previous, this] = self._syllable_cost(previous, this)
        return cost

    @cached_property
    def _syllable_costs(self) -> dict[tuple[int, int], float]:
        return {}  # at most 420 * 420; a lookup in the postings costs 10 µs, one here 0.1

    def _syllable_cost(self, previous: int, this: int) -> float:
        if this == WRONG:
            return _WRONG
        if previous == WRONG:
            return _AFTER_WRONG
        if not previous:
            return _FIRST + float(self.sound_surprise[this])
        both = SOUNDS | pair(int(self.sound[previous]), int(self.sound[this]))
        count = float(self.features.spans([both])[1][0])
        return _PAIR - min(_COMMON_PAIR, count**0.25) if count else _NEW_PAIR


def sounds_of(hanzi: Hanzi) -> Ints:
    """Per syllable the number of the first one that sounds the same to a sloppy ear."""
    first: dict[str, int] = {"": 0}
    names = ["" if not name else sound_of(name) for name in hanzi.syllables]
    return np.array([first.setdefault(name, n) for n, name in enumerate(names)], np.int64)


def initials_of(hanzi: Hanzi) -> Ints:
    return np.array([ord(name[0]) if name else 0 for name in hanzi.syllables], np.int64)


def lines_of(document: Document) -> Iterator[tuple[int, str]]:
    """The searchable lines of `text`, `also` (more texts: a translation, a summary), `sayings`,
    `author` and `work`; the last two may hold several spellings, one a line."""
    yield TEXT, document["text"]
    for text in document.get("also", ()):
        yield TEXT, text
    for text in document.get("sayings", ()):
        yield SAYING, text
    for author in document.get("author", "").split("\n"):
        yield SPEAKER, author
    for work in document.get("work", "").split("\n"):
        yield WORK, work


def pair(first: Any, second: Any) -> Any:
    """Feature of two neighbours: numbers, or arrays of them."""
    return (first << TOKEN_BITS) | second


def triple(first: Any, second: Any, third: Any) -> Any:
    """Feature of three initials in a row."""
    return (first << 16) | (second << 8) | third


def letter_trigrams(word: str) -> list[int]:
    """Features of a spelling; the ends of the word are letters, too."""
    codes = [1, *(ord(letter) % (1 << LETTER_BITS) for letter in word), 2]
    return [
        (a << 2 * LETTER_BITS) | (b << LETTER_BITS) | c
        for a, b, c in zip(codes, codes[1:], codes[2:], strict=False)
    ]
