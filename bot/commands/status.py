"""`status`: what comes next, and what became of the last digests."""

from __future__ import annotations

from datetime import date
from functools import partial
from zoneinfo import ZoneInfo

from bot.commands.preferences import read_preferences
from bot.commands.quote import entries_by_item
from bot.commands.registry import command
from bot.commands.request import Request
from bot.commands.result_list import told_in_a_list
from bot.commands.schedules import announce_schedule, local, own_note, topic_names
from bot.commands.target import TargetChat, name_of, read_target
from bot.core.chats import Delivery, Schedule, Slot, Status
from bot.core.reply import (
    Act,
    Block,
    Buttons,
    Footnote,
    Heading,
    Item,
    Paragraph,
    Reply,
    Span,
    spans,
)
from bot.core.schedule import next_slot
from bot.digest.choose import (
    DigestPreferences,
    choose,
    count_unseen,
    entries_per_digest,
    reason_for,
)
from bot.library.models.entries import Article

FORESEEN = 30
"""Digests: by then what came first may come again (see `choose.REST`), so nothing runs out."""


@command("status", "状态", "狀態", examples=(("status", "状态"),), personal=True)
async def status(request: Request) -> Reply:
    target = await read_target(request)
    store = await request.store()
    chat = await store.chats.find(target.at)
    held = await store.deliveries.status(chat) if chat else None
    blocks: list[Block] = [Heading(request.say("status.title"))]
    if held and held.schedule:
        blocks += await _schedule(request, target, held, held.schedule)
        blocks += [_delivery(request, one, held.schedule.zone) for one in held.recent]
    else:
        line = target.how_to_type("digest on", "简报 开")
        blocks.append(Paragraph(request.spans("schedule.off", line=line)))
    row = (
        Act(request.say("button.digest_now"), target.line("digest", "now")),
        Act(request.say("button.settings"), target.line("settings")),
    )
    blocks += own_note(request, target)
    return Reply((*blocks, Buttons(row)), replaces=True)


async def _schedule(
    request: Request, target: TargetChat, held: Status, schedule: Schedule
) -> list[Block]:
    blocks: list[Block] = []
    if schedule.on:
        blocks += await announce_schedule(request, target, schedule, changed=False)
    else:
        line = target.how_to_type("digest on", "简报 开")
        blocks.append(Paragraph(request.spans("schedule.off", line=line)))
    if schedule.paused_until and schedule.paused_until > request.services.now():
        until = partial(local, schedule.paused_until, schedule.zone)
        blocks.append(Paragraph(request.spans("status.paused", until=until)))
    blocks.append(
        Paragraph(request.spans("status.topics", topics=topic_names(request, held.topics)))
    )
    if not target.own and schedule.by:
        by = Span(await name_of(request, target.at.in_room(schedule.by)), bold=True)
        blocks.append(Paragraph(request.spans("status.by", who=by)))
    preferences, _ = await read_preferences(request, target)
    blocks.append(_supply(request, preferences, schedule))
    if schedule.on and schedule.next_due:
        blocks += _next_told(request, preferences, schedule)
    return blocks


def _next_told(request: Request, preferences: DigestPreferences, schedule: Schedule) -> list[Block]:
    """What the next digest begins with, as the library stands, and why just that."""
    library, workdays = request.edition.library, request.services.workdays()
    slot = next_slot(schedule, request.services.now(), workdays=workdays)
    known = entries_by_item(library)
    first = next(iter(choose(library, preferences, slot.date)), "")
    if (one := known.get(first)) is None or isinstance(one, Article):
        return []
    told, why = told_in_a_list(request, one), reason_for(library, one, preferences, slot.date)
    reason = request.voice.each(lambda half: half.say(f"why.{why}"))
    return [Footnote(request.spans("status.next", entry=told, why=reason))]


def _supply(request: Request, preferences: DigestPreferences, schedule: Schedule) -> Footnote:
    """How many entries on the chat's topics are left, and when they run out."""
    now = request.services.now()
    left = count_unseen(
        request.edition.library, preferences, now.astimezone(ZoneInfo(schedule.zone)).date()
    )
    digests = -(-left // entries_per_digest(preferences))
    if not schedule.on or not 0 < digests <= FORESEEN:
        return Footnote(request.spans("status.unseen", count=str(left)))
    slot, workdays = Slot(date.min, now), request.services.workdays()
    for _ in range(digests):
        slot = next_slot(schedule, slot.due, workdays=workdays)
    last = slot.date.isoformat()
    return Footnote(request.spans("status.unseen_until", count=str(left), day=last))


def _delivery(request: Request, one: Delivery, zone: str) -> Item:
    """`2026-11-20: sent at 09:30`; what went wrong is told in words and in the platform's own."""
    state = request.spans(f"delivery.{one.state}")
    when = f" {one.sent_at.astimezone(ZoneInfo(zone)):%H:%M}" if one.sent_at else ""
    note = request.say("status.reason", reason=one.reason) if one.reason else ""
    return Item(spans(f"{one.slot.date.isoformat()}: ", *state, when), spans(note))
