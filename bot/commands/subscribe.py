"""`subscribe`, `unsubscribe`, `subscriptions`: which topics shape a chat's digest."""

from __future__ import annotations

import re
from functools import partial

from bot.commands.parse_when import TIMES, clock
from bot.commands.registry import Who, command
from bot.commands.request import Request, typed
from bot.commands.schedules import chat_of, first_schedule, names, outlook, told
from bot.commands.target import HERE, Target, managed, read_target
from bot.core.chats import Schedule
from bot.core.command import RoomKind
from bot.core.command_line import CommandLine
from bot.core.errors import BadArgument
from bot.core.reply import (
    Act,
    Block,
    Button,
    Buttons,
    Choice,
    Field,
    Footnote,
    Form,
    Heading,
    Item,
    Paragraph,
    PickMany,
    PickRoom,
    Reply,
    Span,
    TimeField,
)
from bot.core.text import cut
from bot.library.cards import quote_blocks
from bot.library.models.entries import Topic

_ALL = {"all", "everything", "全部", "所有"}


@command(
    "subscribe",
    "sub",
    "follow",
    "订阅",
    "訂閱",
    examples=(("subscribe layoffs", "订阅 裁员"), ("subscribe talent wars", "订阅 抢人大战")),
    who=Who.MANAGERS,
)
async def subscribe(ask: Request) -> Reply:
    target = await read_target(ask)
    wanted = target.words.removeprefix("topics=")
    if not wanted:
        return await _offer(ask, target)
    topics = find_topics(ask, wanted, target)
    await managed(ask, target)
    return await _subscribed(ask, target, topics)


@command(
    "unsubscribe",
    "unsub",
    "unfollow",
    "退订",
    "退訂",
    "取消订阅",
    "取消訂閱",
    examples=(("unsubscribe all", "退订 全部"),),
    who=Who.MANAGERS,
)
async def unsubscribe(ask: Request) -> Reply:
    target = await read_target(ask)
    if not target.words:
        return await subscriptions.run(ask)
    everything = target.words.lower() in _ALL
    topics = [] if everything else find_topics(ask, target.words, target, "unsubscribe")
    await managed(ask, target)
    store = await ask.store()
    chat = await store.chats.find(target.at)
    had = await store.chats.topics(chat) if chat else ()
    dropped = [slug for slug in had if everything or slug in {topic.slug for topic in topics}]
    if chat is None or not dropped:
        raise BadArgument("unsubscribe.none", offers=[target.line("subscriptions")])
    left = [slug for slug in had if slug not in dropped]
    await store.chats.set_topics(chat, left)
    undo = Act(ask.say("button.undo"), target.line("subscribe", ",".join(dropped)))
    stop = Act(ask.say("button.stop"), target.line("digest", "off"))
    key = "unsubscribe.done" if left else "unsubscribe.done_all"
    sentence = ask.spans(key, topics=names(ask, dropped), left=names(ask, left))
    return Reply((Paragraph(sentence), Buttons((undo, stop))), replaces=True)


@command(
    "subscriptions",
    "subs",
    "我的订阅",
    "我的訂閱",
    examples=(("subscriptions", "我的订阅"),),
)
async def subscriptions(ask: Request) -> Reply:
    target = await read_target(ask)
    schedule, topics = await _held(ask, target)
    blocks = [*_listed(ask, topics), Paragraph(_state(ask, target, schedule))]
    return Reply((*blocks, topic_form(ask, target, topics)), replaces=True)


async def followed(ask: Request, target: Target, *, guessed: bool) -> Reply:
    """What a chat follows now that it was changed: where, when the next digest comes, and what
    still keeps it from coming."""
    schedule, topics = await _held(ask, target)
    blocks = _listed(ask, topics)
    if not target.own and (ask.command.personal or target.at != ask.command.at):
        name = (
            await ask.services.directories[target.at.platform].name_of(target.at) or target.at.room
        )
        blocks.append(Paragraph(ask.spans("home.room", room=Span(name, bold=True))))
    if schedule and schedule.on:
        blocks += await outlook(ask, target, schedule, guessed)
    else:
        blocks.append(Paragraph(_state(ask, target, schedule)))
    return Reply((*blocks, topic_form(ask, target, topics)), replaces=True)


def find_topics(ask: Request, words: str, target: Target, verb: str = "subscribe") -> list[Topic]:
    """The topics that words mean; several are joined by commas. Raises as `find_topic` does."""
    parts = [words]
    if not ask.edition.library.topic_of(words):
        parts = list(filter(None, map(str.strip, re.split("[,，、;；]", words)))) or [words]
    found = [find_topic(ask, part, target, verb) for part in parts]
    return list({topic.slug: topic for topic in found}.values())


