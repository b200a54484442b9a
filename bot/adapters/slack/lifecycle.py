"""The life of rooms and workspaces on Slack: who and where, invited, removed, uninstalled."""

from __future__ import annotations

import time
from typing import Any

from bot.adapters.common.clock import Clock
from bot.adapters.common.events import Joined, Left, Returned, Uninstalled
from bot.adapters.common.lifecycle import RoomLifecycle
from bot.adapters.common.log_once import LogOnce
from bot.adapters.common.receiver import Payload
from bot.adapters.common.recent import Recent
from bot.adapters.slack.client import Installations
from bot.adapters.slack.targets import InRoom, Target
from bot.core.address import Address
from bot.core.command import Command, Person, RoomKind
from bot.core.command_line import CommandLine
from bot.core.installation import Installation
from bot.core.ports import ChatLifecycle

PLATFORM = "slack"

_GONE = frozenset(
    {
        "channel_archive",
        "channel_deleted",
        "channel_left",
        "group_archive",
        "group_deleted",
        "group_left",
    }
)
_BACK = frozenset({"channel_unarchive", "group_unarchive"})
_UNINSTALLED = frozenset({"app_uninstalled", "tokens_revoked"})

LIFECYCLE_EVENTS = _GONE | _BACK | _UNINSTALLED | {"member_joined_channel", "member_left_channel"}
"""What the manifest subscribes to beside words; a test compares the two."""

_JOINS = 1_000
"""Own joins remembered until Slack tells of them, a second later."""


class Lifecycle(RoomLifecycle):
    """`joins` holds the rooms that the bot has entered by itself, to deliver there."""

    def __init__(
        self,
        chats: ChatLifecycle,
        installations: Installations,
        log_once: LogOnce,
        clock: Clock,
    ) -> None:
        super().__init__(chats, log_once, clock)
        self._installations = installations
        self.joins: Recent[Address, bool] = Recent(_JOINS)

    def heard_in(self, command: Command) -> tuple[Address, ...]:
        """The room, and the person wherever they speak: most never write to the bot itself, and
        their own digest would stay off after a new installation."""
        return tuple(dict.fromkeys((command.at, command.asker.home or command.at)))

    async def joined(self, at: Address) -> bool:
        """Where the bot came by itself nobody is waiting for it."""
        await super().joined(at)
        return self.joins.pop(at) is None

    async def uninstalled(self, event: Uninstalled) -> None:
        if await self._installations.removed(event.workspace, event.why, event.moment):
            await self._chats.uninstalled(PLATFORM, event.workspace)


def person(user: str, installation: Installation) -> Person:
    """Somebody, and the direct messages with them: Slack takes a user id as a channel."""
    return Person(user, Address(PLATFORM, user, installation.workspace))


def place(asker: Person, room: str, name: str, team: str) -> tuple[Address, RoomKind]:
    """The chat that settings made there belong to. Every direct message is the person's own."""
    if asker.home and (not room or room.startswith("D") or name == "directmessage"):
        return asker.home, RoomKind.DM
    kind = RoomKind.GROUP if name.startswith("mpdm-") else RoomKind.CHANNEL
    return Address(PLATFORM, room, team), kind


def command(
    line: CommandLine,
    user: str,
    installation: Installation,
    *,
    room: str = "",
    name: str = "",
    event: str = "",
    too_long: bool = False,
) -> Command:
    """The command of somebody in some room (none: their App Home)."""
    asker = person(user, installation)
    at, kind = place(asker, room, name, installation.workspace)
    personal = kind is not RoomKind.DM
    return Command(line, asker, at, kind, None, event, personal, too_long)


def read_lifecycle(
    body: Payload, installation: Installation
) -> Joined[Target] | Left | Returned | Uninstalled | None:
    """What an event says of a room or the workspace; `None` for what is about somebody else."""
    kind = str(body["event"].get("type"))
    if kind in _UNINSTALLED:
        return _uninstalled(body, installation)
    return _membership(body["event"], kind, installation)


def _uninstalled(body: Payload, installation: Installation) -> Uninstalled | None:
    """Both events come, in any order. A revoked token of a person's is none of our business."""
    event = body["event"]
    tokens = event.get("tokens")
    if tokens is not None and not tokens.get("bot"):
        return None
    moment = float(body.get("event_time") or time.time())
    return Uninstalled(installation.workspace, str(event.get("type")), moment)


def _membership(
    event: dict[str, Any], kind: str, installation: Installation
) -> Joined[Target] | Left | Returned | None:
    channel = event.get("channel")
    room = str(channel.get("id") if isinstance(channel, dict) else channel or "")
    at = Address(PLATFORM, room, installation.workspace)
    ours = event.get("user") == installation.bot_user
    if kind in _GONE or (kind == "member_left_channel" and ours):
        return Left(at, kind)
    if kind in _BACK:
        return Returned(at)
    if kind == "member_joined_channel" and ours:
        inviter = str(event.get("inviter") or installation.bot_user)
        return Joined(*welcome(inviter, room, installation))
    return None


def welcome(person: str, room: str, installation: Installation) -> tuple[Command, Target]:
    """What is asked and where it is said, in a room or (a person's id) a direct message."""
    asked = command(CommandLine("start"), person, installation, room=room)
    return asked, InRoom(room, welcome=True)
