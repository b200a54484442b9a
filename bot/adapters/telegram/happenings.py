"""What may happen to the bot on Telegram."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bot.core.address import Address
from bot.core.command import Command


@dataclass(frozen=True, slots=True)
class Where:
    """How an answer travels back: into a chat and its topic, as a reply to a message (`reply_to`),
    in place of one (`edits`), or into a message sent through inline mode (`inline`)."""

    chat: int = 0
    thread: int | None = None
    reply_to: int | None = None
    edits: int | None = None
    inline: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody typed a command."""

    command: Command
    where: Where


@dataclass(frozen=True, slots=True)
class Picked:
    """A person chose the room `room` for the request `request` (see picks)."""

    command: Command
    where: Where
    request: int
    room: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button: `stale` when it carries nothing that is understood today."""

    command: Command
    where: Where
    query: str
    stale: bool


@dataclass(frozen=True, slots=True)
class Searched:
    """Inline mode: `@ourbot 996`."""

    command: Command
    query: str
    offset: int


@dataclass(frozen=True, slots=True)
class Joined:
    """The bot was added to a group or channel."""

    command: Command
    where: Where


@dataclass(frozen=True, slots=True)
class Left:
    at: Address
    why: str


@dataclass(frozen=True, slots=True)
class Returned:
    """Unblocked."""

    at: Address


@dataclass(frozen=True, slots=True)
class Migrated:
    """A basic group became a supergroup."""

    old: Address
    new: Address


Happening: TypeAlias = "Asked | Picked | Pressed | Searched | Joined | Left | Returned | Migrated"