def find_topic(ask: Request, words: str, target: Target, verb: str = "subscribe") -> Topic:
    """The topic that words mean, in any language. Raises BadArgument with the nearest ones."""
    library = ask.edition.library
    if topic := library.topic_of(words):
        return topic
    named = Span(cut(words, 40), bold=True)
    near = library.nearest_topics(words, 3)
    if not near:
        offers = [CommandLine("topics")]
        raise BadArgument("subscribe.no_such_topic", words=named, offers=offers, field="topics")
    buttons = [Act(ask.voice.read(t.name), target.line(verb, t.slug)) for t in near]
    raise BadArgument("subscribe.unknown", words=named, buttons=buttons, field="topics")


def topic_form(
    ask: Request, target: Target, chosen: tuple[str, ...], *, minute: int | None = None
) -> Form:
    """All topics to tick; its answer is a `topics` line that sets exactly those. With the `minute`
    of the digest it asks for the time, too, and is what a bare `subscribe` shows."""
    known = ask.edition.library.topics.values()
    choices = tuple(Choice(topic.slug, ask.voice.read(topic.name)) for topic in known)
    fields: tuple[Field, ...] = (PickMany("topics", ask.say("form.topics"), choices, chosen),)
    if minute is not None:
        fields += (TimeField("time", ask.say("form.time"), clock(minute), TIMES),)
    line = target.line("settings")
    opener = target.line("subscriptions" if minute is None else "subscribe")
    return Form(ask.say("subscriptions.form"), fields, line, ask.say("form.save"), opener)


async def _held(ask: Request, target: Target) -> tuple[Schedule | None, tuple[str, ...]]:
    store = await ask.store()
    chat = await store.chats.find(target.at)
    if chat is None:
        return None, ()
    return await store.schedules.of(chat), await store.chats.topics(chat)


def _listed(ask: Request, topics: tuple[str, ...]) -> list[Block]:
    told = ask.spans("subscriptions.none")
    if topics:
        told = ask.spans("subscriptions.topics", topics=names(ask, topics))
    return [Heading(ask.say("subscriptions.title")), Paragraph(told)]


async def _subscribed(ask: Request, target: Target, topics: list[Topic]) -> Reply:
    store = await ask.store()
    chat = await chat_of(ask, target)
    new = [topic for topic in topics if await store.chats.subscribe(chat, topic.slug)]
    schedule = await store.schedules.of(chat)
    guessed = False
    if schedule is None:
        first, guessed = await first_schedule(ask)
        schedule = await store.schedules.set(chat, first)
    key = "subscribe.done" if new else "subscribe.already"
    listed = names(ask, [topic.slug for topic in topics])
    done = ask.spans(key, topics=lambda voice: Span(listed(voice), bold=True))
    blocks: list[Block] = [Paragraph(done)]
    blocks += _sample(ask, topics[0])
    if schedule.on:
        blocks += await outlook(ask, target, schedule, guessed)
    else:
        blocks.append(Paragraph(_state(ask, target, schedule)))
    blocks.append(Buttons(_ways_on(ask, target, new)))
    return Reply(tuple(blocks))


def _sample(ask: Request, topic: Topic) -> tuple[Block, ...]:
    """One quote of the topic, so that people see what they will get."""
    found = ask.edition.library.quotes_of(topic.slug)
    if not found:
        return (Footnote(ask.spans("subscribe.no_sample")),)
    one = found[ask.services.now().date().toordinal() % len(found)]
    lead = Footnote(ask.spans("subscribe.sample"))
    return (lead, *quote_blocks(one, ask.edition.library.article_of(one), ask.voice))


def _ways_on(ask: Request, target: Target, new: list[Topic]) -> tuple[Button, ...]:
    row: list[Button] = []
    slugs = ",".join(topic.slug for topic in new)
    if new:
        row.append(Act(ask.say("button.undo"), target.line("unsubscribe", slugs)))
    row.append(Act(ask.say("button.settings"), target.line("settings")))
    if target.own and ask.command.kind in (RoomKind.GROUP, RoomKind.CHANNEL):
        line = CommandLine("subscribe", f"{slugs or target.words} {HERE}")
        row.append(Act(ask.say("button.for_room"), line))
    return tuple(row)


async def _offer(ask: Request, target: Target) -> Reply:
    """No topic named: all of them to choose from, for this chat or another."""
    schedule, topics = await _held(ask, target)
    minute = (schedule or Schedule(ask.services.default_zone)).minute
    pick = Buttons((PickRoom(ask.say("button.pick_room"), CommandLine("channel")),))
    how = Item(ask.spans("topics.how", line=typed("subscribe layoffs", "订阅 裁员")))
    return Reply((how, topic_form(ask, target, topics, minute=minute), pick), replaces=True)


def _state(ask: Request, target: Target, schedule: Schedule | None) -> tuple[Span, ...]:
    if schedule is None or not schedule.on:
        return ask.spans("schedule.off", line=target.typed("digest on", "简报 开"))
    return ask.spans("schedule.is", schedule=partial(told, schedule))
