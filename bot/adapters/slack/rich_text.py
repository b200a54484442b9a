"""Spans as Block Kit's rich text, and texts as plain text. Nothing here is ever parsed by Slack."""

from __future__ import annotations

import html
import re
from typing import Any, TypeAlias

from bot.core.plain_text import ShowLine
from bot.core.reply import Span, Spans

Json: TypeAlias = "dict[str, Any]"

_LINKS = ("http://", "https://", "mailto:")


def plain_text(text: str, limit: int) -> Json:
    """A `plain_text` object of at most `limit` UTF-16 units; `:smile:` in it stays as written."""
    return {"type": "plain_text", "text": clip(text, limit), "emoji": False}


def rich_text(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": list(parts)}


def section(elements: list[Json]) -> Json:
    return {"type": "rich_text_section", "elements": elements}


def quote(elements: list[Json]) -> Json:
    return {"type": "rich_text_quote", "elements": elements}


def text(value: str, *, bold: bool = False) -> Json:
    return {"type": "text", "text": value} | ({"style": {"bold": True}} if bold else {})


def elements(line: Spans, show: ShowLine) -> list[Json]:
    """The spans as rich text elements; empty ones, which Slack refuses, are left out."""
    return [_element(span, show) for span in line if span.text or span.command]


def escape(value: str) -> str:
    """For the one field that Slack does parse, a message's `text`."""
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip(value: str, limit: int) -> str:
    """The text in at most `limit` UTF-16 units (Slack's clients count those), `…` when cut."""
    if units(value) <= limit:
        return value
    kept = value.encode("utf-16-le", "surrogatepass")[: 2 * (limit - 1)]
    return kept.decode("utf-16-le", "ignore").rstrip() + "…"


def units(value: str) -> int:
    return len(value.encode("utf-16-le", "surrogatepass")) // 2


def web_link(url: str) -> bool:
    """Whether Slack takes it as a link; anything else is shown as its text alone."""
    return url.startswith(_LINKS) and len(url) <= 3000


def _element(span: Span, show: ShowLine) -> Json:
    style = {name: True for name in ("bold", "code") if getattr(span, name)}
    if span.command:
        return {"type": "text", "text": show(span.command), "style": style | {"code": True}}
    drawn: Json = {"type": "text", "text": span.text}
    if web_link(span.href):
        drawn = {"type": "link", "url": span.href, "text": span.text}
    return drawn | ({"style": style} if style else {})


_MENTION = re.compile(
    r"<(?:([@#!])([^<>|]+)|((?:https?|mailto|tel):[^<>|]+))(?:\|([^<>]*))?>",
)
"""`<@U1>`, `<#C1|news>`, `<!here>`, `<https://x.example|label>`: how Slack sends what was typed."""


def as_typed(text: str, bot_user: str = "") -> str:
    """The text as the person saw it: without mentions of the bot, Slack's escapes undone.

    A channel becomes `@<id>`, which is how lines name rooms.
    """

    def _seen(match: re.Match[str]) -> str:
        sign, target, link, label = match.groups()
        if link:
            return str(label or link)
        if sign == "@" and target == bot_user:
            return " "
        return "@" + (label or target).lstrip("@") if sign == "!" else f"@{target}"

    typed = html.unescape(_MENTION.sub(_seen, text)).strip()
    return typed.strip(" ,，:：、;；") if _names_bot(text, bot_user) else typed


def _names_bot(text: str, bot_user: str) -> bool:
    """Whether the bot is addressed by its name, with the punctuation that goes with that."""
    return bool(bot_user) and f"<@{bot_user}" in text
