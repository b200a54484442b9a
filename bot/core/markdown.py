"""Blocks as Markdown, for files that people keep. Text is escaped: nothing in it is markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import assert_never

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
    Span,
    Spans,
)

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~])")
_AT_THE_START = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]\s))")
"""What makes a list or a heading of a line that begins with it."""


def markdown_of(blocks: Sequence[Block]) -> str:
    """The blocks, a blank line between each; buttons, pagers and forms are left out."""
    return "\n\n".join(part for block in blocks if (part := "\n".join(_lines(block))))


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(text=text):
            yield f"## {_escaped(text)}"
        case Paragraph(spans=line) | Footnote(spans=line):
            yield _line(line)
        case Quote(text=text, byline=byline):
            yield from (f"> {_escaped(line)}".rstrip() for line in text.splitlines())
            if byline:
                yield f">\n> — {_line(byline)}"
        case Item(title=title, note=note):
            yield f"- {_line(title)}"
            if note:
                yield f"  {_line(note)}"
        case Divider():
            yield "---"
        case File(text=text):
            yield text
        case Buttons() | Pager() | Form():
            return
        case _:
            assert_never(block)


def _line(line: Spans) -> str:
    return "".join(map(_span, line))


def _span(span: Span) -> str:
    text = _escaped(str(span.command) if span.command else span.text)
    if span.bold:
        text = f"**{text}**"
    return f"[{text}]({_address(span.href)})" if span.href else text


def _escaped(text: str) -> str:
    return _AT_THE_START.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", text))


def _address(url: str) -> str:
    return re.sub(r"[()\s<>\\]", lambda found: f"%{ord(found[0]):02X}", url)
