"""Numbers as people read them: 4400000000 is $4.4 billion, and 44 亿美元."""

from __future__ import annotations

import re

from bot.core.words import Voice
from bot.library.models.entries import Figure

_EN_SCALES = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"))
_ZH_SCALES = ((1e12, " 万亿"), (1e8, " 亿"), (1e4, " 万"))
_BETWEEN_HAN = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
"""A number is set off from Chinese by a space, but 44 亿 and 美元 are not from each other."""

_SPELLED_FROM = 1e6
"""Below a million English writes the digits out: 400,000, not 0.4 million."""


def number(value: float, *, chinese: bool) -> str:
    """`1e8` is `100 million` and `1 亿`; at most two decimals, none that are zero."""
    scales = _ZH_SCALES if chinese else _EN_SCALES
    floor = 1e4 if chinese else _SPELLED_FROM
    for size, name in scales:
        if value >= max(size, floor):
            return f"{_trim(value / size)}{name}"
    return _trim(value)


def amount(figure: Figure, voice: Voice) -> str:
    """The figure with its unit and its bound: `over $100 million`, `超过 1 亿美元`."""
    return voice.each(lambda half: _amount(figure, half))


def _amount(figure: Figure, voice: Voice) -> str:
    chinese = voice.language.chinese
    n = number(figure.value, chinese=chinese)
    if figure.to is not None:
        n = f"{n}–{number(figure.to, chinese=chinese)}"
    text = voice.say(f"unit.{figure.unit}", n=voice.script(n))
    bound = voice.say(f"bound.{figure.bound}", amount=text) if figure.bound else text
    return _BETWEEN_HAN.sub("", bound)


def _trim(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")
