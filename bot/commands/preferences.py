"""What a chat wants of its digests and has had, as `choose` asks for it."""

from __future__ import annotations

from bot.commands.request import Request
from bot.commands.target import TargetChat
from bot.core.chats import Cadence, KeptKind, Schedule
from bot.digest.choose import DigestPreferences


async def read_preferences(
    request: Request, target: TargetChat
) -> tuple[DigestPreferences, Schedule | None]:
    """What the chat wants and has had, and when; as of a chat that never asked for anything where
    we do not know it."""
    store = await request.store()
    chat = await store.chats.find(target.at)
    if chat is None:
        return DigestPreferences(), None
    schedule = await store.schedules.of(chat)
    weekly = schedule is not None and schedule.cadence is Cadence.WEEKLY
    topics, seen = await store.chats.topics(chat), await store.deliveries.seen(chat)
    hidden = frozenset(await store.kept.items(chat, KeptKind.HIDDEN))
    saved = frozenset(await store.kept.items(chat, KeptKind.SAVED))
    preferences = DigestPreferences(topics, seen, weekly, chat.only, hidden, saved, chat.reactions)
    return preferences, schedule
