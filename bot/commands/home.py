"""`home`: the overview of a person: today's digest, what they follow, their rooms."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bot.commands.digest import digest as digest_command
from bot.commands.registry import command
from bot.commands.request import Request
from bot.commands.schedules import describe_schedule, topic_names
from bot.commands.settings import settings
from bot.commands.subscriptions import subscriptions
from bot.commands.target import name_of
from bot.core.chats import Chat, Schedule
from bot.core.command import Command, RoomKind
from bot.core.command_line import CommandLine
from bot.core.errors import UserError
from bot.core.reply import (
    Act,
    Block,
    Buttons,
    Divider,
    Form,
    Item,
    Paragraph,
    Reply,
    Span,
)
from bot.core.words import Voice


@command("home", listed=False, personal=True)
async def home(request: Request) -> Reply:
    """The overview of a person: today's digest, what they follow, their rooms."""
    store = await request.store()
    own = request.command.asker.home or request.command.at
    mine = replace(request, line=replace(request.line, args=""), command=_at_home(request))
    blocks: list[Block] = [*await _today(mine), Divider()]
    blocks += map(_with_rooms, (await subscriptions.run(mine)).blocks)
    blocks += [Divider(), *(await settings.run(mine)).blocks]
    for chat in await store.chats.of_person(own.platform, request.command.asker.id, own.workspace):
        if chat.at != own:
            blocks += await _room(request, chat)
    return Reply(tuple(blocks), replaces=True)


def _with_rooms(block: Block) -> Block:
    """The topics are chosen in the form of `subscribe`, where a room can be chosen beside them."""
    return replace(block, opener=CommandLine("subscribe")) if isinstance(block, Form) else block


def _at_home(request: Request) -> Command:
    home = request.command.asker.home or request.command.at
    return replace(request.command, at=home, kind=RoomKind.DM, personal=False)


async def _today(request: Request) -> tuple[Block, ...]:
    """Today's digest without its buttons, or that there is nothing new."""
    try:
        reply = await digest_command.run(request)
    except UserError as error:
        return (Paragraph(request.spans(error.key, **error.values)),)
    return tuple(block for block in reply.blocks if not isinstance(block, Buttons))


async def _room(request: Request, chat: Chat) -> list[Block]:
    """A room whose digest the person set up: what it gets, and the ways to change that."""
    store = await request.store()
    schedule = await store.schedules.of(chat)
    topics = topic_names(request, await store.chats.topics(chat))
    suffix = f"@{chat.at.room}"
    note = request.spans("home.note", when=partial(_when, schedule), topics=topics)
    row = (
        Act(request.say("button.topics"), CommandLine("subscriptions", suffix)),
        Act(request.say("button.settings"), CommandLine("settings", suffix)),
        Act(request.say("button.stop"), CommandLine("digest", f"off {suffix}")),
    )
    title = request.spans("home.room", room=Span(await name_of(request, chat.at), bold=True))
    return [Divider(), Item(title, note), Buttons(row)]


def _when(schedule: Schedule | None, voice: Voice) -> str:
    return describe_schedule(schedule, voice) if schedule and schedule.on else voice.say("form.off")
