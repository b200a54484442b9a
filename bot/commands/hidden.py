"""`hidden`: what was hidden, and bringing it back."""

from __future__ import annotations

from bot.commands.kept_list import item_named, list_kept
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
        return await list_kept(request, target, KeptKind.HIDDEN, "hidden")
    await require_manager(request, target)
    store = await request.store()
    chat = await store.chats.find(target.at)
    if chat:
        await store.kept.remove(chat, KeptKind.HIDDEN, item_named(request, name))
    return Reply((Paragraph(request.spans("hidden.back")),), replaces=True)
