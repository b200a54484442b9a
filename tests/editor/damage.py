"""Damage as pages make it, over whatever text: the forward model of what the cleaner undoes.

Text in traditional characters, as GBK bytes; behind byte pairs that are traditional characters,
whatever characters they belong to, stands `(pinyin)`; a byte is lost here and there; full-width
punctuation is folded. Whoever decodes it shows `?` for a lead byte before a bracket.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC
from pypinyin import Style, pinyin

from bot.library.aliases import simplify

FOLDED = str.maketrans("，！？：；（）", ",!?:;()")


@dataclass(frozen=True, slots=True)
class Damaged:
    """`steps` counts the annotations in step, `lost` and `shifted` the runs read out of step."""

    text: str
    steps: int
    lost: int
    shifted: int


def damage(text: str, seed: int, *, share: float = 0.5, losses: float = 0.02) -> Damaged:
    """Each line of simplified text damaged; the same for the same seed."""
    rng = random.Random(seed)
    lines = [_line(line, rng, share, losses) for line in text.split("\n")]
    return Damaged(
        "\n".join(one.text for one in lines),
        *(sum(getattr(one, kind) for one in lines) for kind in ("steps", "lost", "shifted")),
    )


def _line(line: str, rng: random.Random, share: float, losses: float) -> Damaged:
    raw = _traditional(line).encode("gb18030")
    out, place, steps, lost, shifted = bytearray(), 0, 0, 0, 0
    while place < len(raw):
        byte = raw[place]
        if byte < 0x80:
            out.append(byte)
            place += 1
            continue
        pair = raw[place : place + 2]
        if _loses(pair, raw[place + 2 : place + 3]) and rng.random() < losses:
            out += b"?" + pair[1:]  # the lead byte is gone, and what follows reads in other pairs
            place += 2
            lost += 1
            continue
        reading = _reading(pair)
        out += pair
        place += 2
        if reading and rng.random() < share:
            out += f"({reading})".encode("gb18030")
            steps += 1
        straddling = raw[place - 1 : place + 1]
        if not reading and _reading(straddling) and rng.random() < share / 2:
            out += raw[place : place + 1] + f"({_reading(straddling)})".encode("gb18030")
            place += 1
            shifted += 1
            out += raw[place : place + 1]
            place += 1
    return Damaged(_decoded(bytes(out)).translate(FOLDED), steps, lost, shifted)


def _loses(pair: bytes, following: bytes) -> bool:
    """Where those pages lose a byte: before 。” 。“ 。《 活 。靠 模可 常” and their like."""
    return pair[1:] == b"\xa3" and following in (b"\xa1", b"\xbb", b"\xbf")


def _decoded(raw: bytes) -> str:
    """Pairs as a browser reads them: a lead byte before `(` or `<` is shown as `?` and eats it."""
    shown, place = [], 0
    while place < len(raw):
        byte = raw[place]
        if byte < 0x80:
            shown.append(chr(byte))
            place += 1
        elif raw[place + 1 : place + 2] in (b"(", b"<"):
            shown.append("?")
            place += 2
        else:
            try:
                shown.append(raw[place : place + 2].decode("gb18030"))
            except UnicodeDecodeError:
                shown.append("?")
                place -= raw[place + 1 : place + 2] < b"\x80"  # ASCII is read anew
            place += 2
    return "".join(shown)


@cache
def _reading(pair: bytes) -> str:
    """The pinyin of a pair that is a traditional character, else nothing."""
    try:
        char = pair.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    if len(char) != 1 or simplify(char) == char or not "\u4e00" <= char <= "\u9fff":
        return ""
    return str(pinyin(char, style=Style.TONE)[0][0])


@cache
def _converter() -> OpenCC:
    return OpenCC("s2t")


def _traditional(line: str) -> str:
    """Character by character, as those pages do."""
    return "".join(_converter().convert(char) for char in line)
