"""Choosing topics: reading what somebody names, and showing what a chat follows."""

from __future__ import annotations

import re
from functools import partial

from bot.commands.parse_when import TIMES, format_clock
from bot.commands.request import Request
from bot.commands.schedules import (
    announce_schedule,
    describe_schedule,
    topic_names,
)
from bot.commands.target import TargetChat
from bot.core.chats import Schedule
from bot.core.command_line import CommandLine
from bot.core.errors import BadArgument
from bot.core.reply import (
    Act,
    Block,
    Choice,
    Field,
    Form,
    Heading,
    Paragraph,
    PickMany,
    Reply,
    Span,
    TimeField,
)
from bot.core.text import cut
from bot.library.models.entries import Topic

_JOINTS = re.compile(r"[,，、;；]|\s(?:and|&)\s|\s?[和与與]\s?", re.IGNORECASE)
"""What stands between topics that are named together."""


async def show_subscriptions(request: Request, target: TargetChat, *, guessed: bool) -> Reply:
    """What a chat follows now that it was changed: where, when the next digest comes, and what
    still keeps it from coming."""
    schedule, topics = await read_subscriptions(request, target)
    blocks = list_topics(request, topics)
    if not target.own and (request.command.personal or target.at != request.command.at):
        name = (
            await request.services.directories[target.at.platform].name_of(target.at)
            or target.at.room
        )
        blocks.append(Paragraph(request.spans("home.room", room=Span(name, bold=True))))
    if schedule and schedule.on:
        blocks += await announce_schedule(request, target, schedule, guessed=guessed)
    else:
        blocks.append(Paragraph(schedule_state(request, target, schedule)))
    return Reply((*blocks, topic_form(request, target, topics)), replaces=True)


def find_topics(
    request: Request, words: str, target: TargetChat, verb: str = "subscribe"
) -> list[Topic]:
    """The topics that words mean; several are joined by commas. Raises as `find_topic` does."""
    parts = [words]
    if not request.edition.library.topic_of(words):
        parts = list(filter(None, map(str.strip, _JOINTS.split(words)))) or [words]
        if len(parts) == 1 and all(map(request.edition.library.topic_of, words.split())):
            parts = words.split()
    found = [find_topic(request, part, target, verb) for part in parts]
    return list({topic.slug: topic for topic in found}.values())


def find_topic(request: Request, words: str, target: TargetChat, verb: str = "subscribe") -> Topic:
    """The topic that words mean, in any language. Raises BadArgument with the nearest ones."""
    library = request.edition.library
    if topic := library.topic_of(words):
        return topic
    named = Span(cut(words, 40), bold=True)
    near = library.nearest_topics(words, 3)
    if not near:
        offers = [CommandLine("topics")]
        raise BadArgument("subscribe.no_such_topic", words=named, offers=offers, field="topics")
    buttons = [Act(request.voice.read(t.name), target.line(verb, t.slug)) for t in near]
    raise BadArgument("subscribe.unknown", words=named, buttons=buttons, field="topics")


def topic_form(
    request: Request, target: TargetChat, chosen: tuple[str, ...], *, minute: int | None = None
) -> Form:
    """All topics to tick; its answer is a `topics` line that sets exactly those. With the `minute`
    of the digest it asks for the time, too, and is what a bare `subscribe` shows."""
    known = request.edition.library.topics.values()
    choices = tuple(Choice(topic.slug, request.voice.read(topic.name)) for topic in known)
    fields: tuple[Field, ...] = (PickMany("topics", request.say("form.topics"), choices, chosen),)
    if minute is not None:
        fields += (TimeField("time", request.say("form.time"), format_clock(minute), TIMES),)
    line = target.line("settings")
    opener = target.line("subscriptions" if minute is None else "subscribe")
    return Form(request.say("subscriptions.form"), fields, line, request.say("form.save"), opener)


async def read_subscriptions(
    request: Request, target: TargetChat
) -> tuple[Schedule | None, tuple[str, ...]]:
    store = await request.store()
    chat = await store.chats.find(target.at)
    if chat is None:
        return None, ()
    return await store.schedules.of(chat), await store.chats.topics(chat)


def list_topics(request: Request, topics: tuple[str, ...]) -> list[Block]:
    said = request.spans("subscriptions.none")
    if topics:
        said = request.spans("subscriptions.topics", topics=topic_names(request, topics))
    return [Heading(request.say("subscriptions.title")), Paragraph(said)]


def schedule_state(
    request: Request, target: TargetChat, schedule: Schedule | None
) -> tuple[Span, ...]:
    if schedule is None or not schedule.on:
        return request.spans("schedule.off", line=target.how_to_type("digest on", "简报 开"))
    return request.spans("schedule.is", schedule=partial(describe_schedule, schedule))
