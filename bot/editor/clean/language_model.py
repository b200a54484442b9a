"""How likely one Chinese character follows another, from the words of jieba's dictionary.

Bigrams inside words, weighted by how often the words are used, backed off to single characters:
enough to tell a sentence from bytes read out of step. Made at first use in a second or two, and
kept in the user's cache folder.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

_INSIDE = 0.75
"""How much of a character's chance comes from the one before it; the rest is its own frequency."""

_UNKNOWN = -17.0
"""Natural logarithm of the chance of a character that no word of the dictionary has."""

_MARKS = (
    {"，": -2.9, "。": -3.2, "、": -4.4, "“": -4.6, "”": -4.6}
    | dict.fromkeys("！？：；《》（）「」…—·", -5.5)
)  # fmt: skip
"""Punctuation, which no dictionary holds, about as often as in the news."""

_FOLDED = dict(zip(",!?:;", "，！？：；", strict=True))
"""Behind a Chinese character these stand for what was folded."""

_QUOTES = "”」』"
_INSIDE_WORD = 0.05
"""The chance of a mark where every word of the dictionary goes on."""

_STOPS = "，。、！？：；"
_AFTER_STOP = -7.0
"""More for a stop right behind a stop: no sentence has it."""

_SYMBOL = -13.0
_LATIN = -5.0
_AFTER_LATIN = -2.5


class LanguageModel:
    """`score(behind, char)`: the natural logarithm of the chance of `char` behind those two."""

    def __init__(
        self,
        pairs: Mapping[int, float],
        ends: Mapping[int, float],
        singles: Mapping[str, float],
    ) -> None:
        self._pairs, self._ends, self._singles = pairs, ends, singles
        self._total = sum(singles.values())

    def score(self, behind: str, char: str) -> float:
        before = behind[-1:]
        if before and not before.isascii():
            char = _FOLDED.get(char, char)
        if char.isascii():
            return _AFTER_LATIN if before.isascii() and before.isalnum() else _LATIN
        if char in _MARKS:
            return _MARKS[char] + self._closing(behind, char)
        single = self._singles.get(char)
        if single is None:
            return _SYMBOL if not "\u4e00" <= char <= "\u9fff" else _UNKNOWN
        alone = (1 - _INSIDE) * single / self._total
        pair = self._pairs.get(_key(before, char)) if before else None
        inside = _INSIDE * pair / self._singles[before] if pair else 0.0
        return math.log(alone + inside)

    def _closing(self, behind: str, mark: str) -> float:
        """What a mark loses behind another stop, or inside a word: 动植 goes on with 物."""
        before = behind[-1:]
        stopped = before in _QUOTES and behind[:1] in _STOPS and len(behind) > 1
        if mark in _STOPS and before and (before in _STOPS or stopped):
            return _AFTER_STOP
        if len(behind) < 2 or not (pair := self._pairs.get(_key(*behind))):
            return 0.0
        inside = _INSIDE * pair / self._singles[behind[0]]
        alone = (1 - _INSIDE) * self._singles[before] / self._total
        ends = self._ends.get(_key(*behind), 0.0) / pair
        return math.log(max((alone + inside * ends) / (alone + inside), _INSIDE_WORD))

    def knows(self, char: str) -> bool:
        return char in self._singles or char in _MARKS


_ARRAYS = ("keys", "counts", "ended", "chars", "frequencies")


@cache
def language_model() -> LanguageModel:
    path = _cache_folder() / f"characters-{version('jieba')}.npz"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            arrays = tuple(held[name] for name in _ARRAYS)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        arrays = _counted()
        _keep(path, arrays)
    keys, counts, ended, chars, frequencies = arrays
    pairs = dict(zip(keys.tolist(), counts.tolist(), strict=True))
    ends = {key: end for key, end in zip(keys.tolist(), ended.tolist(), strict=True) if end}
    singles = dict(zip(map(chr, chars.tolist()), frequencies.tolist(), strict=True))
    return LanguageModel(pairs, ends, singles)


def _counted() -> tuple[np.ndarray, ...]:
    pairs: dict[int, float] = {}
    ends: dict[int, float] = {}
    singles: dict[str, float] = {}
    words = resources.files("jieba").joinpath("dict.txt").read_text(encoding="utf-8")
    for line in words.splitlines():
        word, frequency, *_ = line.split(" ")
        weight = float(frequency)
        for before, char in zip(("", *word), word, strict=False):
            singles[char] = singles.get(char, 0.0) + weight
            if before:
                key = _key(before, char)
                pairs[key] = pairs.get(key, 0.0) + weight
        if len(word) > 1:
            last = _key(word[-2], word[-1])
            ends[last] = ends.get(last, 0.0) + weight
    return (
        np.array(list(pairs), dtype=np.uint64),
        np.array(list(pairs.values()), dtype=np.float64),
        np.array([ends.get(key, 0.0) for key in pairs], dtype=np.float64),
        np.array(list(map(ord, singles)), dtype=np.uint32),
        np.array(list(singles.values()), dtype=np.float64),
    )


def _key(before: str, char: str) -> int:
    return ord(before) << 32 | ord(char)


def _keep(path: Path, arrays: tuple[np.ndarray, ...]) -> None:
    """Written beside and moved, so that nobody reads half of it; else it is made again."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}.npz")
        held: dict[str, Any] = dict(zip(_ARRAYS, arrays, strict=True))
        np.savez(fresh, **held)
        fresh.replace(path)
    except OSError:
        return


def _cache_folder() -> Path:
    held = os.environ.get("XDG_CACHE_HOME")
    return (Path(held) if held else Path.home() / ".cache") / "aiwork"
