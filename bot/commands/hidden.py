"""`hidden`: what was hidden, and bringing it back."""

from __future__ import annotations

from bot.commands.kept_list import list_kept, take_off
from bot.commands.registry import Who, command
from bot.commands.request import Request
from bot.commands.target import read_target, require_manager
from bot.core.chats import KeptKind
from bot.core.reply import Paragraph, Reply

_BACK = {"back", "恢复", "恢復"}


@command(
    "hidden",
    "已隐藏",
    "已隱藏",
    examples=(("hidden", "已隐藏"),),
    who=Who.MANAGERS,
    personal=True,
)
async def hidden(request: Request) -> Reply:
    target = await read_target(request)
    word, _, name = target.words.partition(" ")
    if word.lower() not in _BACK or not name:
        return await list_kept(request, target, KeptKind.HIDDEN)
    await require_manager(request, target)
    await take_off(request, target, KeptKind.HIDDEN, name)
    return Reply((Paragraph(request.spans("hidden.back")),), replaces=True)
