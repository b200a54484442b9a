"""`goodbye`: a last word; reached by plain words."""

from __future__ import annotations

from bot.commands.registry import command
from bot.commands.request import Request
from bot.core.reply import Paragraph, Reply


@command("goodbye", listed=False)
async def goodbye(request: Request) -> Reply:
    return Reply((Paragraph(request.spans("talk.goodbye")),))
