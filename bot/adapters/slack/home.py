"""The App Home: what the handler answers to `home`, as a view."""

from __future__ import annotations

from collections.abc import Sequence

from bot.adapters.slack.forms import MAX_VIEW_BLOCKS
from bot.adapters.slack.render import render
from bot.adapters.slack.rich import Json, plain_text
from bot.core.command_line import CommandLine
from bot.core.plain_text import ShowLine
from bot.core.reply import Block

HOME = CommandLine("home")


def home_view(blocks: Sequence[Block], show: ShowLine, more: str) -> Json:
    """The blocks as a home tab; beyond Slack's hundred the last says `more`."""
    drawn = render(blocks, show)
    if len(drawn) > MAX_VIEW_BLOCKS:
        said = {"type": "section", "text": plain_text(more, 3000)}
        drawn = [*drawn[: MAX_VIEW_BLOCKS - 1], said]
    return {"type": "home", "blocks": drawn}
