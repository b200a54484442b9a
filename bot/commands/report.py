"""`report`: a reader tells the editors what is wrong with an entry."""

from __future__ import annotations

from bot.commands.registry import command
from bot.commands.request import Request
from bot.core.command import Line
from bot.core.errors import BadArgument
from bot.core.reply import Paragraph, Reply, Span
from bot.core.text import cut


@command(
    "report",
    "报错",
    "報錯",
    "纠错",
    "糾錯",
    examples=(("report <id> the speaker is wrong", "报错 <id> 说话人不对"),),
)
async def report(ask: Request) -> Reply:
    item, _, words = ask.args.partition(" ")
    library = ask.edition.library
    if item.lower() not in library.quotes and item.lower() not in library.articles:
        raise BadArgument(
            "report.which",
            id=Span(cut(item, 60) or "…", bold=True),
            offers=[Line("search", cut(words, 40))],
        )
    if not words:
        raise BadArgument("report.what", offers=[Line("report", f"{item} …")])
    store = await ask.store()
    await store.reading.report(item.lower(), words, await store.chats.find(ask.command.at))
    return Reply((Paragraph(ask.spans("report.thanks", id=Span(item.lower(), bold=True))),))
