"""A form as a modal, and what was filled in as values again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, assert_never

from bot.adapters.slack.buttons import rooms_menu
from bot.adapters.slack.rich_text import Json, clip, plain_text
from bot.core.address import Address
from bot.core.command import Command, RoomKind
from bot.core.command_line import CommandLine, parse
from bot.core.reply import (
    Choice,
    Field,
    Form,
    PickMany,
    PickOne,
    PickRoom,
    Reply,
    TextField,
    TimeField,
)

OUR_NAME = "aiwork"
MAX_VIEW_BLOCKS = 100
TITLE = 24
OPTION = 75
VALUE = 150
OPTIONS = 100
FEW = 5
"""So many choices are shown side by side; more become a menu."""

MISTAKE = 2000
ROOM = "_room"
"""The block of the channel picker; a form's own keys have no underscore in front."""

FORM, SHARE, SHOW = "form", "share", "show"
"""Callback ids of our modals."""

HOME = CommandLine("home")
"""What the App Home shows: the handler's answer to this."""

Values = dict[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a modal was opened, which its submission does not tell: kept in `private_metadata`.

    `url` is the response URL of the press and `room` the direct messages with the bot, if it was
    there: by these the answer goes back. From the App Home both are empty.
    """

    line: CommandLine
    at: Address
    kind: RoomKind
    url: str = ""
    thread: str = ""
    room: str = ""

    def packed(self) -> str:
        way = (self.url, self.thread, self.room)
        return json.dumps([str(self.line), str(self.at), self.kind.value, *way])

    @classmethod
    def unpack(cls, text: str) -> Origin:
        line, at, kind, *way = json.loads(text)
        return cls(parse(line), Address.parse(at), RoomKind(kind), *way)

    def place(self, asked: Command) -> Command:
        """The command, as said where the modal was opened."""
        personal = self.kind is not RoomKind.DM
        return replace(asked, at=self.at, kind=self.kind, personal=personal)


def find_form(reply: Reply, line: CommandLine) -> tuple[Form | None, PickRoom | None]:
    """The form that the line opens, and the channel picker that stands beside it: it becomes the
    form's last field, unless the form is about one room already."""
    forms = [block for block in reply.blocks if isinstance(block, Form)]
    form = next((f for f in forms if (f.opener or f.line) == line), forms[0] if forms else None)
    if form is None or "@" in form.line.args:
        return form, None
    rows = (getattr(block, "row", ()) for block in reply.blocks)
    return form, next((b for row in rows for b in row if isinstance(b, PickRoom)), None)


def modal(form: Form, picker: PickRoom | None, origin: Origin) -> Json:
    """The form as a view for `views.open`."""
    blocks = [block for field in form.fields if (block := _input(field))]
    if picker:
        menu = {"type": "conversations_select", "action_id": "answer"} | rooms_menu(picker.label)
        blocks.append(_labelled(ROOM, picker.label, menu, optional=True))
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": plain_text(form.title, TITLE),
        "submit": plain_text(form.submit, TITLE),
        "blocks": blocks,
        "private_metadata": origin.packed(),
    }


def share_modal(label: str, origin: Origin) -> Json:
    """Where to share: Slack then hands out a response URL for the chosen channel, even for one
    that the bot is not in."""
    menu = {
        "type": "conversations_select",
        "action_id": "answer",
        "response_url_enabled": True,
        "default_to_current_conversation": True,
    }
    return {
        "type": "modal",
        "callback_id": SHARE,
        "title": plain_text(label, TITLE),
        "submit": plain_text(label, TITLE),
        "blocks": [_labelled(ROOM, label, menu)],
        "private_metadata": origin.packed(),
    }


def show_modal(blocks: Sequence[Json], origin: Origin) -> Json:
    """An answer in a modal, where there is no conversation to put it in."""
    return {
        "type": "modal",
        "callback_id": SHOW,
        "title": plain_text(OUR_NAME, TITLE),
        "blocks": list(blocks)[:MAX_VIEW_BLOCKS],
        "private_metadata": origin.packed(),
    }


