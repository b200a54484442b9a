"""`wordless`: a sticker, a voice or a photo; it cannot be read, and that is said kindly."""

from __future__ import annotations

from bot.commands.registry import command
from bot.commands.request import Request, how_to_type
from bot.core.reply import Buttons, Paragraph, Reply


@command("wordless", listed=False)
async def wordless(request: Request) -> Reply:
    example = how_to_type("quote 996", "语录 996")
    row = (request.act("button.random", "quote"), request.act("button.help", "help"))
    return Reply((Paragraph(request.spans("wordless.said", line=example)), Buttons(row)))
