"""`report`: a reader tells the editors what is wrong with an entry."""

from __future__ import annotations

from datetime import timedelta

from bot.commands.registry import command
from bot.commands.request import Request, how_to_type
from bot.core.command_line import CommandLine
from bot.core.errors import BadArgument, NotAllowed
from bot.core.reply import Paragraph, Reply, Span
from bot.core.text import cut

REPORTS_A_DAY = 20
"""Of one chat: twice what the most diligent reader of a library of this size would find, and few
enough for an editor to read in a sitting."""

_WAYS = (CommandLine("search", "layoffs"), CommandLine("article"))
"""Both show ids."""


@command(
    "report",
    "报错",
    "報錯",
    "纠错",
    "糾錯",
    examples=(
        ("report twenty-years-in-two the speaker is wrong", "报错 twenty-years-in-two 说话人不对"),
    ),
)
async def report(request: Request) -> Reply:
    item, _, words = request.args.partition(" ")
    item = item.lower()
    library = request.edition.library
    if not item:
        raise BadArgument("report.how", offers=_WAYS)
    if not any(item in known for known in (library.quotes, library.facts, library.articles)):
        raise BadArgument("report.which", id=Span(cut(item, 60), bold=True), offers=_WAYS)
    if not words:
        raise BadArgument("report.what", line=how_to_type(f"report {item} …", f"报错 {item} …"))
    store = await request.store()
    chat = await store.chats.ensure(request.command.at, request.command.kind)
    since = request.services.now() - timedelta(days=1)
    if await store.reports.since(chat, since) >= REPORTS_A_DAY:
        raise NotAllowed("report.enough")
    await store.reports.add(item, words, chat)
    return Reply((Paragraph(request.spans("report.thanks", id=Span(item, bold=True))),))
