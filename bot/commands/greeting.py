"""`greeting`: a hello, and two ways to begin; reached by plain words."""

from __future__ import annotations

from bot.commands.registry import command
from bot.commands.request import Request
from bot.core.reply import Buttons, Paragraph, Reply


@command("greeting", listed=False)
async def greeting(request: Request) -> Reply:
    row = (request.act("button.random", "quote"), request.act("button.topics", "topics"))
    return Reply((Paragraph(request.spans("talk.greeting")), Buttons(row)))
