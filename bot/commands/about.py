"""`about`: what this is, and how much of it there is."""

from __future__ import annotations

from bot import __version__
from bot.commands.registry import command
from bot.commands.request import Request, how_to_type
from bot.core.reply import Buttons, Footnote, Heading, Paragraph, Reply


@command("about", "关于", "關於", examples=(("about", "关于"),))
async def about(request: Request) -> Reply:
    library = request.edition.library
    counts = {
        "articles": str(len(library.articles)),
        "quotes": str(len(library.quotes)),
        "facts": str(len(library.facts)),
        "topics": str(len(library.topics)),
    }
    wrong = how_to_type("report <id> …", "报错 <id> …")
    return Reply(
        (
            Heading(request.say("about.title", version=__version__)),
            Paragraph(request.spans("about.what", **counts)),
            Paragraph(request.spans("about.rights")),
            Footnote(request.spans("about.wrong", line=wrong)),
            Buttons((request.act("button.topics", "topics"), request.act("button.help", "help"))),
        )
    )
