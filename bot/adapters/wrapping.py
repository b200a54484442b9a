"""Prose folded to a terminal's width, for Latin and Han text alike. Rich breaks only where a space
stands, so that a Chinese quote left its margin alone on a line and lost it on the next."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

_OPENING = "（「『《〈“‘([{<"
_CLOSING = "，。、；：？！）」』》〉”’…—)]}>,.;:?!%"
_HAN = "\u2e80-\u303f\u3041-\u9fff\uf900-\ufaff\uff00-\uffef"
_PIECE = re.compile(
    rf"\s*[{re.escape(_OPENING)}]*(?:[{_HAN}]|[^\s{_HAN}]+)?[{re.escape(_CLOSING)}]*", re.DOTALL
)
"""What stays on one line: a word or a Han character, with the marks that may not begin or end one
(the rule of CSS `line-break: normal`, https://www.w3.org/TR/css-text-3/#line-break-property)."""

_MARGIN = re.compile(r"│ |• |— |  ")
_SHORTEST = 6
"""Cells of a last line below which the lines before it are drawn narrower: one or two characters
alone on a line read as an accident."""


def fold(line: Text, width: int) -> list[Text]:
    """The line as lines of at most `width` cells. A quote's bar stands before each of them, a
    bullet's text stays indented. What has no place to break (an address) is cut at the width."""
    found = _MARGIN.match(line.plain)
    margin = found.group() if found else ""
    hang = margin if margin.startswith("│") else " " * cell_len(margin)
    body = line[len(margin) :] if margin else line
    room = max(width - cell_len(margin), 2)
    rows = body.divide(_balanced(body.plain, room))
    for row in rows:
        row.rstrip()
    style = line.style
    return [
        Text(margin if first else hang, style=style).append_text(_left(row))
        for first, row in zip([True] + [False] * len(rows), rows, strict=False)
    ]


def _left(row: Text) -> Text:
    """Without the spaces that the break stands for."""
    blank = len(row.plain) - len(row.plain.lstrip(" "))
    return row[blank:] if blank and row.plain.strip() else row


def _balanced(text: str, width: int) -> list[int]:
    """Where to break: as few lines as there can be, the last of them no scrap."""
    breaks = list(_breaks(text, width))
    for narrower in range(width - 1, width * 2 // 3, -1):
        if not breaks or cell_len(text[breaks[-1] :].strip()) >= _SHORTEST:
            break
        fewer = list(_breaks(text, narrower))
        if len(fewer) > len(breaks):
            break
        breaks = fewer
    return breaks


def _breaks(text: str, width: int) -> Iterator[int]:
    start = used = 0
    for piece in _pieces(text, width):
        cells = cell_len(piece)
        if used and used + cell_len(piece.rstrip()) > width:
            yield start
            used = -(len(piece) - len(piece.lstrip()))
        start += len(piece)
        used += cells


def _pieces(text: str, width: int) -> Iterator[str]:
    for found in _PIECE.finditer(text):
        piece = found.group()
        while cell_len(piece.strip()) > width:
            cut = _fitting(piece, width)
            yield piece[:cut]
            piece = piece[cut:]
        if piece:
            yield piece


def _fitting(piece: str, width: int) -> int:
    """How many characters of an unbreakable piece fit; at least one."""
    used = 0
    for at, character in enumerate(piece):
        used += cell_len(character)
        if used > width and at:
            return at
    return len(piece)
