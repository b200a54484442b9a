"""Who asked what, where. A button, a slash command and a typed line are all one `CommandLine`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.core.address import Address
from bot.core.command_line import CommandLine


class RoomKind(StrEnum):
    """What sort of chat a command comes from."""

    DM = "dm"
    GROUP = "group"
    CHANNEL = "channel"
    INLINE = "inline"


@dataclass(frozen=True, slots=True)
class Person:
    """Who asked: the platform's id, and the private chat in which the bot can reach them."""

    id: str
    home: Address | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """One request. `at` is the chat it came from and belongs to; how the answer travels back
    (thread, `response_url`, edit) stays with the adapter that made the command.

    `language` is the platform's hint (`en`, `zh-Hans`, `zh-Hant`), `None` when it gives none.
    `event` identifies the request at the platform, so that a repeated one is answered once.
    `personal` says that settings made here are the asker's own unless the line ends in `@here`
    (a Slack channel), not the room's (a Telegram group).
    `too_long` says that more than `MAX_TYPED` characters came in, `too_often` that the asker (or
    the room) has asked more than they may for now.
    """

    line: CommandLine
    asker: Person
    at: Address
    kind: RoomKind = RoomKind.DM
    language: str | None = None
    event: str = ""
    personal: bool = False
    too_long: bool = False
    too_often: bool = False
