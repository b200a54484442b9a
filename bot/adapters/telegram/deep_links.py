"""Deep links: `t.me/<bot>?start=quote_<id>`, made and read."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import replace
from urllib.parse import quote

from bot.adapters.telegram.html import is_web_address
from bot.core.command_line import CommandLine

_PREFIXES = {"quote": "quote_", "fact": "fact_", "article": "article_", "subscribe": "sub_"}

_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What Telegram lets a start parameter be."""


def deep_link(bot: str, line: CommandLine) -> str | None:
    """The link that opens the private chat with what `line` answers; `None` when it cannot be
    said in 64 characters of A-Z a-z 0-9 _ -."""
    payload = _PREFIXES[line.verb] + line.args if line.verb in _PREFIXES else line.verb
    if line.verb not in _PREFIXES and line.args:
        return None
    return f"https://t.me/{bot}?start={payload}" if _PAYLOAD.fullmatch(payload) else None


def share_link(bot: str, line: CommandLine, page: str = "") -> str | None:
    """The link that lets a person choose a chat to share the page with, or the deep link where
    there is no page that Telegram takes."""
    target = page if is_web_address(page) else deep_link(bot, line)
    return f"https://t.me/share/url?url={quote(target, safe='')}" if target else None


def started_with(line: CommandLine, verbs: Container[str]) -> CommandLine:
    """`/start <payload>` as the line that the payload stands for; any other line as it is."""
    if line.verb != "start":
        return line
    for verb, prefix in _PREFIXES.items():
        if line.args.startswith(prefix) and len(line.args) > len(prefix):
            return CommandLine(verb, line.args.removeprefix(prefix), slash=True)
    return replace(line, verb=line.args if line.args in verbs else "start", args="", page=1)
