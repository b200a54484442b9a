"""What Slack refuses in blocks and views, as far as it is known; stricter where it is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

MAX_TEXT = 9000
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")

RICH_PARTS = {"rich_text_section", "rich_text_quote", "rich_text_list", "rich_text_preformatted"}
STYLES = {"bold", "italic", "strike", "code", "underline"}

BLOCKS: dict[str, tuple[set[str], set[str]]] = {
    "actions": ({"elements"}, set()),
    "context": ({"elements"}, set()),
    "divider": (set(), set()),
    "header": ({"text"}, set()),
    "input": ({"label", "element"}, {"optional", "hint", "dispatch_action"}),
    "rich_text": ({"elements"}, set()),
    "section": ({"text"}, {"fields", "accessory", "expand"}),
}
"""Required and optional keys, besides `type` and `block_id`."""

ELEMENTS: dict[str, tuple[set[str], set[str]]] = {
    "button": ({"text"}, {"value", "url", "style", "accessibility_label", "confirm"}),
    "checkboxes": ({"options"}, {"initial_options"}),
    "conversations_select": (
        set(),
        {
            "placeholder",
            "filter",
            "response_url_enabled",
            "default_to_current_conversation",
            "initial_conversation",
        },
    ),
    "multi_static_select": (set(), {"options", "option_groups", "initial_options", "placeholder"}),
    "plain_text_input": (set(), {"initial_value", "placeholder", "multiline", "max_length"}),
    "radio_buttons": ({"options"}, {"initial_option"}),
    "static_select": (set(), {"options", "option_groups", "initial_option", "placeholder"}),
    "timepicker": (set(), {"initial_time", "placeholder", "timezone"}),
}
IN_ACTIONS = set(ELEMENTS) - {"plain_text_input"}
VIEW_KEYS = {
    "home": ({"blocks"}, {"private_metadata", "callback_id"}),
    "modal": (
        {"blocks", "title"},
        {"private_metadata", "callback_id", "submit", "close", "notify_on_close"},
    ),
}


def message_problems(message: Json) -> list[str]:
    """What is wrong with `text` and `blocks` of a message."""
    found = list(_blocks(message.get("blocks", []), 50, "message"))
    text = message.get("text")
    if not isinstance(text, str) or not text.strip():
        found.append("text is empty")
    elif len(text) > 4000:
        found.append(f"text has {len(text)} characters")
    elif re.search(r"<(?!$)|&(?!(amp|lt|gt);)|>", text):
        found.append("text is not escaped")
    total = sum(map(len, _texts(message.get("blocks", []))))
    if total > MAX_TEXT:
        found.append(f"msg_blocks_too_long: {total} characters")
    return found


def view_problems(view: Json) -> list[str]:
    """What is wrong with a modal or a home tab."""
    kind = str(view.get("type"))
    if kind not in VIEW_KEYS:
        return [f"a view of type {kind!r}"]
    found = list(_keys(view, VIEW_KEYS[kind], {"type"}, "view"))
    found += _blocks(view.get("blocks", []), 100, kind)
    for key in ("title", "submit", "close"):
        if key in view:
            found += _plain(view[key], 24, f"view.{key}")
    inputs = any(block.get("type") == "input" for block in view.get("blocks", []))
    if kind == "modal" and inputs and "submit" not in view:
        found.append("a modal with inputs needs submit")
    if kind == "home" and inputs:
        found.append("inputs on the home tab")
    if len(view.get("private_metadata", "")) > 3000 or len(view.get("callback_id", "")) > 255:
        found.append("private_metadata or callback_id too long")
    return found


def _blocks(blocks: Any, limit: int, surface: str) -> Iterator[str]:
    if not isinstance(blocks, list) or not blocks:
        yield f"{surface}: no blocks"
        return
    if len(blocks) > limit:
        yield f"{surface}: {len(blocks)} blocks"
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(set(ids)) < len(ids):
        yield f"{surface}: block_id twice"
    acted = [e["action_id"] for b in blocks if b["type"] == "actions" for e in b["elements"]]
    if len(set(acted)) < len(acted):
        yield f"{surface}: action_id twice"
    for number, block in enumerate(blocks):
        where = f"{surface}[{number}]"
        kind = block.get("type")
        if kind not in BLOCKS or (kind == "input" and surface == "message"):
            yield f"{where}: type {kind!r}"
            continue
        yield from _keys(block, BLOCKS[kind], {"type", "block_id"}, where)
        yield from _DETAILS[kind](block, where)


def _keys(
    value: Json, known: tuple[set[str], set[str]], common: set[str], at: str
) -> Iterator[str]:
    required, optional = known
    if missing := required - set(value):
        yield f"{at}: missing {sorted(missing)}"
    if extra := set(value) - required - optional - common:
        yield f"{at}: unknown {sorted(extra)}"


def _plain(value: Any, limit: int, at: str) -> Iterator[str]:
    if not isinstance(value, dict) or value.get("type") != "plain_text":
        yield f"{at}: not plain_text"
        return
    yield from _keys(value, ({"text"}, {"emoji"}), {"type"}, at)
    text = value.get("text")
    if not isinstance(text, str) or not text:
        yield f"{at}: empty"
    elif _units(text) > limit:
        yield f"{at}: {_units(text)} characters, {limit} allowed"
    if value.get("emoji") is not False:
        yield f"{at}: emoji is not false"


def _header(block: Json, at: str) -> Iterator[str]:
    yield from _plain(block.get("text"), 150, at)


def _section(block: Json, at: str) -> Iterator[str]:
    yield from _plain(block.get("text"), 3000, at)


def _context(block: Json, at: str) -> Iterator[str]:
    if not 1 <= len(block["elements"]) <= 10:
        yield f"{at}: {len(block['elements'])} elements"
    for element in block["elements"]:
        yield from _plain(element, 2000, at)


def _actions(block: Json, at: str) -> Iterator[str]:
    if not 1 <= len(block["elements"]) <= 25:
        yield f"{at}: {len(block['elements'])} elements"
    for element in block["elements"]:
        if element.get("type") not in IN_ACTIONS:
            yield f"{at}: {element.get('type')!r} in actions"
        yield from _element(element, at)


def _input(block: Json, at: str) -> Iterator[str]:
    yield from _plain(block.get("label"), 2000, at)
    if not isinstance(block.get("optional", False), bool):
        yield f"{at}: optional is no boolean"
    element = block.get("element") or {}
    if element.get("type") == "button":
        yield f"{at}: a button in an input"
    yield from _element(element, at)


def _element(element: Json, at: str) -> Iterator[str]:
    kind = element.get("type")
    if kind not in ELEMENTS:
        yield f"{at}: element {kind!r}"
        return
    yield from _keys(element, ELEMENTS[kind], {"type", "action_id"}, f"{at}.{kind}")
    action = element.get("action_id")
    if not isinstance(action, str) or not 1 <= len(action) <= 255:
        yield f"{at}.{kind}: action_id {action!r}"
    if kind == "button":
        yield from _button(element, at)
    if "placeholder" in element:
        yield from _plain(element["placeholder"], 150, at)
    if "options" in element or "option_groups" in element:
        yield from _options(element, at)
    if not _TIME.fullmatch(element.get("initial_time", "00:00")):
        yield f"{at}: initial_time {element['initial_time']!r}"


def _button(element: Json, at: str) -> Iterator[str]:
    yield from _plain(element.get("text"), 75, f"{at}.button")
    if len(element.get("value", "")) > 2000 or len(element.get("url", "")) > 3000:
        yield f"{at}.button: value or url too long"
    if "url" in element and not re.match(r"https?://|mailto:", element["url"]):
        yield f"{at}.button: url {element['url']!r}"


def _options(element: Json, at: str) -> Iterator[str]:
    if ("options" in element) == ("option_groups" in element):
        yield f"{at}: either options or option_groups"
    groups = element.get("option_groups") or [{"options": element.get("options")}]
    limit = 10 if element["type"] in ("checkboxes", "radio_buttons") else 100
    for group in groups:
        if "label" in group:
            yield from _plain(group["label"], 75, at)
        if not 1 <= len(group["options"]) <= limit:
            yield f"{at}: {len(group['options'])} options"
    options = [option for group in groups for option in group["options"]]
    for option in options:
        yield from _keys(option, ({"text", "value"}, {"description"}), set(), f"{at}.option")
        yield from _plain(option.get("text"), 75, f"{at}.option")
        if not 1 <= len(option.get("value", "")) <= 150:
            yield f"{at}: option value {option.get('value')!r}"
    if len({option["value"] for option in options}) < len(options):
        yield f"{at}: the same option twice"
    chosen = element.get("initial_options", [])
    chosen = [*chosen, element["initial_option"]] if "initial_option" in element else chosen
    if "initial_options" in element and not chosen:
        yield f"{at}: initial_options is empty"
    if any(option not in options for option in chosen):
        yield f"{at}: an initial option that is none"


def _rich(block: Json, at: str) -> Iterator[str]:
    if not block["elements"]:
        yield f"{at}: empty rich_text"
    for part in block["elements"]:
        kind = part.get("type")
        if kind not in RICH_PARTS:
            yield f"{at}: {kind!r} in rich_text"
            continue
        if kind == "rich_text_list":
            yield from _keys(part, ({"elements", "style"}, {"indent", "border"}), {"type"}, at)
            yield from _rich({"elements": part["elements"]}, at)
            continue
        yield from _keys(part, ({"elements"}, {"border"}), {"type"}, at)
        if not part["elements"]:
            yield f"{at}: empty {kind}"
        for element in part["elements"]:
            yield from _rich_element(element, at)


def _rich_element(element: Json, at: str) -> Iterator[str]:
    known: dict[str, tuple[set[str], set[str]]] = {
        "text": ({"text"}, {"style"}),
        "link": ({"url"}, {"text", "style", "unsafe"}),
        "user": ({"user_id"}, {"style"}),
    }
    kind = str(element.get("type"))
    if kind not in known:
        yield f"{at}: rich text element {kind!r}"
        return
    yield from _keys(element, known[kind], {"type"}, at)
    if not element.get("text", "x") or not isinstance(element.get("text", "x"), str):
        yield f"{at}: empty {kind}"
    if not re.match(r"https?://|mailto:", element.get("url", "https://")):
        yield f"{at}: url {element['url']!r}"
    style = element.get("style", {"bold": True})
    if not style or set(style) - STYLES or not all(value is True for value in style.values()):
        yield f"{at}: style {style!r}"


def _divider(block: Json, at: str) -> Iterator[str]:
    return iter(())


_DETAILS = {
    "actions": _actions,
    "context": _context,
    "divider": _divider,
    "header": _header,
    "input": _input,
    "rich_text": _rich,
    "section": _section,
}


def _texts(value: Any) -> Iterator[str]:
    """Every text in the blocks, escaped as Slack counts it."""
    if isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key == "text" and isinstance(part, str):
                yield part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            else:
                yield from _texts(part)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
