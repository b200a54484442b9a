"""What is known about single Chinese characters: the simplified form and the readings.

The tables come from OpenCC and pypinyin once, when an index is built without a cache: both
libraries together cost 75 MB and half a second. From then on they are three numpy arrays.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

FIRST, LAST = 0x3400, 0x9FFF  # CJK Extension A to the end of the unified block: what people type
READINGS = 3  # readings kept per character: 行 has xing, hang and heng; a fourth is always archaic

# OpenCC's `t2s` leaves these alone because both forms are simplified in some word; a lookup may
# be coarser than an orthography. 著 is how Taiwan and Hong Kong write 着.
ALSO_SIMPLIFIED = dict(zip("著妳牠祂祇瞭甚", "着你它它只了什", strict=True))


@dataclass(frozen=True, slots=False)
class Hanzi:
    """`simple[c - FIRST]` is a code point, `readings[c - FIRST]` up to three syllable numbers."""

    simple: NDArray[np.int32]
    readings: NDArray[np.uint16]
    syllables: tuple[str, ...]  # the number of a syllable is its place here; 0 is "no reading"

    @cached_property
    def simplified(self) -> Mapping[int, int]:
        """Every character whose simplified form differs, as `str.translate` wants it."""
        code = np.arange(FIRST, LAST + 1)
        differs = np.flatnonzero(self.simple != code)
        return dict(zip(code[differs].tolist(), self.simple[differs].tolist(), strict=True))

    def readings_of(self, character: str) -> tuple[int, ...]:
        """Syllable numbers, the most usual first; none for what is no Chinese character."""
        place = ord(character) - FIRST
        if not 0 <= place < len(self.readings):
            return ()
        return tuple(number for number in self.readings[place].tolist() if number)


@cache
def read_hanzi() -> Hanzi:
    """Ask OpenCC and pypinyin about every character from FIRST to LAST."""
    characters = [chr(code) for code in range(FIRST, LAST + 1)]
    readings = _readings(characters)
    syllables = ("", *sorted({syllable for some in readings for syllable in some}))
    number = {syllable: place for place, syllable in enumerate(syllables)}
    table = np.zeros((len(characters), READINGS), np.uint16)
    for row, some in zip(table, readings, strict=True):
        row[: len(some)] = [number[syllable] for syllable in some]
    return Hanzi(_simple(characters), table, syllables)


def _simple(characters: list[str]) -> NDArray[np.int32]:
    from opencc import OpenCC

    # One character a line: phrase rules cannot reach across a line break.
    forms = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    forms = [ALSO_SIMPLIFIED.get(old, new) for old, new in zip(characters, forms, strict=True)]
    return np.array([ord(form) for form in forms], np.int32)


def _readings(characters: list[str]) -> list[list[str]]:
    # Its 47,000 phrases cost 60 MB and say nothing about single characters.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin.constants import PINYIN_DICT
    from pypinyin.contrib.tone_convert import to_normal

    found = []
    for character in characters:
        marked = PINYIN_DICT.get(ord(character), "").split(",")
        plain = dict.fromkeys(to_normal(one, v_to_u=True).replace("ü", "v") for one in marked)
        found.append([one for one in plain if one.isascii() and one.isalpha()][:READINGS])
    return found
