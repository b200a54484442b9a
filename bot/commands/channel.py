"""`channel`: set up a room from somewhere else."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.registry import command
from bot.commands.request import Request
from bot.commands.settings_form import show_settings
from bot.commands.target import read_target, require_manager
from bot.core.command_line import CommandLine
from bot.core.reply import (
    Buttons,
    Paragraph,
    PickRoom,
    Reply,
    Span,
)


@command(
    "channel",
    "频道",
    "頻道",
    examples=(("channel", "频道"),),
)
async def channel(request: Request) -> Reply:
    """Set up a room from somewhere else: choose it, or name it (`channel @news`)."""
    if not request.args:
        line = CommandLine("channel")
        pick = Buttons((PickRoom(request.say("button.pick_room"), line),))
        how = request.spans("channel.how", line=Span(command=CommandLine("channel", "@name")))
        return Reply((Paragraph(how), pick))
    named = request.args if request.args.startswith("@") else f"@{request.args.removeprefix('#')}"
    target = await read_target(replace(request, line=CommandLine("channel", named)))
    await require_manager(request, target)
    return await show_settings(request, target)
