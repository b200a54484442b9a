"""A reply as Telegram messages: HTML with three escapes, and an inline keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from telegram import InlineKeyboardMarkup, LinkPreviewOptions

from bot.adapters.telegram import html
from bot.adapters.telegram.buttons import Keyboard, draw
from bot.adapters.telegram.html import Html
from bot.core.command_line import CommandLine
from bot.core.plain_text import unfold
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
    PickRoom,
    Quote,
    Reply,
    Span,
    Spans,
    spans,
)
from bot.core.split import split, without_files

_LONG = 700
"""Characters of a quote from which on it folds up (`expandable`); clients show about three lines
of a folded quote."""

_ELLIPSIS = "…"

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
"""A page's preview below each quote would be longer than the quote."""

_Text: TypeAlias = "Heading | Paragraph | Quote | Item | Footnote | Divider | File"


@dataclass(frozen=True, slots=True)
class Message:
    """One native message. `picks` must be offered in a reply keyboard of a message of its own; of
    a `file` there is no text."""

    text: str
    markup: InlineKeyboardMarkup | None = None
    picks: tuple[PickRoom, ...] = ()
    file: File | None = None


def show(line: CommandLine) -> str:
    """How a line is typed on Telegram."""
    return f"/{line}"


def render(reply: Reply, bot: str, *, private: bool = False) -> list[Message]:
    """The messages of a reply, in order: at least one, none empty, each within Telegram's limits.

    `bot` is the username that deep links need. `private` says that the chat can show a reply
    keyboard, which lets a person pick a room.
    """
    rest, files = without_files(reply)
    parts = split(_ready(rest, bot), lambda blocks: _whole(blocks, bot, private).text.fits)
    drawn = [_whole(part.blocks, bot, private) for part in parts]
    messages = [_message(one) for one in drawn if one.text.markup.strip() or one.keyboard.rows]
    return [*messages, *(Message("", file=file) for file in files)]


def render_one(reply: Reply, bot: str) -> Message:
    """The reply as exactly one message: what is too long ends in an ellipsis, buttons stay."""
    ready = _ready(reply, bot)
    if (whole := _whole(ready.blocks, bot, False)).text.fits:
        return _message(whole)
    tail = [b for b in ready.blocks if isinstance(b, Buttons | Pager)]
    head = [b for b in ready.blocks if not isinstance(b, Buttons | Pager)]
    end = [Paragraph(spans(_ELLIPSIS)), *tail]
    first, *_ = split(
        replace(ready, blocks=tuple(head)),
        lambda blocks: _whole([*blocks, *end], bot, False).text.fits,
    )
    return _message(_whole([*first.blocks, *end], bot, False))


@dataclass(frozen=True, slots=True)
class _Whole:
    text: Html
    keyboard: Keyboard


def _message(whole: _Whole) -> Message:
    text = whole.text.markup if whole.text.markup.strip() else _ELLIPSIS
    return Message(text, whole.keyboard.markup(), tuple(whole.keyboard.picks))


def _ready(reply: Reply, bot: str) -> Reply:
    """Forms unfolded, and blocks that `split` could not cut turned into paragraphs."""
    blocks: list[Block] = []
    for block in reply.blocks:
        blocks += unfold(block) if isinstance(block, Form) else [block]
    loose = [piece for block in blocks for piece in _loosened(block, bot)]
    return replace(reply, blocks=tuple(loose))


def _loosened(block: Block, bot: str) -> Sequence[Block]:
    if _whole([block], bot, False).text.fits:
        return [block]
    match block:
        case Heading(text=text):
            return [Paragraph((Span(text, bold=True),))]
        case Footnote(spans=line):
            return [Paragraph(line)]
        case Item(title=title, note=note):
            return [Paragraph(title), Paragraph(note)]
        case Quote(text=text, byline=byline) if not _byline(byline).fits:
            return [Quote(text, ()), Paragraph((Span("— "), *byline))]
        case _:
            return [block]


def _whole(blocks: Sequence[Block], bot: str, private: bool) -> _Whole:
    keyboard = draw([b for b in blocks if isinstance(b, Buttons | Pager)], bot, private=private)
    pieces = [(b, _text(b)) for b in blocks if not isinstance(b, Buttons | Pager | Form)]
    text = Html()
    before: Block | None = None
    for block, piece in pieces:
        if piece:
            text = (text + html.escape(_gap(before, block)) if before else text) + piece
            before = block
    typed = html.join((_typed(label, rest) for label, rest in keyboard.typed), by="\n")
    return _Whole(html.join([text, typed], by="\n\n"), keyboard)


def _gap(before: Block, after: Block) -> str:
    """A list stands close together, under its heading; all else has air."""
    close = isinstance(after, Item) and isinstance(before, Item | Heading)
    return "\n" if close else "\n\n"


def _text(block: _Text) -> Html:
    match block:
        case Heading(text=text):
            return html.plain(text, bold=True)
        case Paragraph(spans=line) | Footnote(spans=line):
            return _line(line)
        case Quote(text=text, byline=byline):
            return html.join([_blockquote(text), _byline(byline)], by="\n")
        case Item(title=title, note=note):
            return html.join([_line(title), _line(note)], by="\n")
        case File(text=text):
            return html.code(text)
        case Divider():
            return Html()
        case _:
            assert_never(block)


def _blockquote(text: str) -> Html:
    inner = html.plain(text)
    return html.tag("blockquote", inner, " expandable" if inner.size > _LONG else "")


def _byline(byline: Spans) -> Html:
    return html.escape("— ") + _line(byline) if byline else Html()


def _line(line: Spans) -> Html:
    return html.join(map(_span, line))


def _span(span: Span) -> Html:
    if span.command:
        return _command(span.command)
    if span.href:
        inner = html.link(span.text, span.href)
        return html.tag("b", inner) if span.bold and inner.entities else inner
    return html.code(span.text) if span.code else html.plain(span.text, bold=span.bold)


def _command(line: CommandLine) -> Html:
    """A bare command is left clickable. One with arguments is set in `code`, where a tap copies
    all of it: a click would send the first word alone."""
    typed = show(line)
    clickable = not line.args and line.page == 1 and typed.isascii()
    return html.escape(typed) if clickable else html.code(typed)


def _typed(label: str, rest: CommandLine | str) -> Html:
    """What found no room as a button, so that no button is dead."""
    way = _command(rest) if isinstance(rest, CommandLine) else html.plain(rest)
    return html.plain(f"{label}: ") + way
