"""`source`: where a quote or a fact comes from, in full."""

from __future__ import annotations

from bot.commands.registry import command
from bot.commands.request import Request, how_to_type
from bot.core.errors import BadArgument
from bot.core.reply import Buttons, Reply
from bot.core.text import undo_typography
from bot.library.cards import source_blocks


@command(
    "source",
    "出处",
    "出處",
    "来源",
    "來源",
    examples=(("source twenty-years-in-two", "出处 twenty-years-in-two"),),
)
async def source(request: Request) -> Reply:
    library = request.edition.library
    named = undo_typography(request.args).lower()
    request.refuse_withdrawn(named)
    entry = library.quotes.get(named) or library.facts.get(named)
    if entry is None:
        line = how_to_type("source twenty-years-in-two", "出处 twenty-years-in-two")
        raise BadArgument("source.which", line=line)
    article = library.article_of(entry)
    row = Buttons((request.act("button.article", "article", article.id),))
    return Reply((*source_blocks(entry, article, request.voice), row))
