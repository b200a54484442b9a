"""`fact`: something the articles establish, with its figure and who says so."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.quote import LOOK, nothing_found, topic_buttons
from bot.commands.registry import command
from bot.commands.request import Request
from bot.core.command_line import CommandLine
from bot.core.errors import NothingFound
from bot.core.reply import Act, Buttons, Pager, Reply
from bot.core.text import undo_typography
from bot.library.cards import fact_blocks
from bot.library.documents import item_id
from bot.library.models.entries import FactEntry


@command(
    "fact",
    "facts",
    "要点",
    "要點",
    "事实",
    "事實",
    examples=(("fact layoffs", "要点 裁员"), ("fact", "要点")),
)
async def fact(request: Request) -> Reply:
    library = request.edition.library
    if not request.args:
        drawn = await request.services.shuffle.draw(
            request.command.at, request.command.kind, library.facts
        )
        return show_facts(request, [library.facts[drawn]], CommandLine("fact"))
    named = undo_typography(request.args).lower()
    request.refuse_withdrawn(named)
    if one := library.facts.get(named):
        return show_facts(request, [one], CommandLine("fact", _first_topic(request, one)))
    if topic := library.topic_of(request.args):
        found: Sequence[FactEntry] = library.facts_of(topic.slug)
        if not found:
            raise NothingFound(
                "fact.topic_empty",
                topic=lambda voice: voice.read(topic.name),
                buttons=topic_buttons(request),
            )
        return show_facts(request, found, CommandLine("fact", topic.slug))
    found = await facts_among(request)
    if not found:
        raise nothing_found(request)
    return show_facts(request, found, CommandLine("fact"))


async def facts_among(request: Request) -> Sequence[FactEntry]:
    """The facts that the words may be about, best first."""
    known = {item_id(one): one for one in request.edition.library.facts.values()}
    hits = (await request.edition.find(request.args, LOOK)).hits
    return [known[hit.id] for hit in hits if hit.id in known]


def show_facts(request: Request, found: Sequence[FactEntry], again: CommandLine) -> Reply:
    """The card of the page asked for, and the way to the others."""
    page = min(request.line.page, len(found))
    one = found[page - 1]
    article = request.edition.library.article_of(one)
    row = (
        request.act("button.article", "article", article.id),
        Act(request.say("button.another_fact"), again),
        request.act("button.source", "source", one.id),
        request.act("button.save", "save", one.id),
        request.share(CommandLine("fact", one.id)),
    )
    pager = (Pager(page, len(found), CommandLine("fact", request.args)),) if len(found) > 1 else ()
    blocks = (*fact_blocks(one, article, request.voice), Buttons(row), *pager)
    return Reply(blocks, replaces=len(found) > 1)


def _first_topic(request: Request, one: FactEntry) -> str:
    return one.topics[0] if one.topics else ""