def home_view(blocks: Sequence[Json], more: str) -> Json:
    """The blocks as the App Home; beyond Slack's hundred the last says `more`."""
    if len(blocks) > MAX_VIEW_BLOCKS:
        said = {"type": "section", "text": plain_text(more, 3000)}
        blocks = [*blocks[: MAX_VIEW_BLOCKS - 1], said]
    return {"type": "home", "blocks": list(blocks)}


def waiting_modal() -> Json:
    """Holds the place until the answer is there."""
    return {
        "type": "modal",
        "callback_id": SHOW,
        "title": plain_text(OUR_NAME, TITLE),
        "blocks": [{"type": "section", "text": plain_text("…", 1)}],
    }


def filled(view: dict[str, Any]) -> tuple[Values, str]:
    """The values by key, and the chosen channel (empty for none). What was left empty is not
    named, except a list without choices."""
    values: Values = {}
    room = ""
    for key, block in (view.get("state") or {}).get("values", {}).items():
        (state,) = block.values()
        value = _value(state)
        if key == ROOM:
            room = str(value or "")
        elif value is not None:
            values[key] = value
    return values, room


def mistake(key: str, sentence: str) -> dict[str, str]:
    """What `ack` says of a field."""
    return {key: clip(sentence, MISTAKE) or "…"}


def _value(state: dict[str, Any]) -> str | tuple[str, ...] | None:
    match state.get("type"):
        case "checkboxes" | "multi_static_select":
            return tuple(str(option["value"]) for option in state.get("selected_options") or ())
        case "radio_buttons" | "static_select":
            option = state.get("selected_option")
            return str(option["value"]) if option else None
        case "timepicker":
            return state.get("selected_time") or None
        case "conversations_select":
            return state.get("selected_conversation") or None
        case _:
            return " ".join(str(state.get("value") or "").split()) or None


def _input(field: Field) -> Json | None:
    match field:
        case PickOne(choices=choices):
            return _labelled(field.key, field.label, _pick_one(field)) if choices else None
        case PickMany(choices=choices):
            element = _pick_many(field) if choices else None
            return _labelled(field.key, field.label, element, optional=True) if element else None
        case TimeField(chosen=chosen):
            element = {"type": "timepicker", "action_id": "answer"}
            return _labelled(field.key, field.label, element | _initial("time", chosen))
        case TextField(chosen=chosen, placeholder=placeholder):
            element = {"type": "plain_text_input", "action_id": "answer"}
            element |= {"placeholder": plain_text(placeholder, 150)} if placeholder else {}
            return _labelled(
                field.key, field.label, element | _initial("value", chosen), optional=True
            )
        case _:
            assert_never(field)


def _pick_one(field: PickOne) -> Json:
    kind = "radio_buttons" if len(field.choices) <= FEW else "static_select"
    chosen = [_option(c) for c in field.choices if c.value == field.chosen]
    return (
        {"type": kind, "action_id": "answer"}
        | _options(field.choices)
        | _initial("option", chosen[0] if chosen else None)
    )


def _pick_many(field: PickMany) -> Json:
    kind = "checkboxes" if len(field.choices) <= 2 * FEW else "multi_static_select"
    chosen = [_option(c) for c in field.choices if c.value in field.chosen]
    return (
        {"type": kind, "action_id": "answer"}
        | _options(field.choices)
        | _initial("options", chosen)
    )


def _options(choices: Sequence[Choice]) -> Json:
    """Up to a hundred options, more in groups of a hundred that name their first and last."""
    if len(choices) <= OPTIONS:
        return {"options": [_option(choice) for choice in choices]}
    parts = [choices[i : i + OPTIONS] for i in range(0, len(choices), OPTIONS)]
    return {
        "option_groups": [
            {
                "label": plain_text(f"{part[0].label[:30]} – {part[-1].label[:30]}", OPTION),
                "options": [_option(choice) for choice in part],
            }
            for part in parts
        ]
    }


def _option(choice: Choice) -> Json:
    return {"text": plain_text(choice.label, OPTION), "value": choice.value[:VALUE]}


def _initial(what: str, value: Any) -> Json:
    key = "initial_value" if what == "value" else f"initial_{what}"
    return {key: value} if value else {}


def _labelled(key: str, label: str, element: Json | None, *, optional: bool = False) -> Json:
    return {
        "type": "input",
        "block_id": key,
        "label": plain_text(label, 2000),
        "element": element,
        "optional": optional,
    }
