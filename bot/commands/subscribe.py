"""`subscribe`: topics that shape a chat's digest from now on."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.frequency import announce_frequency
from bot.commands.registry import Who, command
from bot.commands.request import Request, how_to_type
from bot.commands.schedules import (
    announce_schedule,
    propose_schedule,
    remember_chat,
    topic_names,
)
from bot.commands.target import HERE, TargetChat, read_target, require_manager
from bot.commands.topic_choice import find_topics, read_subscriptions, schedule_state, topic_form
from bot.core.chats import Schedule
from bot.core.command import RoomKind
from bot.core.command_line import CommandLine
from bot.core.reply import (
    Act,
    Block,
    Button,
    Buttons,
    Footnote,
    Item,
    Paragraph,
    Reply,
    Span,
)
from bot.library.cards import quote_blocks
from bot.library.models.entries import Topic


@command(
    "subscribe",
    "sub",
    "follow",
    "订阅",
    "訂閱",
    examples=(("subscribe layoffs", "订阅 裁员"), ("subscribe talent wars", "订阅 抢人大战")),
    who=Who.MANAGERS,
    personal=True,
)
async def subscribe(request: Request) -> Reply:
    target = await read_target(request)
    wanted = target.words.removeprefix("topics=")
    if not wanted:
        return await _offer(request, target)
    topics = find_topics(request, wanted, target)
    await require_manager(request, target)
    return await _subscribed(request, target, topics)


async def _subscribed(request: Request, target: TargetChat, topics: list[Topic]) -> Reply:
    store = await request.store()
    chat = await remember_chat(request, target)
    new = [topic for topic in topics if await store.chats.subscribe(chat, topic.slug)]
    schedule = await store.schedules.of(chat)
    guessed = False
    if schedule is None:
        first, guessed = await propose_schedule(request)
        schedule = await store.schedules.set(chat, first)
    elif not schedule.on and not schedule.by:  # nobody has switched it on or off yet
        decided = replace(schedule, on=True, by=request.command.asker.id)
        schedule = await store.schedules.set(chat, decided)
    key = "subscribe.done" if new else "subscribe.already"
    listed = topic_names(request, [topic.slug for topic in topics])
    done = request.spans(key, topics=lambda voice: Span(listed(voice), bold=True))
    blocks: list[Block] = [Paragraph(done)]
    blocks += _sample(request, topics[0])
    if schedule.on:
        blocks += await announce_schedule(request, target, schedule, guessed=guessed)
    else:
        blocks.append(Paragraph(schedule_state(request, target, schedule)))
    blocks += await announce_frequency(request, target)
    blocks.append(Buttons(_ways_on(request, target, new)))
    return Reply(tuple(blocks))


def _sample(request: Request, topic: Topic) -> tuple[Block, ...]:
    """One quote of the topic, so that people see what they will get."""
    found = request.edition.library.quotes_of(topic.slug)
    if not found:
        return (Footnote(request.spans("subscribe.no_sample")),)
    one = found[request.services.now().date().toordinal() % len(found)]
    lead = Footnote(request.spans("subscribe.sample"))
    return (lead, *quote_blocks(one, request.edition.library.article_of(one), request.voice))


def _ways_on(request: Request, target: TargetChat, new: list[Topic]) -> tuple[Button, ...]:
    row: list[Button] = []
    slugs = ",".join(topic.slug for topic in new)
    if new:
        row.append(Act(request.say("button.undo"), target.line("unsubscribe", slugs)))
    row.append(Act(request.say("button.settings"), target.line("settings")))
    if target.own and request.command.kind in (RoomKind.GROUP, RoomKind.CHANNEL):
        line = CommandLine("subscribe", f"{slugs or target.words} {HERE}")
        row.append(Act(request.say("button.for_room"), line))
    return tuple(row)


async def _offer(request: Request, target: TargetChat) -> Reply:
    """No topic named: all of them to choose from, for this chat or another."""
    schedule, topics = await read_subscriptions(request, target)
    minute = (schedule or Schedule(request.services.default_zone)).minute
    pick = Buttons((request.act("button.pick_room", "channel"),))
    how = Item(request.spans("topics.how", line=how_to_type("subscribe layoffs", "订阅 裁员")))
    return Reply((how, topic_form(request, target, topics, minute=minute), pick), replaces=True)
