"""A card as a picture of 1200 × 630, which is what chats and networks unfurl: a platform that can
only be looked at.

Nothing is ever cut, and no character is a box: what does not fit, or has a character that none of
the fonts has, is no picture at all. Needs the extra `pictures`; imports nothing of it before it
draws.
"""

from __future__ import annotations

import importlib.util
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from bot.adapters.typeset import Line, broken, clusters, tokens
from bot.core.plain_text import line_text
from bot.core.reply import (
    Block,
    Buttons,
    Divider,
    File,
    Footnote,
    Form,
    Heading,
    Item,
    Pager,
    Paragraph,
    Quote,
)
from bot.core.text import is_chinese

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

SIZE = WIDTH, HEIGHT = 1200, 630

_MARGIN = 72
_BAR = 8
_INDENT = 36
_FOOT = 56
"""Pixels below the text for our name."""

_PAPER, _INK, _FAINT, _RULE = 250, 28, 90, 214
"""Greys of the reading room; colours would treble the time and the size."""
_LEADING, _ASCENT = 1.5, 1.14
"""Of the size: a line, and where its letters stand in it; Chinese with accents and emoji fits."""

_SCALES = tuple(1 - step / 40 for step in range(27))
"""Whole to a third: text of the size at which it fits."""

_FONTS = {
    "sc": ("sc", "tc", "letters"),
    "tc": ("tc", "sc", "letters"),
    "en": ("letters", "sc", "tc"),
}
_PEELED = re.compile("^[“‘”’…—]+|[“‘”’…—]+$|(?:(?![“‘”’…—]+$).)+", re.DOTALL)

_MEASURED = 100
"""Pixels of the letters that are measured."""

_PACKAGES = ("PIL", "pylopdf_fonts_zh_cn", "pylopdf_fonts_zh_tw", "manimgx_fonts")
_SIGN = "aiwork"


@dataclass(frozen=True, slots=True)
class SetText:
    """One text of the card. `gap` is the space above, in pixels at full size as `size` is."""

    text: str
    size: int
    ink: int
    gap: int
    barred: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one font at their place: `x` where they begin, `y` on which they stand."""

    text: str
    font: FreeTypeFont
    x: float
    y: float
    ink: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Lines from top to bottom, each as its runs, and the bars (top, bottom) beside a quote."""

    lines: tuple[tuple[Run, ...], ...]
    bars: tuple[tuple[float, float], ...]


def has_pictures() -> bool:
    """Whether the extra is installed, whole."""
    return all(importlib.util.find_spec(name) for name in _PACKAGES)


def lay_out(blocks: Sequence[Block], *, traditional: bool) -> Layout | None:
    """Everything at the largest size at which it fits; `None` for what cannot be drawn whole."""
    passages = [one for block in blocks for one in _passages(block) if one.text]
    script = "tc" if traditional else "sc"
    if not all(_drawable(one.text, _script(one.text, script)) for one in passages):
        return None
    for scale in _SCALES:
        if layout := _at(passages, scale, script):
            return layout
    return None


def paint(layout: Layout) -> bytes:
    """The picture as PNG."""
    from PIL import Image, ImageDraw

    image = Image.new("L", SIZE, _PAPER)
    draw = ImageDraw.Draw(image)
    for top, bottom in layout.bars:
        draw.rectangle((_MARGIN, top, _MARGIN + _BAR, bottom), fill=_RULE)
    for run in (run for line in layout.lines for run in line):
        draw.text((run.x, run.y), run.text, fill=run.ink, font=run.font, anchor="ls")
    made = io.BytesIO()
    image.save(made, "PNG")
    return made.getvalue()


def _passages(block: Block) -> Iterator[SetText]:
    match block:
        case Heading(text=text):
            yield SetText(text, 56, _INK, 20)
        case Quote(text=text, byline=byline):
            yield SetText(text, 60, _INK, 24, barred=True)
            yield SetText(f"— {line_text(byline)}" if byline else "", 30, _INK, 14, barred=True)
        case Paragraph(spans=line):
            yield SetText(line_text(line), 38, _INK, 28)
        case Item(title=title, note=note):
            yield SetText(line_text(title), 34, _INK, 16)
            yield SetText(line_text(note), 26, _FAINT, 4)
        case Footnote(spans=line):
            yield SetText(line_text(line), 26, _FAINT, 22)
        case Divider() | Buttons() | Pager() | Form() | File():
            pass  # nothing that one could press or take from a picture
        case _:
            assert_never(block)


def _script(text: str, chinese: str) -> str:
    """An English text is set in a font whose apostrophe is no full-width one."""
    return chinese if is_chinese(text) else "en"


