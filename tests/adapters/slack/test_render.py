"""Replies as Block Kit, over every sample."""

from __future__ import annotations

import json
import re
from typing import Any

from bot.adapters.slack.buttons import pressed
from bot.adapters.slack.render import render, render_one
from bot.core.command_line import CommandLine
from bot.core.reply import Act, Buttons, Link, Paragraph, Quote, Reply, Share, spans
from tests.adapters.contract import DrawingContract
from tests.adapters.samples import LONG_QUOTE, SAMPLES
from tests.adapters.slack.kit import buttons, readable
from tests.standin.block_kit import message_problems

_COMES_ALIVE = re.compile(r"<[@#!]|<https?:")


def show(line: CommandLine) -> str:
    return f"/aiwork {line}"


class TestDrawing(DrawingContract):
    platform = "slack.json"
    unfolds_forms = False

    def draw(self, reply: Reply) -> list[Any]:
        return render(reply, show)

    def show(self, line: CommandLine) -> str:
        return show(line)

    def problems(self, native: Any) -> list[str]:
        return message_problems(native)

    def visible(self, native: Any) -> str:
        return "\n".join(readable(block) for block in native["blocks"])

    def as_read(self, reply: Reply) -> str:
        return "\n\f\n".join(map(_as_read, self.draw(reply))) + "\n"

    def alive(self, native: Any) -> set[tuple[str, str]]:
        found = {pair for block in native["blocks"] for pair in _alive(block)}
        if _COMES_ALIVE.search(native["text"]):
            found.add(("mention", native["text"]))
        return found

    def lines(self, native: Any) -> list[CommandLine]:
        found = [pressed(button | {"selected_conversation": ""}) for button in buttons(native)]
        return [press.line for press in found if press and press.kind == "act"]


def _as_read(native: Any) -> str:
    """The text, and buttons in brackets; what each brings follows its arrow."""
    lines = []
    for block in native["blocks"]:
        if block["type"] == "actions":
            lines += [_button(element) for element in block["elements"]]
        else:
            lines.append(readable(block))
    return "\n".join(lines)


def _button(element: Any) -> str:
    label = (element.get("text") or element.get("placeholder"))["text"]
    return f"[{label}] → {element.get('value') or element.get('url') or element['action_id']}"


def _alive(value: Any) -> set[tuple[str, str]]:
    match value:
        case {"type": "header", "text": {"text": text}}:
            return {("bold", text)}
        case {"type": "actions"}:
            return set()
        case {"type": "link", "text": text}:
            return {("link", text)}
        case {"type": "text", "text": text, "style": style}:
            kinds = {("bold", text)} if style.get("bold") else set()
            return kinds | ({("command", text)} if text.startswith("/aiwork ") else set())
        case {"type": "text" | "plain_text" | "divider"}:
            return set()
        case {"type": "mrkdwn" | "user" | "broadcast" | "channel" | "emoji" | "date" as kind}:
            return {("mention", kind)}
        case {"elements": parts}:
            return {pair for part in parts for pair in _alive(part)}
    return set()


def test_no_mrkdwn_anywhere_and_no_emoji_is_made_from_colons() -> None:
    drawn = json.dumps([render(reply, show) for reply in SAMPLES.values()])
    assert '"mrkdwn"' not in drawn
    assert '"emoji": true' not in drawn


def test_a_digest_that_is_too_long_stays_one_message_and_keeps_its_buttons() -> None:
    stop = Buttons((Act("Stop", CommandLine("unsubscribe", "all")),))
    quotes = tuple(Quote(LONG_QUOTE, spans("A. Nonymous")) for _ in range(3))
    message = render_one(Reply((*quotes, stop)), show)
    assert message_problems(message) == []
    assert [button["value"] for button in buttons(message)] == ["unsubscribe all"]


def test_a_line_too_long_to_be_read_back_gets_no_dead_button() -> None:
    row = Buttons(
        (Act("Go", CommandLine("quote", "x" * 600)), Share("Share", CommandLine("quote", "a-1")))
    )
    (message,) = render(Reply((Paragraph(spans("Hello")), row)), show)
    assert [button["text"]["text"] for button in buttons(message)] == ["Share"]


def test_only_web_addresses_become_link_buttons() -> None:
    row = Buttons((Link("No", "javascript:alert(1)"), Link("Yes", "https://example.org/")))
    (message,) = render(Reply((Paragraph(spans("Hello")), row)), show)
    assert [button["url"] for button in buttons(message)] == ["https://example.org/"]
