"""What a chat saved or hid, as a list from which each thing can be taken again."""

from __future__ import annotations

from collections.abc import Collection

from bot.commands.quote import entries_by_item
from bot.commands.request import Request
from bot.commands.result_list import open_result, result_item
from bot.commands.target import TargetChat
from bot.core.chats import KeptKind
from bot.core.command_line import CommandLine
from bot.core.errors import BadArgument, NothingFound
from bot.core.reply import (
    Act,
    Block,
    Button,
    Buttons,
    Heading,
    Item,
    Pager,
    Paragraph,
    Reply,
    Span,
    spans,
)
from bot.core.text import cut, undo_typography

PER_PAGE = 5
"""As many as `search` shows."""


async def list_kept(
    request: Request, target: TargetChat, kind: KeptKind, only: Collection[str] | None = None
) -> Reply:
    """The page asked for, of all or `only` of these items; each entry opens, each hidden
    one comes back, by its button. The verb that shows a kind is named like it."""
    hidden = kind is KeptKind.HIDDEN
    store = await request.store()
    chat = await store.chats.find(target.at)
    items = await store.kept.items(chat, kind) if chat else ()
    if not items:
        none = request.spans("hidden.none" if hidden else "saved.none")
        return Reply((Paragraph(none),), replaces=True)
    known = entries_by_item(request.edition.library)
    if only is not None:
        items = tuple(item for item in items if item in only)
        if not items:
            raise NothingFound("saved.no_such", offers=[target.line(kind.value)])
    pages = -(-len(items) // PER_PAGE)
    page = min(request.line.page, pages)
    blocks: list[Block] = [Heading(request.say("hidden.title" if hidden else "saved.title"))]
    row: list[Button] = []
    first = (page - 1) * PER_PAGE + 1
    for number, item in enumerate(items[first - 1 : first - 1 + PER_PAGE], first):
        name = item.partition(":")[2]
        if item in known:
            blocks.append(result_item(request, number, known[item]))
            row.append(open_result(number, known[item]))
        else:
            blocks.append(Item(spans(f"{number}. ", _told(request, name))))
        if hidden:
            label = request.say("button.bring_back", number=str(number))
            row.append(Act(label, target.line("hidden", f"back {name}")))
    blocks.append(Buttons(tuple(row)))
    if not hidden and only is None:
        file = Act(request.say("button.as_file"), target.line("saved", "export"))
        blocks.append(Buttons((file,)))
    if pages > 1:
        blocks.append(Pager(page, pages, CommandLine(kind.value, request.args)))
    return Reply(tuple(blocks), replaces=pages > 1)


async def take_off(request: Request, target: TargetChat, kind: KeptKind, name: str) -> None:
    """Take an item off the list by its id, also one that the library has withdrawn since. Raises
    BadArgument for what is not on it."""
    store = await request.store()
    chat = await store.chats.find(target.at)
    listed = await store.kept.items(chat, kind) if chat else ()
    found = [one for one in listed if one.partition(":")[2] == undo_typography(name).lower()]
    if chat is None or not found:
        raise BadArgument("kept.not_listed", offers=[target.line(kind.value)])
    for item in found:
        await store.kept.remove(chat, kind, item)


def item_named(request: Request, words: str) -> str:
    """The item that an id (or a topic) names. Raises BadArgument for anything else."""
    if not words:
        verb = request.line.verb
        raise BadArgument("kept.how", offers=[CommandLine(verb, "twenty-years-in-two")])
    library, name = request.edition.library, undo_typography(words).lower()
    for item in (f"quote:{name}", f"fact:{name}", f"article:{name}"):
        if item in entries_by_item(library):
            return item
    if topic := library.topic_of(words):
        return f"topic:{topic.slug}"
    offers = [CommandLine("saved"), CommandLine("search", "layoffs")]
    raise BadArgument("kept.which", id=Span(cut(words, 60), bold=True), offers=offers)


def _told(request: Request, name: str) -> str:
    topic = request.edition.library.topics.get(name)
    return request.voice.read(topic.name) if topic else name
