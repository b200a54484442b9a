"""`saved`: what was saved, page by page."""

from __future__ import annotations

from bot.commands.kept_list import list_kept, take_off
from bot.commands.registry import command
from bot.commands.request import Request
from bot.commands.target import read_target
from bot.core.chats import KeptKind
from bot.core.reply import Paragraph, Reply

_REMOVE = {"remove", "删除", "刪除"}


@command(
    "saved",
    "我的收藏",
    examples=(("saved", "我的收藏"),),
    personal=True,
)
async def saved(request: Request) -> Reply:
    target = await read_target(request)
    word, _, name = target.words.partition(" ")
    if word.lower() not in _REMOVE or not name:
        return await list_kept(request, target, KeptKind.SAVED)
    await take_off(request, target, KeptKind.SAVED, name)
    return Reply((Paragraph(request.spans("saved.remove")),), replaces=True)
