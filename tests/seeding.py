"""Many chats at once, as if people had set them up: for chaos and benchmarks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from bot.core.chats import EVERY_DAY, Cadence
from bot.core.command import RoomKind
from bot.store.database.tables import chat, schedule
from bot.store.store import Store

ROWS = 5000


async def seed(
    store: Store,
    rooms: Sequence[str],
    due: datetime,
    *,
    workspaces: Sequence[str] = ("",),
    platform: str = "test",
) -> None:
    """Chats on a platform whose daily digest is due at that minute, dealt out over the
    workspaces, each of which is a lane."""
    now = store.now()
    for start in range(0, len(rooms), ROWS):
        chats = [
            {
                "platform": platform, "workspace": workspaces[index % len(workspaces)],
                "room": room, "thread": "", "kind": RoomKind.DM, "created_at": now,
            }
            for index, room in enumerate(rooms[start : start + ROWS], start)
        ]  # fmt: skip
        async with store.database.write() as connection:
            await connection.execute(store.database.insert(chat), chats)
            newest = select(chat.c.id).order_by(chat.c.id.desc()).limit(len(chats))
            ids = (await connection.scalars(newest)).all()
            schedules = [
                {
                    "chat_id": chat_id, "cadence": Cadence.DAILY, "days": EVERY_DAY,
                    "minute": due.hour * 60 + due.minute, "zone": "UTC", "enabled": True,
                    "next_due": due, "set_up_by": "",
                }
                for chat_id in ids
            ]  # fmt: skip
            await connection.execute(store.database.insert(schedule), schedules)


def this_minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)
