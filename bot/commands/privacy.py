"""`privacy`: see or delete all that is held about a person or a chat."""

from __future__ import annotations

import json

from bot.commands.registry import Who, command
from bot.commands.request import Request
from bot.commands.target import Target, managed, read_target
from bot.core.command_line import CommandLine
from bot.core.errors import BadArgument
from bot.core.reply import Act, Buttons, Heading, Paragraph, Reply, Span, spans

_EXPORT = {"export", "导出", "導出", "匯出"}
_DELETE = {"delete", "删除", "刪除"}


@command(
    "privacy",
    "隐私",
    "隱私",
    examples=(("privacy", "隐私"), ("privacy export", "隐私 导出")),
    who=Who.MANAGERS,
)
async def privacy(ask: Request) -> Reply:
    target = await read_target(ask)
    word = target.words.lower()
    if not word:
        return await _explained(ask, target)
    await managed(ask, target)
    if word in _EXPORT:
        return await _exported(ask, target)
    if word in _DELETE:
        return _asked_back(ask, target)
    if word == "delete sure":
        return await _deleted(ask, target)
    raise BadArgument("privacy.unknown", offers=[CommandLine("privacy")])


async def _explained(ask: Request, target: Target) -> Reply:
    row = Buttons(
        (
            Act(ask.say("button.export"), target.line("privacy", "export")),
            Act(ask.say("button.delete"), target.line("privacy", "delete")),
        )
    )
    what = Paragraph(ask.spans("privacy.what"))
    return Reply((Heading(ask.say("privacy.title")), what, row))


async def _exported(ask: Request, target: Target) -> Reply:
    store = await ask.store()
    held = await store.privacy.export(target.at, _person(ask, target))
    if not any(held.values()):
        raise BadArgument("privacy.nothing")
    text = json.dumps(held, ensure_ascii=False, indent=1, default=str)
    title = Heading(ask.say("privacy.export_title"))
    return Reply((title, Paragraph(spans(Span(text, code=True)))))


def _asked_back(ask: Request, target: Target) -> Reply:
    yes = Act(ask.say("button.yes"), target.line("privacy", "delete sure"))
    no = Act(ask.say("button.no"), target.line("privacy"))
    return Reply((Paragraph(ask.spans("privacy.sure")), Buttons((yes, no))))


async def _deleted(ask: Request, target: Target) -> Reply:
    store = await ask.store()
    if not await store.privacy.forget(target.at, _person(ask, target)):
        raise BadArgument("privacy.nothing")
    return Reply((Paragraph(ask.spans("privacy.deleted")),), replaces=True)


def _person(ask: Request, target: Target) -> str:
    """Whose traces elsewhere (who set a room up) are meant too: the asker's, in their own chat."""
    return ask.command.asker.id if target.own else ""
