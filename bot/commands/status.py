"""`status` and `home`: what comes next, and what became of the last digests."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from zoneinfo import ZoneInfo

from bot.commands.digest import digest as digest_command
from bot.commands.registry import command
from bot.commands.request import Request
from bot.commands.schedules import local, names, outlook, told
from bot.commands.settings import settings
from bot.commands.subscribe import subscriptions
from bot.commands.target import Target, read_target
from bot.core.address import Address
from bot.core.chats import Cadence, Chat, Delivery, Schedule, Status
from bot.core.command import Command, RoomKind
from bot.core.command_line import CommandLine
from bot.core.errors import UserError
from bot.core.reply import (
    Act,
    Block,
    Buttons,
    Divider,
    Footnote,
    Form,
    Heading,
    Item,
    Paragraph,
    Reply,
    Span,
    spans,
)
from bot.core.schedule import next_slot
from bot.core.words import Voice
from bot.digest.compose import Taste, quotes_a_digest, unseen

FORESEEN = 30
"""Digests: by then what came first may come again (see `compose.REST`), so nothing runs out."""


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
        line = target.typed("digest on", "简报 开")
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
    blocks: list[Block] = [*await _today(mine), Divider()]
    blocks += map(_with_rooms, (await subscriptions.run(mine)).blocks)
    blocks += [Divider(), *(await settings.run(mine)).blocks]
    for chat in await store.chats.of_person(own.platform, ask.command.asker.id):
        if chat.at != own:
            blocks += await _room(ask, chat)
    return Reply(tuple(blocks), replaces=True)


def _with_rooms(block: Block) -> Block:
    """The topics are chosen in the form of `subscribe`, where a room can be chosen beside them."""
    return replace(block, opener=CommandLine("subscribe")) if isinstance(block, Form) else block


def _at_home(ask: Request) -> Command:
    home = ask.command.asker.home or ask.command.at
    return replace(ask.command, at=home, kind=RoomKind.DM, personal=False)


async def _today(ask: Request) -> tuple[Block, ...]:
    """Today's digest without its buttons, or that there is nothing new."""
    try:
        reply = await digest_command.run(ask)
    except UserError as error:
        return (Paragraph(ask.spans(error.key, **error.values)),)
    return tuple(block for block in reply.blocks if not isinstance(block, Buttons))


async def _name(ask: Request, at: Address) -> str:
    return await ask.services.directories[at.platform].name_of(at) or at.room


async def _room(ask: Request, chat: Chat) -> list[Block]:
    """A room whose digest the person set up: what it gets, and the ways to change that."""
    store = await ask.store()
    schedule = await store.schedules.of(chat)
    topics = names(ask, await store.chats.topics(chat))
    suffix = f"@{chat.at.room}"
    note = ask.spans("home.note", when=partial(_when, schedule), topics=topics)
    row = (
        Act(ask.say("button.topics"), CommandLine("subscriptions", suffix)),
        Act(ask.say("button.settings"), CommandLine("settings", suffix)),
        Act(ask.say("button.stop"), CommandLine("digest", f"off {suffix}")),
    )
    title = ask.spans("home.room", room=Span(await _name(ask, chat.at), bold=True))
    return [Divider(), Item(title, note), Buttons(row)]


def _when(schedule: Schedule | None, voice: Voice) -> str:
    return told(schedule, voice) if schedule and schedule.on else voice.say("form.off")


async def _schedule(ask: Request, target: Target, held: Status, schedule: Schedule) -> list[Block]:
    blocks: list[Block] = []
    if schedule.on:
        blocks += await outlook(ask, target, schedule, guessed=False)
    else:
        line = target.typed("digest on", "简报 开")
        blocks.append(Paragraph(ask.spans("schedule.off", line=line)))
    if schedule.paused_until and schedule.paused_until > ask.services.now():
        until = partial(local, schedule.paused_until, schedule.zone)
        blocks.append(Paragraph(ask.spans("status.paused", until=until)))
    blocks.append(Paragraph(ask.spans("status.topics", topics=names(ask, held.topics))))
    if not target.own and schedule.by:
        by = Span(await _name(ask, target.at.in_room(schedule.by)), bold=True)
        blocks.append(Paragraph(ask.spans("status.by", who=by)))
    blocks.append(await _supply(ask, held, schedule))
    return blocks


async def _supply(ask: Request, held: Status, schedule: Schedule) -> Footnote:
    """How many quotes are left, and when they run out."""
    store = await ask.store()
    now = ask.services.now()
    weekly = schedule.cadence is Cadence.WEEKLY
    taste = Taste(held.topics, await store.deliveries.seen(held.chat), weekly)
    left = unseen(ask.edition.library, taste, now.astimezone(ZoneInfo(schedule.zone)).date())
    digests = -(-left // quotes_a_digest(taste))
    if not schedule.on or not 0 < digests <= FORESEEN:
        return Footnote(ask.spans("status.unseen", count=str(left)))
    slot = next_slot(schedule, now)
    for _ in range(digests - 1):
        slot = next_slot(schedule, slot.due)
    last = slot.date.isoformat()
    return Footnote(ask.spans("status.unseen_until", count=str(left), day=last))


def _delivery(ask: Request, one: Delivery, zone: str) -> Item:
    """`2026-11-20: sent at 09:30`; what went wrong is told in words and in the platform's own."""
    state = ask.spans(f"delivery.{one.state}")
    when = f" {one.sent_at.astimezone(ZoneInfo(zone)):%H:%M}" if one.sent_at else ""
    note = ask.say("status.reason", reason=one.reason) if one.reason else ""
    return Item(spans(f"{one.slot.date.isoformat()}: ", *state, when), spans(note))
