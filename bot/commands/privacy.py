"""`privacy`: see or delete all that is held about a person or a chat."""

from __future__ import annotations

import json

from bot.commands.registry import Who, command
from bot.commands.request import Request
from bot.commands.target import TargetChat, read_target, require_manager
from bot.core.command_line import CommandLine
from bot.core.errors import BadArgument
from bot.core.reply import Act, Buttons, File, Heading, Paragraph, Reply

_EXPORT = {"export", "导出", "導出", "匯出"}
_DELETE = {"delete", "删除", "刪除"}


@command(
    "privacy",
    "隐私",
    "隱私",
    examples=(("privacy", "隐私"), ("privacy export", "隐私 导出")),
    who=Who.MANAGERS,
    personal=True,
)
async def privacy(request: Request) -> Reply:
    target = await read_target(request)
    word = target.words.lower()
    if not word:
        return await _explained(request, target)
    await require_manager(request, target)
    if word in _EXPORT:
        return await _exported(request, target)
    if word in _DELETE:
        return _asked_back(request, target)
    if word == "delete sure":
        return await _deleted(request, target)
    raise BadArgument("privacy.unknown", offers=[CommandLine("privacy")])


async def _explained(request: Request, target: TargetChat) -> Reply:
    row = Buttons(
        (
            Act(request.say("button.export"), target.line("privacy", "export")),
            Act(request.say("button.delete"), target.line("privacy", "delete")),
        )
    )
    what = Paragraph(request.spans("privacy.what"))
    return Reply((Heading(request.say("privacy.title")), what, row))


async def _exported(request: Request, target: TargetChat) -> Reply:
    store = await request.store()
    held = await store.privacy.export(target.at, _person(request, target))
    if not any(held.values()):
        raise BadArgument("privacy.nothing")
    text = json.dumps(held, ensure_ascii=False, indent=1, default=str)
    title = Heading(request.say("privacy.export_title"))
    return Reply((title, File("aiwork-data.json", text)))


def _asked_back(request: Request, target: TargetChat) -> Reply:
    yes = Act(request.say("button.yes"), target.line("privacy", "delete sure"))
    no = Act(request.say("button.no"), target.line("privacy"))
    return Reply((Paragraph(request.spans("privacy.sure")), Buttons((yes, no))))


async def _deleted(request: Request, target: TargetChat) -> Reply:
    store = await request.store()
    if not await store.privacy.forget(target.at, _person(request, target)):
        raise BadArgument("privacy.nothing")
    return Reply((Paragraph(request.spans("privacy.deleted")),), replaces=True)


def _person(request: Request, target: TargetChat) -> str:
    """Whose traces elsewhere (who set a room up) are meant too: the asker's, in their own chat."""
    return request.command.asker.id if target.own else ""
