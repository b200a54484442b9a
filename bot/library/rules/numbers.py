"""Which numbers a sentence says, in English or Chinese, digits or words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

_SCALES = {
    "trillion": 1e12, "billion": 1e9, "bn": 1e9, "million": 1e6, "mn": 1e6, "m": 1e6,
    "thousand": 1e3, "k": 1e3, "hundred": 1e2, "dozen": 12,
    "万亿": 1e12, "千亿": 1e11, "百亿": 1e10, "十亿": 1e9, "亿": 1e8, "千万": 1e7, "百万": 1e6,
    "十万": 1e5, "万": 1e4, "千": 1e3, "百": 1e2, "成": 10,
}  # fmt: skip
_DIGITS = re.compile(
    r"(\d[\d,]*(?:\.\d+)?)\s*(?:-\s*)?"
    r"(万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|百|成"
    r"|(?:trillion|billion|million|thousand|hundred|dozen|bn|mn|[mk])(?![a-z]))?"
)

_RANGE = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(?:[-–—~～至到]|to)\s*$")

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
_ONES += " fifteen sixteen seventeen eighteen nineteen"
_WORDS: dict[str, float] = {word: n for n, word in enumerate(_ONES.split())}
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS |= {word: n * 10 for n, word in enumerate(_TENS.split(), 2)}
_OTHER: dict[str, tuple[float, ...]] = {
    "a": (1,), "an": (1,), "once": (1,), "single": (1,), "first": (1,), "twice": (2,),
    "double": (2,), "doubled": (2,), "doubles": (2,), "couple": (2,), "second": (2,), "both": (2,),
    "pair": (2,), "thrice": (3,), "triple": (3,), "tripled": (3,), "third": (3,), "fourth": (4,),
    "tenfold": (10,), "decade": (10,),
    "century": (100,), "fortnight": (2, 14), "tenth": (10,), "dozen": (12,), "dozens": (12,),
    "half": (0.5, 50, 6),
    "quarter": (0.25, 25, 3), "hundreds": (100,), "thousands": (1e3,), "millions": (1e6,),
    "billions": (1e9,),
}  # fmt: skip
"""What else says a number; half is of a whole, of a hundred, or of a year in months."""

_ENGLISH = re.compile(r"[a-z]+")
_HAN_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_HAN_NUMBER = re.compile(r"[零〇一二三四五六七八九两俩十百千万亿]+(?:点[零〇一二三四五六七八九]+)?")
_HAN_OTHER: dict[str, tuple[float, ...]] = {
    "半": (0.5, 50, 6), "翻番": (2,), "翻一番": (2,), "上亿": (1e8,), "数亿": (1e8,),
    "上万": (1e4,), "数万": (1e4,), "数千": (1e3,), "上千": (1e3,), "数百": (1e2,), "上百": (1e2,),
    "数十": (10,), "几十": (10,), "十几": (10,), "数千万": (1e7,), "首": (1,), "午夜": (0, 24),
}  # fmt: skip


def numbers_in(text: str) -> frozenset[float]:
    """Every number that the text can be read to say: `over $1.4bn`, 14 亿, `a dozen`, 十几, 三成.

    Generous: `1.4 billion` also says 1.4. Only what nothing in the text can mean is missing."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return frozenset((*_in_digits(plain), *_in_english(plain), *_in_chinese(plain)))


def _in_digits(text: str) -> Iterator[float]:
    for found in _DIGITS.finditer(text):
        value = _value(found[1])
        yield value
        if found[2]:
            yield round(value * _SCALES[found[2]], 6)
            if first := _RANGE.search(text[: found.start()]):  # 15～44 万 begins at 15 万
                yield round(_value(first[1]) * _SCALES[found[2]], 6)


def _value(digits: str) -> float:
    return float(digits.replace(",", ""))


def _in_english(text: str) -> Iterator[float]:
    words = _ENGLISH.findall(text)
    for word in words:
        yield from _OTHER.get(word.removesuffix("s") if word not in _OTHER else word, ())
    total: float | None = None
    for word in (*words, ""):
        if word in _WORDS:
            total = (total or 0) + _WORDS[word]
        elif word in _SCALES and total is not None:
            yield total
            total *= _SCALES[word]
        elif total is not None and word != "and":
            yield total
            total = None
    for tens, ones in pairwise(words):
        if tens in _WORDS and ones in _WORDS:
            yield from (_WORDS[tens], _WORDS[ones])


def _in_chinese(text: str) -> Iterator[float]:
    for word, values in _HAN_OTHER.items():
        if word in text:
            yield from values
    for found in _HAN_NUMBER.finditer(text):
        whole, _, decimals = found[0].partition("点")
        if whole != "十" and not any(c in _HAN_DIGITS for c in whole):
            continue  # the 亿 of 140 亿, the 百 of 百分之
        value = float(_han_number(whole))
        if decimals:
            value += sum(_HAN_DIGITS[d] / 10**n for n, d in enumerate(decimals, 1))
        yield round(value, 6)
        yield from (float(_HAN_DIGITS[c]) for c in whole if c in _HAN_DIGITS)
        if text[found.end() :].startswith("成"):
            yield value * 10


def _han_number(word: str) -> int:
    """二十 20, 两千三百 2,300, 一百二十万 1,200,000, 二〇二五 2025."""
    if not any(c in word for c in "十百千万亿"):
        return int("".join(str(_HAN_DIGITS[c]) for c in word))
    total, section, digit = 0, 0, 0
    for character in word:
        if character in _HAN_DIGITS:
            digit = _HAN_DIGITS[character]
        elif character in _HAN_UNITS:
            section += (digit or 1) * _HAN_UNITS[character]
            digit = 0
        else:
            scale = 10**4 if character == "万" else 10**8
            total = (total + (section + digit or 1)) * scale
            section = digit = 0
    return total + section + digit
