"""Cut a reply into parts that fit, losing nothing and leaving no part empty."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bot.core.reply import (
    Block,
    Buttons,
    File,
    Form,
    Item,
    Pager,
    Paragraph,
    Quote,
    Reply,
    Span,
    Spans,
    spans,
)

Fits = Callable[[Sequence[Block]], bool]
"""The adapter's word on whether these blocks make one native message."""

_BREAKS = (
    re.compile(r"\n+"),
    re.compile(r"[。！？!?]+[”』」\"]?|\.\s"),
    re.compile(r"[，、,;；]\s?"),
)
"""Where a text may be cut, best first: paragraphs, sentences, clauses."""


def split(reply: Reply, fits: Fits) -> list[Reply]:
    """The reply as one or more replies, each of which `fits`.

    Cuts between blocks first, then inside a block at a paragraph, a sentence, a clause, and only
    then anywhere. Buttons stay with the last part, which also holds text. `fits` must accept any
    single block of one character.
    """
    text = [b for b in reply.blocks if not isinstance(b, Buttons | Pager | Form)]
    tail: list[Block] = [b for b in reply.blocks if isinstance(b, Buttons | Pager | Form)]
    if fits(reply.blocks) or not text:
        return [reply]
    parts = list(_pack(text, fits))
    if not fits([*parts[-1], *tail]):
        parts[-1:] = _make_room(parts[-1], tail, fits)
    parts[-1] = [*parts[-1], *tail]
    return [
        replace(reply, blocks=tuple(p), replaces=reply.replaces and i == 0)
        for i, p in enumerate(parts)
    ]


def without_files(reply: Reply) -> tuple[Reply, tuple[File, ...]]:
    """The reply without its files, and the files."""
    files = tuple(block for block in reply.blocks if isinstance(block, File))
    rest = tuple(block for block in reply.blocks if not isinstance(block, File))
    return replace(reply, blocks=rest), files


def spell_out(file: File) -> Paragraph:
    """A file's text, for a chat that takes no files."""
    return Paragraph(spans(Span(file.text, code=True)))


def _pack(blocks: Sequence[Block], fits: Fits) -> Iterator[list[Block]]:
    part: list[Block] = []
    for block in blocks:
        if fits([*part, block]):
            part.append(block)
            continue
        if part:
            yield part
        *full, rest = _cut_block(block, fits)
        yield from ([piece] for piece in full)
        part = [rest]
    yield part


def _make_room(part: list[Block], tail: list[Block], fits: Fits) -> list[list[Block]]:
    """Move blocks (or the end of the last one) to a part of their own that holds the buttons."""
    for i in range(1, len(part)):
        if fits([*part[i:], *tail]):
            return [part[:i], part[i:]]
    *full, rest = _cut_block(part[-1], lambda blocks: fits([*blocks, *tail]))
    return [p for p in ([*part[:-1]], *([piece] for piece in full), [rest]) if p]


def _cut_block(block: Block, fits: Fits) -> list[Block]:
    pieces: list[Block] = []
    while not fits([block]):
        text = _text(block)
        if len(text) < 2:
            break
        at = _cut_point(text, lambda n, whole=block: fits([_part(whole, 0, n)]))  # type: ignore[misc]
        pieces.append(_part(block, 0, at))
        block = _part(block, at, len(text))
    return [*pieces, block]


def _cut_point(text: str, ok: Callable[[int], bool]) -> int:
    low, high = 1, len(text) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if ok(middle) else (low, middle - 1)
    for pattern in _BREAKS:
        ends = [m.end() for m in pattern.finditer(text, 0, low) if m.end() > low // 2]
        if ends:
            return ends[-1]
    return low


def _text(block: Block) -> str:
    match block:
        case Quote(text=text):
            return text
        case Paragraph(spans=line) | Item(title=line):
            return "".join(span.text for span in line)
        case _:
            return ""


def _part(block: Block, start: int, end: int) -> Block:
    match block:
        case Quote(text=text, byline=byline):
            return Quote(text[start:end], byline if end >= len(text) else ())
        case Paragraph(spans=line):
            return Paragraph(_slice(line, start, end))
        case Item(title=title, note=note):
            whole = end >= len(_text(block))
            return Item(_slice(title, start, end), note if whole else ())
        case _:
            return block


def _slice(line: Spans, start: int, end: int) -> Spans:
    pieces: list[Span] = []
    for span in line:
        size = len(span.text)
        piece = span.text[max(start, 0) : max(end, 0)]
        if piece or (span.command and start <= 0 <= end):
            pieces.append(replace(span, text=piece))
        start, end = start - size, end - size
    return tuple(pieces)
