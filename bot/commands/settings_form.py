"""The settings of a chat as they are, and the form that changes them."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from bot.commands.frequency import announce_frequency
from bot.commands.parse_settings import LANGUAGE_NAMES
from bot.commands.parse_when import DAY_NAMES, TIMES, format_clock
from bot.commands.parse_zone import COMMON, zone_told
from bot.commands.request import Request
from bot.commands.schedules import announce_schedule, offer_holidays, own_note
from bot.commands.target import TargetChat
from bot.core.chats import Chat, Schedule, days_in
from bot.core.language import Language
from bot.core.reply import (
    Act,
    Block,
    Buttons,
    Choice,
    Field,
    Form,
    Heading,
    Paragraph,
    PickMany,
    PickOne,
    Reply,
    Span,
    TimeField,
)
from bot.core.workdays import ZONES


async def show_settings(
    request: Request,
    target: TargetChat,
    *,
    saved: bool = False,
    guessed: bool = False,
    zoned: bool = False,
) -> Reply:
    """`zoned`: the zone was just given, so that its holidays are offered."""
    store = await request.store()
    chat = await store.chats.find(target.at)
    schedule = await store.schedules.of(chat) if chat else None
    blocks: list[Block] = [Heading(request.say("settings.saved" if saved else "settings.title"))]
    if schedule and schedule.on:
        blocks += await announce_schedule(request, target, schedule, guessed=guessed, changed=saved)
        blocks += offer_holidays(request, target, schedule) if zoned else []
    else:
        line = target.how_to_type("digest on", "简报 开")
        if zoned and schedule:
            there = f"{request.services.now().astimezone(ZoneInfo(schedule.zone)):%H:%M}"
            told = request.spans(
                "settings.zone_now", zone=Span(schedule.zone, bold=True), time=there
            )
            blocks.append(Paragraph(told))
        blocks.append(Paragraph(request.spans("schedule.off", line=line)))
    blocks += await announce_frequency(request, target) if saved else []
    blocks += own_note(request, target)
    language = chat.language if chat else None
    blocks.append(_form(request, target, schedule, language, chat))
    blocks.append(Buttons((Act(request.say("button.topics"), target.line("subscriptions")),)))
    return Reply(tuple(blocks), replaces=True)


def _form(
    request: Request,
    target: TargetChat,
    schedule: Schedule | None,
    language: Language | None,
    chat: Chat | None,
) -> Form:
    now = schedule or Schedule(request.services.default_zone, on=False)
    zones = dict.fromkeys((now.zone, *COMMON))
    days = tuple(Choice(name, request.say(f"day.{n}")) for n, name in enumerate(DAY_NAMES))
    chosen = tuple(DAY_NAMES[day] for day in days_in(now.days))
    fields: tuple[Field, ...] = (
        _pick(
            request,
            "language",
            {str(language): name for language, name in LANGUAGE_NAMES.items()},
            language or request.voice.language,
        ),
        _pick(request, "digest", _words(request, "on", "off"), "on" if now.on else "off"),
        TimeField("time", request.say("form.time"), format_clock(now.minute), TIMES),
        PickMany("days", request.say("form.days"), days, chosen),
        _pick(request, "cadence", _words(request, "daily", "weekly"), now.cadence),
        _pick(request, "zone", {zone: zone_told(zone) for zone in zones}, now.zone),
        *_holidays(request, now),
        _pick(request, "only", _words(request, "on", "off"), "on" if chat and chat.only else "off"),
        _pick(
            request,
            "reactions",
            _words(request, "on", "off"),
            "off" if chat and not chat.reactions else "on",
        ),
    )
    if request.services.directories[request.command.at.platform].can_be_silent:
        silent = "on" if chat and chat.silent else "off"
        fields += (_pick(request, "silent", _words(request, "on", "off"), silent),)
    return Form(
        request.say("settings.form"), fields, target.line("settings"), request.say("form.save")
    )


def _pick(request: Request, key: str, labels: Mapping[str, str], now: str) -> PickOne:
    choices = tuple(Choice(value, label) for value, label in labels.items())
    return PickOne(key, request.say(f"form.{key}"), choices, now)


def _holidays(request: Request, now: Schedule) -> tuple[Field, ...]:
    """Those of the country in whose zone the chat is, and those it keeps; others can be typed."""
    countries = dict.fromkeys(filter(None, (ZONES.get(now.zone), now.holidays)))
    labels = {one: request.say(f"country.{one}") for one in countries}
    choices = _words(request, "off") | labels
    return (_pick(request, "holidays", choices, now.holidays or "off"),) if labels else ()


def _words(request: Request, *values: str) -> dict[str, str]:
    return {value: request.say(f"form.{value}") for value in values}
