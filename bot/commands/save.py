"""`save`: keep an entry to read again."""

from __future__ import annotations

from bot.commands.kept_list import item_named
from bot.commands.registry import command
from bot.commands.request import Request
from bot.commands.schedules import remember_chat
from bot.commands.target import read_target
from bot.core.chats import KeptKind
from bot.core.reply import Act, Buttons, Paragraph, Reply


@command(
    "save",
    "收藏",
    examples=(("save twenty-years-in-two", "收藏 twenty-years-in-two"),),
    personal=True,
)
async def save(request: Request) -> Reply:
    target = await read_target(request)
    item = item_named(request, target.words)
    store = await request.store()
    await store.kept.add(await remember_chat(request, target), KeptKind.SAVED, item)
    name = item.partition(":")[2]
    row = (
        Act(request.say("button.undo"), target.line("saved", f"remove {name}")),
        Act(request.say("button.saved"), target.line("saved")),
    )
    return Reply((Paragraph(request.spans("save.done")), Buttons(row)))
