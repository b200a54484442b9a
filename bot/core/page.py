"""Where what a command line answers stands in the reading room: `quote <id>` is `/q/<id>`."""

from __future__ import annotations

import re

from bot.core.command_line import CommandLine
from bot.core.language import Language

LETTERS = {"quote": "q", "fact": "f", "article": "a", "topics": "t"}
"""The verbs whose answers are pages, and the short word of their addresses."""

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def page_path(line: CommandLine, language: Language) -> str | None:
    """The path of the page; `None` for a line that has none. What is read in both languages stands
    at the top, `/q/<id>`; one language alone below its name, `/en/q/<id>`."""
    top = prefix(language)
    more = f"/{line.page}" if line.page > 1 else ""
    if line.verb == "topics" and not line.args:
        return f"{top}/"
    if line.verb == "article" and not line.args:
        return f"{top}/articles{more}"
    if line.verb not in LETTERS or not _ID.fullmatch(line.args):
        return None
    return f"{top}/{LETTERS[line.verb]}/{line.args}{more}"


def prefix(language: Language) -> str:
    return "" if language is Language.BOTH else f"/{language.value}"
