"""`topics`: what there is to read, and the way to each."""

from __future__ import annotations

from bot.commands.quote import nothing_found
from bot.commands.registry import command
from bot.commands.request import Request, how_to_type
from bot.core.command_line import CommandLine
from bot.core.reply import (
    Act,
    Block,
    Button,
    Buttons,
    Heading,
    Item,
    Paragraph,
    Reply,
    Span,
    spans,
)
from bot.library.aliases import hans_key
from bot.library.cards import quote_blocks
from bot.library.models.entries import Topic


@command(
    "topics",
    "topic",
    "话题",
    "話題",
    examples=(("topics", "话题"), ("topic talent wars", "话题 抢人大战")),
)
async def topics(request: Request) -> Reply:
    if request.args:
        return _topic(request)
    library = request.edition.library
    items = [_about(request, topic) for topic in library.topics.values()]
    acts = [
        Act(request.voice.read(topic.name), CommandLine("topics", topic.slug))
        for topic in library.topics.values()
    ]
    how = Item(request.spans("topics.how", line=how_to_type("subscribe layoffs", "订阅 裁员")))
    return Reply((Heading(request.say("topics.title")), *items, how, Buttons(tuple(acts))))


def _topic(request: Request) -> Reply:
    """What there is on one topic, and the ways to it."""
    topic = request.edition.library.topic_of(request.args)
    if topic is None:
        raise nothing_found(request)
    slug, library = topic.slug, request.edition.library
    row: list[Button] = []
    if count := len(library.quotes_of(slug)):
        row.append(request.act("button.quotes_count", "quote", slug, count=str(count)))
    if count := len(library.facts_of(slug)):
        row.append(request.act("button.facts_count", "fact", slug, count=str(count)))
    if count := len(library.articles_of(slug)):
        row.append(request.act("button.articles_count", "article", slug, count=str(count)))
    row.append(request.act("button.subscribe", "subscribe", slug))
    return Reply((*_explained(request, topic), *_best(request, topic), Buttons(tuple(row))))


def _explained(request: Request, topic: Topic) -> tuple[Block, ...]:
    """The topic, and the very word that was asked for where editors explain it."""
    asked = hans_key(request.args)
    told = [term for term in topic.explains if asked in map(hans_key, term.words)]
    lead = [Paragraph(spans(request.voice.read(term.text))) for term in told[:1]]
    return (*lead, _about(request, topic))


def _best(request: Request, topic: Topic) -> tuple[Block, ...]:
    """What somebody said of it: an opener where there is one."""
    library = request.edition.library
    found = sorted(library.quotes_of(topic.slug), key=lambda one: not one.opener)
    if not found:
        return ()
    return quote_blocks(found[0], library.article_of(found[0]), request.voice)


def _about(request: Request, topic: Topic) -> Item:
    library = request.edition.library
    note = request.spans(
        "topics.note",
        about=lambda voice: voice.read(topic.description),
        count=str(len(library.quotes_of(topic.slug))),
        facts=str(len(library.facts_of(topic.slug))),
    )
    return Item((Span(request.voice.read(topic.name), bold=True),), note)
