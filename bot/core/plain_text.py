"""A reply without a platform: as plain text, for fallbacks and tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import assert_never

from bot.core.command_line import CommandLine
from bot.core.reply import (
    Act,
    Block,
    Buttons,
    Choice,
    Divider,
    File,
    Footnote,
    Form,
    Heading,
    Item,
    Pager,
    Paragraph,
    PickMany,
    PickOne,
    Quote,
    Reply,
    Span,
    Spans,
    TextField,
    TimeField,
    answer,
    spans,
)

ShowLine = Callable[[CommandLine], str]
"""How a command line is typed on a platform: `/aiwork quote 996`, `/quote 996`, `quote 996`."""


def text_of(reply: Reply, show: ShowLine = str) -> str:
    """What can be read, a line per line; buttons, pagers and forms are left out.

    Used as Slack's `text`, as the plain fallback, and by the parity tests.
    """
    return "\n".join(line for block in reply.blocks if (line := _plain(block, show)))


def line_text(line: Spans, show: ShowLine = str) -> str:
    """The spans as plain text; a command is shown as it is typed."""
    return "".join(show(span.command) if span.command else span.text for span in line)


def _plain(block: Block, show: ShowLine) -> str:
    match block:
        case Heading(text=text) | File(text=text):
            return text
        case Paragraph(spans=line) | Footnote(spans=line):
            return line_text(line, show)
        case Quote(text=text, byline=byline):
            return f"{text}\n— {line_text(byline, show)}" if byline else text
        case Item(title=title, note=note):
            return "\n".join(filter(None, (line_text(title, show), line_text(note, show))))
        case Divider() | Buttons() | Pager() | Form():
            return ""
        case _:
            assert_never(block)


def unfold(form: Form) -> tuple[Block, ...]:
    """A form as text and buttons, for platforms without modals: a title line per field, then a
    button per choice, each a whole command line that sets this one key, or with `+` and `-` adds
    to it and takes away where several may be chosen (a whole list would not fit Telegram's 64
    bytes). Of a text field the line to type is shown."""
    blocks: list[Block] = [Heading(form.title)]
    for field in form.fields:
        match field:
            case PickOne(choices=choices, chosen=one):
                offers = [(c, c.value, c.value == one) for c in choices]
                blocks += _row(form, field.label, field.key, offers)
            case PickMany(choices=choices, chosen=many):
                toggled = [
                    (c, f"{'-' if c.value in many else '+'}{c.value}", c.value in many)
                    for c in choices
                ]
                blocks += _row(form, field.label, field.key, toggled)
            case TimeField(choices=times, chosen=time):
                clock = [(Choice(t, t), t, t == time) for t in times]
                blocks += _row(form, f"{field.label} {time}", field.key, clock)
            case TextField(chosen=text, placeholder=placeholder):
                example = answer(form.line, {field.key: text or placeholder})
                blocks.append(Item(spans(field.label), (Span(command=example),)))
            case _:
                assert_never(field)
    return tuple(blocks)


def _row(
    form: Form, label: str, key: str, offers: Sequence[tuple[Choice, str, bool]]
) -> list[Block]:
    row = tuple(
        Act(f"✓ {choice.label}" if chosen else choice.label, answer(form.line, {key: value}))
        for choice, value, chosen in offers
    )
    return [Paragraph(spans(label)), Buttons(row)]
