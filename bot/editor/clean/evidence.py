"""What a whole document shows of each kind of damage: no repair is made without it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.core.text import han
from bot.editor.clean.shifted import PINYIN, reads
from bot.library.aliases import simplify

FEWEST_NOTES = 8
"""Readings behind characters from which they are an annotation of the page; prose glosses a rare
character or two."""

FEWEST = 3
"""Of most kinds: once is chance, twice may be, three times is how the page was made."""

HALF = 0.5

_NOTE = re.compile(rf"([\u3400-\u9fff])\(({PINYIN})\)")
_OUT_OF_STEP = re.compile(
    rf"[\u4e00-\u9fff]\?{PINYIN}\)|\?/\w+>|[\ue000-\uf8ff]|[\u4e00-\u9fff]€|€[\u4e00-\u9fff]"
)
_SHIFTED = re.compile("[\u4e00-\u9fff]\\?[！，。？：；]?[\u4e00-\u9fff]")
_FOLDED = re.compile("(?<=[\u4e00-\u9fff]),(?=[\u4e00-\u9fff])")
_WIDE = re.compile("[，！？：；（）]")
_DOUBLED = re.compile(r"([\w·.\- ]{2,20})\(\1\)")
GAP = re.compile(r"(?<![\w/=.&:])[A-Za-z]+(?:\?[A-Za-z]+)+(?![\w=/])")
"""Latin words with a question mark where a no-break space was; not what an address asks."""

_BRACKETED = re.compile(r"^【.{2,40}】?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class DamageEvidence:
    """Which kinds of damage the document has."""

    traditional: bool
    annotated: bool
    shifted: bool
    folded: bool
    doubled: bool
    lottery: bool
    gaps: bool

    @property
    def any(self) -> bool:
        found = (self.annotated, self.shifted, self.folded, self.doubled, self.lottery, self.gaps)
        return True in found


def evidence_in(text: str) -> DamageEvidence:
    annotated = len(notes_in(text)) >= FEWEST_NOTES
    out_of_step = len(_OUT_OF_STEP.findall(text))
    traditional = _is_traditional(text)
    shifted = out_of_step >= FEWEST or (annotated and out_of_step + _count(_SHIFTED, text) > 0)
    folded = _count(_FOLDED, text) >= FEWEST and _count(_WIDE, text) * 4 <= _count(_FOLDED, text)
    return DamageEvidence(
        traditional=traditional,
        annotated=annotated,
        shifted=shifted,
        folded=folded,
        doubled=_count(_DOUBLED, text) >= FEWEST,
        lottery=_count(_BRACKETED, text) >= FEWEST * 2,
        gaps=sum(one[0].count("?") for one in GAP.finditer(text)) > 1 and han(text) > 0,
    )


def notes_in(text: str) -> list[re.Match[str]]:
    """Readings right behind traditional characters that have that reading."""
    found = (one for one in _NOTE.finditer(text) if simplify(one[1]) != one[1])
    return [one for one in found if reads(one[1], one[2])]


def _is_traditional(text: str) -> bool:
    """Whether more characters stand in a form that only traditional writing has than in one that
    only simplified has."""
    if not han(text):
        return False
    kinds = Counter(map(_form, filter(_is_han, text)))
    return kinds["traditional"] > kinds["simplified"]


@cache
def _form(char: str) -> str:
    if simplify(char) != char:
        return "traditional"
    return "simplified" if str(_traditionaliser().convert(char)) != char else "both"


@cache
def _traditionaliser() -> Any:
    from opencc import OpenCC

    return OpenCC("s2t")


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def _count(pattern: re.Pattern[str], text: str) -> int:
    return sum(1 for _ in pattern.finditer(text))
