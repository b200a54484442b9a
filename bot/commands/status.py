"""`status` and `home`: what comes next, and what became of the last digests."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.commands.digest import digest as digest_command
from bot.commands.prefs import settings
from bot.commands.registry import command
from bot.commands.request import Request
from bot.commands.schedules import local, names, outlook, told
from bot.commands.subscribe import subscriptions
from bot.commands.target import Target, read_target
from bot.core.chats import Chat, Delivery, Schedule, Status
from bot.core.command import Command, Line, RoomKind
from bot.core.reply import (
    Act,
    Block,
    Buttons,
    Divider,
    Footnote,
    Heading,
    Item,
    Paragraph,
    Reply,
    Span,
    spans,
)
from bot.digest.compose import Taste, unseen


@command("status", "状态", "狀態", examples=(("status", "状态"),))
async def status(ask: Request) -> Reply:
    target = await read_target(ask)
    store = await ask.store()
    chat = await store.chats.find(target.at)
    held = await store.deliveries.status(chat) if chat else None
    blocks: list[Block] = [Heading(ask.say("status.title"))]
    if held and held.schedule:
        blocks += await _schedule(ask, target, held, held.schedule)
        blocks += [_delivery(ask, one, held.schedule.zone) for one in held.recent]
    else:
        line = Span(command=target.line("digest", "on"))
        blocks.append(Paragraph(ask.spans("schedule.off", line=line)))
    row = (
        Act(ask.say("button.digest_now"), target.line("digest", "now")),
        Act(ask.say("button.settings"), target.line("settings")),
    )
    return Reply((*blocks, Buttons(row)), replaces=True)


@command("home", listed=False)
async def home(ask: Request) -> Reply:
    """The overview of a person: today's digest, what they follow, their rooms."""
    store = await ask.store()
    own = ask.command.asker.home or ask.command.at
    mine = replace(ask, line=replace(ask.line, args=""), command=_at_home(ask))
    today = await digest_command.run(mine)
    blocks: list[Block] = [*_without_buttons(today), Divider()]
    blocks += (await subscriptions.run(mine)).blocks
    blocks += [Divider(), *(await settings.run(mine)).blocks]
    for chat in await store.chats.of_person(own.platform, ask.command.asker.id):
        if chat.at != own:
            blocks += await _room(ask, chat)
    return Reply(tuple(blocks), replaces=True)


def _at_home(ask: Request) -> Command:
    home = ask.command.asker.home or ask.command.at
    return replace(ask.command, at=home, kind=RoomKind.DM, personal=False)


def _without_buttons(reply: Reply) -> tuple[Block, ...]:
    return tuple(block for block in reply.blocks if not isinstance(block, Buttons))


async def _room(ask: Request, chat: Chat) -> list[Block]:
    """A room whose digest the person set up: what it gets, and the ways to change that."""
    store = await ask.store()
    schedule = await store.schedules.of(chat)
    topics = names(ask, await store.chats.topics(chat)) or ask.say("subscriptions.everything")
    suffix = f"@{chat.at.room}"
    when = told(schedule, ask.voice) if schedule and schedule.on else ask.say("form.off")
    row = (
        Act(ask.say("button.topics"), Line("subscriptions", suffix)),
        Act(ask.say("button.settings"), Line("settings", suffix)),
        Act(ask.say("button.stop"), Line("digest", f"off {suffix}")),
    )
    title = ask.spans("home.room", room=Span(chat.at.room, bold=True))
    return [Divider(), Item(title, spans(f"{when}; {topics}")), Buttons(row)]


async def _schedule(ask: Request, target: Target, held: Status, schedule: Schedule) -> list[Block]:
    blocks: list[Block] = []
    if schedule.on:
        blocks += await outlook(ask, target, schedule, guessed=False)
    else:
        line = Span(command=target.line("digest", "on"))
        blocks.append(Paragraph(ask.spans("schedule.off", line=line)))
    if schedule.paused_until and schedule.paused_until > ask.house.now():
        when = local(schedule.paused_until, schedule.zone, ask.voice)
        blocks.append(Paragraph(ask.spans("status.paused", until=when)))
    topics = names(ask, held.topics) or ask.say("subscriptions.everything")
    blocks.append(Paragraph(ask.spans("status.topics", topics=topics)))
    if not target.own and schedule.by:
        by = Span(schedule.by, code=True)
        blocks.append(Paragraph(ask.spans("status.by", who=by)))
    blocks.append(await _supply(ask, held, schedule))
    return blocks


async def _supply(ask: Request, held: Status, schedule: Schedule) -> Footnote:
    """When the unseen runs out, at one quote a digest."""
    store = await ask.store()
    today = ask.house.now().astimezone(ZoneInfo(schedule.zone)).date()
    taste = Taste(held.topics, await store.deliveries.seen(held.chat))
    left = unseen(ask.edition.library, taste, today)
    return Footnote(ask.spans("status.unseen", count=str(left)))


def _delivery(ask: Request, one: Delivery, zone: str) -> Item:
    """`2026-11-20: sent at 09:30`; what went wrong is told in words and in the platform's own."""
    state = ask.say(f"delivery.{one.state}")
    when = local(one.sent_at, zone, ask.voice) if one.sent_at else ""
    note = ask.say("status.reason", reason=one.reason) if one.reason else ""
    return Item(spans(f"{one.slot.date.isoformat()}: {state} {when}".rstrip()), spans(note))
