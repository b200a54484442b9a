"""`hide`: never bring an entry or a topic again."""

from __future__ import annotations

from bot.commands.kept_list import item_named
from bot.commands.registry import Who, command
from bot.commands.request import Request
from bot.commands.schedules import remember_chat
from bot.commands.target import read_target, require_manager
from bot.core.chats import KeptKind
from bot.core.reply import Act, Buttons, Paragraph, Reply


@command(
    "hide",
    "隐藏",
    "隱藏",
    examples=(("hide twenty-years-in-two", "隐藏 twenty-years-in-two"),),
    who=Who.MANAGERS,
    personal=True,
)
async def hide(request: Request) -> Reply:
    target = await read_target(request)
    item = item_named(request, target.words)
    await require_manager(request, target)
    store = await request.store()
    await store.kept.add(await remember_chat(request, target), KeptKind.HIDDEN, item)
    name = item.partition(":")[2]
    row = (
        Act(request.say("button.undo"), target.line("hidden", f"back {name}")),
        Act(request.say("button.hidden"), target.line("hidden")),
    )
    return Reply((Paragraph(request.spans("hide.done")), Buttons(row)))