def _at(passages: Sequence[SetText], scale: float, script: str) -> Layout | None:
    """Set at this scale, in the middle of the height; `None` when it is too much."""
    set_ = [(one, _set(one, scale, script)) for one in passages]
    height = sum(
        one.gap * scale * (at > 0) + len(lines) * one.size * scale * _LEADING
        for at, (one, lines) in enumerate(set_)
    )
    space = HEIGHT - _MARGIN - _FOOT - _MARGIN / 2
    if height > space:
        return None
    y, placed, bars = _MARGIN + (space - height) / 2, list[tuple[Run, ...]](), list[list[float]]()
    for at, (one, lines) in enumerate(set_):
        gap = one.gap * scale * (at > 0)
        below = y + gap + len(lines) * one.size * scale * _LEADING
        if one.barred and at and set_[at - 1][0].barred:
            bars[-1][1] = below
        elif one.barred:
            bars.append([y + gap, below])
        y += gap
        for line in lines:
            x = _MARGIN + (_INDENT if one.barred else 0)
            placed.append(_placed(line, x, y + one.size * scale * _ASCENT, one, scale, script))
            y += one.size * scale * _LEADING
    return Layout((*placed, _signed(script)), tuple((top, end) for top, end in bars))


def _set(one: SetText, scale: float, script: str) -> list[Line]:
    """Measured at one size, since each other would load every font anew; what they differ by is
    less than the margin."""
    width = WIDTH - 2 * _MARGIN - (_INDENT if one.barred else 0)
    room, script = width * _MEASURED / round(one.size * scale), _script(one.text, script)
    return broken(one.text, room, lambda text: _length(text, script))


@lru_cache(maxsize=8192)
def _length(text: str, script: str) -> float:
    return sum(_font(name, _MEASURED).getlength(run) for name, run in _runs(text, script))


def _placed(
    line: str, x: float, y: float, one: SetText, scale: float, script: str
) -> tuple[Run, ...]:
    runs, size = [], round(one.size * scale)
    for name, text in _runs(line, _script(one.text, script)):
        font = _font(name, size)
        runs.append(Run(text, font, x, y, one.ink))
        x += font.getlength(text)
    return tuple(runs)


def _signed(script: str) -> tuple[Run, ...]:
    sign = SetText(_SIGN, 26, _FAINT, 0)
    return _placed(_SIGN, _MARGIN, HEIGHT - _FOOT / 2 - 10, sign, 1, script)


def _runs(text: str, script: str) -> Iterator[tuple[str, str]]:
    """Stretches of one font each."""
    name, held = "", ""
    for part in _parts(text, script):
        other = _font_of(part, script)
        if other != name and held:
            yield name, held
            held = ""
        name, held = other, held + part
    if held:
        yield name, held


def _parts(text: str, script: str) -> Iterator[str]:
    """Words, as far as one font has all of it: a name is not set in two. Quotation marks around
    them are the text's and not the word's."""
    for token in tokens(text):
        for part in (token,) if script == "en" else _PEELED.findall(token):
            if _font_of(part, script):
                yield part
            else:
                yield from clusters(part)


def _drawable(text: str, script: str) -> bool:
    return all(_font_of(one, script) for one in _parts(text, script))


@cache
def _font_of(part: str, script: str) -> str:
    """The first font that has all of it; empty when none has. Where a character has an emoji and
    a plain shape, the selector behind it says which; that has no shape of its own."""
    plain = [*_FONTS[script], "symbols"]
    if any(char.isascii() and char.isalpha() for char in part):
        plain.insert(0, "letters")
    fonts = ("emoji", *plain) if "\ufe0f" in part else (*plain, "emoji")
    visible = [char for char in part if char not in "\ufe0e\ufe0f\u200d"]
    return next((name for name in fonts if all(_has(name, char) for char in visible)), "")


@cache
def _has(name: str, char: str) -> bool:
    """A font shows the same box for everything that it does not have. Asked of each character as
    it stands: Raqm would make an Ž of two that a font does have, and place them by guess."""
    font = _bare(name)
    return char.isspace() or _shape(font, char) != _shape(font, "\U0010fffe")


def _shape(font: FreeTypeFont, char: str) -> tuple[object, ...]:
    mask, offset = font.getmask2(char, mode="L")
    return bytes(mask), mask.size, offset


@cache
def _bare(name: str) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(str(_files()[name]), 32, layout_engine=ImageFont.Layout.BASIC)


@cache
def _font(name: str, size: int) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(str(_files()[name]), size)


@cache
def _files() -> dict[str, Path]:
    import manimgx_fonts
    import pylopdf_fonts_zh_cn
    import pylopdf_fonts_zh_tw

    noto = Path(manimgx_fonts.__file__ or "").parent
    return {
        "sc": pylopdf_fonts_zh_cn.sans_path(),
        "tc": pylopdf_fonts_zh_tw.sans_path(),
        "letters": noto / "NotoSans[wght].ttf",
        "symbols": noto / "NotoSansSymbols[wght].ttf",
        "emoji": noto / "NotoEmoji[wght].ttf",
    }


def texts_of(blocks: Iterable[Block]) -> list[str]:
    """What stands in the picture of these blocks, passage by passage."""
    return [one.text for block in blocks for one in _passages(block) if one.text]
