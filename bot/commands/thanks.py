"""`thanks`: a short you're welcome; reached by plain words."""

from __future__ import annotations

from bot.commands.registry import command
from bot.commands.request import Request
from bot.core.reply import Buttons, Paragraph, Reply


@command("thanks", listed=False)
async def thanks(request: Request) -> Reply:
    row = (request.act("button.random", "quote"), request.act("button.digest_on", "digest", "on"))
    return Reply((Paragraph(request.spans("talk.thanks")), Buttons(row)))
