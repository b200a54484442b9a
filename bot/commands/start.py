"""`start`: the first thing a newcomer sees."""

from __future__ import annotations

from bot.commands.registry import command
from bot.commands.request import Request, how_to_type
from bot.core.reply import Buttons, Heading, Paragraph, Reply


@command("start", listed=False)
async def start(request: Request) -> Reply:
    """One screen: what this is, and three ways to begin."""
    row = Buttons(
        (
            request.act("button.random", "quote"),
            request.act("button.topics", "topics"),
            request.act("button.digest_on", "digest", "on"),
        )
    )
    how = request.spans(
        "start.how", quote=how_to_type("quote 996", "语录 996"), help=how_to_type("help", "帮助")
    )
    return Reply(
        (
            Heading(request.say("start.title")),
            Paragraph(request.spans("start.what")),
            Paragraph(how),
            row,
        )
    )
