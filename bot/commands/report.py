"""`report`: a reader tells the editors what is wrong with an entry."""

from __future__ import annotations

from bot.commands.registry import command
from bot.commands.request import Request, how_to_type
from bot.core.command_line import CommandLine
from bot.core.errors import BadArgument
from bot.core.reply import Paragraph, Reply, Span
from bot.core.text import cut

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
    await store.reports.add(item, words, await store.chats.find(request.command.at))
    return Reply((Paragraph(request.spans("report.thanks", id=Span(item, bold=True))),))
