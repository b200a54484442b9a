"""The life of rooms and workspaces: invited, removed, archived, uninstalled."""

from __future__ import annotations

import time
from typing import Any, Protocol

from bot.adapters.slack.answers import Answers
from bot.adapters.slack.host import SlackHost
from bot.adapters.slack.incoming import PLATFORM, command, event_of
from bot.adapters.slack.once import Once
from bot.adapters.slack.ways import InRoom
from bot.core.address import Address
from bot.core.command_line import CommandLine
from bot.core.installation import Installation
from bot.core.ports import ChatLifecycle

_GONE = {
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "group_archive",
    "group_deleted",
    "group_left",
}
_BACK = {"channel_unarchive", "group_unarchive"}
_UNINSTALLED = {"app_uninstalled", "tokens_revoked"}

HEARD = _GONE | _BACK | _UNINSTALLED
"""Events whose names say it all."""

MOVES = {"member_joined_channel", "member_left_channel"}
"""Events that matter when it is the bot who moved."""


class Workspaces(ChatLifecycle, Protocol):
    """`ChatLifecycle`, on a platform where many of them can come and go at once."""

    async def uninstalled(self, platform: str, workspace: str) -> None:
        """Nothing can be said in any of the workspace's chats any more; the data is kept."""
        ...


class Life:
    def __init__(self, answers: Answers, host: SlackHost, rooms: Workspaces, once: Once) -> None:
        self._answers, self._host, self._rooms, self._once = answers, host, rooms, once

    async def event(self, body: dict[str, Any], installation: Installation) -> None:
        """Report it to `ChatLifecycle`; when the bot is invited, greet in one message."""
        event = body["event"]
        kind = str(event.get("type"))
        if kind in _UNINSTALLED:
            await self._uninstalled(body, installation)
            return
        if not await self._once.first(installation.workspace, event_of(body)):
            return
        channel = event.get("channel")
        room = str(channel.get("id") if isinstance(channel, dict) else channel or "")
        at = Address(PLATFORM, room, installation.workspace)
        ours = event.get("user") == installation.bot_user
        if kind in _GONE or (kind == "member_left_channel" and ours):
            await self._rooms.gone(at, kind)
        elif kind in _BACK:
            await self._rooms.back(at)
        elif kind == "member_joined_channel" and ours:
            await self._joined(event, at, installation)

    async def _joined(self, event: dict[str, Any], at: Address, installation: Installation) -> None:
        await self._rooms.back(at)
        if at in self._host.joined:
            self._host.joined.discard(at)  # by ourselves, to deliver: nobody is waiting for us
            return
        inviter = str(event.get("inviter") or installation.bot_user)
        await self.greet(inviter, at.room, installation)

    async def greet(self, person: str, room: str, installation: Installation) -> None:
        """The welcome, in one message, in a room or (a person's id) a direct message."""
        asked = command(CommandLine("start"), person, installation, room=room)
        welcome = await self._answers.handle(asked)
        await self._answers.answer(asked, InRoom(room), welcome, whole=False)

    async def _uninstalled(self, body: dict[str, Any], installation: Installation) -> None:
        """Both events come, in any order. A revoked token of a person's is none of our business."""
        event, at = body["event"], float(body.get("event_time") or time.time())
        tokens = event.get("tokens")
        if tokens is not None and not tokens.get("bot"):
            return
        team = installation.workspace
        installations = self._answers.clients.installations
        if await installations.removed(team, str(event.get("type")), at):
            await self._rooms.uninstalled(PLATFORM, team)
