"""Buttons: an inline keyboard whose callback data are command lines."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.adapters.telegram.deep_links import deep_link, share_link
from bot.adapters.telegram.html import is_web_address
from bot.core.command_line import CommandLine, parse
from bot.core.reply import Act, Button, Buttons, Link, Pager, PickRoom, Share
from bot.core.text import cut

MAX_BUTTONS = 100
MAX_PER_ROW = 8
MAX_DATA = 64
"""Bytes of callback data."""

_ROW_WIDTH = 36
"""Columns that a phone shows in one row before it cuts the labels (a Han character takes two)."""

_MAX_LABEL = 64

_MAX_TYPED = 20
"""Lines shown as text to type, so that a message of nothing but lines stays readable."""


@dataclass(slots=True)
class Keyboard:
    """`rows` of buttons; `typed`: label and text of what found no place as a button, to be shown
    in the message; `picks`: buttons that only a private chat's reply keyboard can offer."""

    rows: list[list[InlineKeyboardButton]] = field(default_factory=list)
    typed: list[tuple[str, CommandLine | str]] = field(default_factory=list)
    picks: list[PickRoom] = field(default_factory=list)

    def markup(self) -> InlineKeyboardMarkup | None:
        return InlineKeyboardMarkup(self.rows) if self.rows else None


def draw(blocks: Iterable[Buttons | Pager], bot: str, *, private: bool) -> Keyboard:
    """The keyboard of these blocks. A line that does not fit into 64 bytes gets no button, never
    a dead one."""
    keyboard = Keyboard()
    for block in blocks:
        match block:
            case Buttons(row=row):
                _add(keyboard, [one for b in row if (one := _button(b, bot, private, keyboard))])
            case Pager():
                _add_pager(keyboard, block)
            case _:
                assert_never(block)
    del keyboard.typed[_MAX_TYPED:]
    return keyboard


def _button(
    button: Button, bot: str, private: bool, keyboard: Keyboard
) -> InlineKeyboardButton | None:
    match button:
        case Act(label=label, line=line):
            drawn = _act(label, line)
            rest: CommandLine | str = line
        case Link(label=label, url=url):
            drawn, rest = _url(label, url if is_web_address(url) else None), url
        case Share(label=label, line=line, page=page):
            drawn, rest = _url(label, share_link(bot, line, page.url if page else "")), line
        case PickRoom(label=label, line=line) if private:
            keyboard.picks.append(button)
            return None
        case PickRoom(label=label, line=line):
            drawn, rest = _url(label, deep_link(bot, line)), line
        case _:
            assert_never(button)
    if drawn is None or _count(keyboard.rows) >= MAX_BUTTONS:
        keyboard.typed.append((label, rest))
        return None
    return drawn


def _act(label: str, line: CommandLine) -> InlineKeyboardButton | None:
    data = str(line)
    if not data or len(data.encode("utf-8", "replace")) > MAX_DATA or parse(data) != line:
        return None
    return InlineKeyboardButton(_label(label, data), callback_data=data)


def _url(label: str, url: str | None) -> InlineKeyboardButton | None:
    return InlineKeyboardButton(_label(label, url), url=url) if url else None


def _label(label: str, otherwise: str) -> str:
    return cut(" ".join(label.split()) or otherwise, _MAX_LABEL)


def _add_pager(keyboard: Keyboard, pager: Pager) -> None:
    row: list[InlineKeyboardButton] = []
    for page, sign in ((pager.page - 1, "‹"), (pager.page, ""), (pager.page + 1, "›")):
        if not 1 <= page <= pager.pages:
            continue
        line, where = pager.line.on_page(page), f"{page}/{pager.pages}"
        if (drawn := _act(sign or where, line)) is not None:
            row.append(drawn)
        elif sign:
            keyboard.typed.append((f"{sign} {where}", line))
    _add(keyboard, row if len(row) > 1 else [])


def _add(keyboard: Keyboard, buttons: Sequence[InlineKeyboardButton]) -> None:
    room = MAX_BUTTONS - _count(keyboard.rows)
    row: list[InlineKeyboardButton] = []
    for button in buttons[:room]:
        if row and (len(row) == MAX_PER_ROW or _width([*row, button]) > _ROW_WIDTH):
            keyboard.rows.append(row)
            row = []
        row.append(button)
    if row:
        keyboard.rows.append(row)


def _count(rows: Sequence[Sequence[InlineKeyboardButton]]) -> int:
    return sum(map(len, rows))


def _width(row: Sequence[InlineKeyboardButton]) -> int:
    """Columns of the widest label times the buttons: all buttons of a row are equally wide."""
    widest = max(
        sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in button.text)
        for button in row
    )
    return len(row) * (widest + 2)
