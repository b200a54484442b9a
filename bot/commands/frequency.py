"""How often a chat that wants only its own topics will hear something, said when it chooses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from bot.commands.preferences import read_preferences
from bot.commands.request import Request
from bot.commands.target import TargetChat
from bot.core.chats import Schedule, days_in
from bot.core.command_line import CommandLine
from bot.core.reply import Block, Paragraph, Span
from bot.digest.choose import DigestPreferences, neighbours
from bot.digest.forecast import DIGESTS, days_with_something


async def announce_frequency(request: Request, target: TargetChat) -> list[Block]:
    """Nothing for a chat that gets neighbouring topics as well."""
    preferences, schedule = await read_preferences(request, target)
    if not (preferences.only and preferences.topics and schedule) or preferences.weekly:
        return []
    days = list(islice(_digest_days(request, schedule), DIGESTS))
    found = days_with_something(request.edition.library, preferences, days)
    if found == len(days):
        return [Paragraph(request.spans("only.every_day"))]
    gap = round(len(days) / found) if found else 0
    key = "only.often" if gap > 1 else "only.most_days" if gap else "only.never"
    told = request.spans(key, days=str(gap), line=Span(command=_add(request, target, preferences)))
    return [Paragraph(told)]


def _digest_days(request: Request, schedule: Schedule) -> Iterator[date]:
    day = request.services.now().astimezone(ZoneInfo(schedule.zone)).date()
    wanted = set(days_in(schedule.days))
    while True:
        day += timedelta(days=1)
        if day.weekday() in wanted:
            yield day


def _add(request: Request, target: TargetChat, preferences: DigestPreferences) -> CommandLine:
    """The topic that shares most articles with the chat's own."""
    near = neighbours(request.edition.library, preferences.topics)
    best = max(sorted(near), key=lambda topic: near[topic], default="")
    return target.line("subscribe", best)
