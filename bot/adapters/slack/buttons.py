"""Buttons as Block Kit elements, and presses back as command lines.

An `action_id` is `kind:number` (`act:0`), so that each is unique in its message; the line travels
in `value`. A menu has no value, so its line travels in the id: `pick:3:subscribe overwork`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, assert_never

from bot.adapters.slack.rich_text import Json, plain_text, web_link
from bot.core.command_line import MAX_TYPED, CommandLine, parse
from bot.core.reply import Act, Button, Form, Link, Pager, PickRoom, Share

LABEL = 75
ACTION_ID = 255
ROW = 25
"""Elements in one `actions` block."""


@dataclass(frozen=True, slots=True)
class Press:
    """What was pressed: `kind` is `act`, `form`, `share`, `pick` or `link`."""

    kind: str
    line: CommandLine
    label: str = ""
    room: str = ""


def actions(row: Sequence[Button], ids: Iterator[int]) -> list[Json]:
    """The buttons as `actions` blocks; one whose line does not travel gets no dead button."""
    drawn = [element for button in row if (element := _element(button, next(ids)))]
    return [_actions(drawn[i : i + ROW]) for i in range(0, len(drawn), ROW)]


def pager(block: Pager, ids: Iterator[int]) -> list[Json]:
    """‹ and › with the page that each leads to, so that a screen reader has something to say."""
    row = [
        Act(label, block.line.on_page(page))
        for label, page in (
            (f"‹ {block.page - 1}/{block.pages}", block.page - 1),
            (f"{block.page + 1}/{block.pages} ›", block.page + 1),
        )
        if 1 <= page <= block.pages
    ]
    return actions(row, ids)


def form_button(form: Form, ids: Iterator[int]) -> list[Json]:
    """A form in a message is the button that opens it."""
    opener = form.opener or form.line
    return [_actions([_button("form", form.title, opener, next(ids))])]


def pressed(action: dict[str, Any]) -> Press | None:
    """What a `block_actions` payload's action asks for; `None` when it is nothing of ours."""
    kind, _, rest = str(action.get("action_id", "")).partition(":")
    label = str((action.get("text") or {}).get("text", ""))
    if kind == "link":
        return Press(kind, CommandLine(""))
    if kind == "pick":
        room = str(action.get("selected_conversation") or "")
        line = parse(rest.partition(":")[2])
        return Press(kind, in_room(line, room), room=room) if room else None
    if kind in ("act", "form", "share"):
        return Press(kind, parse(str(action.get("value", ""))), label)
    return None


def in_room(line: CommandLine, room: str) -> CommandLine:
    """The same line, for that room."""
    return replace(line, args=f"{line.args} @{room}".strip())


def _element(button: Button, number: int) -> Json | None:
    match button:
        case Act(label=label, line=line):
            return _button("act", label, line, number) if _travels(line) else None
        case Share(label=label, line=line):
            return _button("share", label, line, number) if _travels(line) else None
        case Link(label=label, url=url):
            return _link(label, url, number) if web_link(url) else None
        case PickRoom(label=label, line=line):
            return _menu(label, f"pick:{number}:{line}")
        case _:
            assert_never(button)


def _travels(line: CommandLine) -> bool:
    return len(str(line)) <= MAX_TYPED


def _button(kind: str, label: str, line: CommandLine, number: int) -> Json:
    return {
        "type": "button",
        "action_id": f"{kind}:{number}",
        "text": plain_text(label, LABEL),
        "value": str(line),
    }


def _link(label: str, url: str, number: int) -> Json:
    return {
        "type": "button",
        "action_id": f"link:{number}",
        "text": plain_text(label, LABEL),
        "url": url,
    }


def _menu(label: str, action_id: str) -> Json | None:
    if len(action_id) > ACTION_ID:
        return None
    return {"type": "conversations_select", "action_id": action_id} | rooms_menu(label)


def rooms_menu(label: str) -> Json:
    """What every channel picker has: channels of this workspace's people, no direct messages."""
    return {
        "placeholder": plain_text(label, 150),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }


def _actions(drawn: list[Json]) -> Json:
    return {"type": "actions", "elements": drawn}
