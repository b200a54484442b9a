"""What may happen to the bot on any platform.

`Target` is the platform's own: how an answer travels back (a chat and its thread, a message to
replace, a modal). Nothing here looks into it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from bot.core.address import Address
from bot.core.command import Command

Target = TypeVar("Target")


@dataclass(frozen=True, slots=True)
class Asked(Generic[Target]):
    """Somebody typed a command, or opened a page that answers one. `speaks`: it is a word of
    theirs, which makes a chat that was gone active again."""

    command: Command
    target: Target
    speaks: bool = True


@dataclass(frozen=True, slots=True)
class Pressed(Generic[Target]):
    """A button. `query` is what the platform wants acknowledged; `stale`: it carries nothing that
    is understood today."""

    command: Command
    target: Target
    query: str = ""
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Chose(Generic[Target]):
    """A person chose one of their rooms, or filled in a form for it. `stale`: nobody remembers
    what was asked."""

    command: Command
    target: Target
    room: Address
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Searched(Generic[Target]):
    """Words for which cards are to be shown, from `offset` on, `limit` at most."""

    command: Command
    target: Target
    offset: int
    limit: int


@dataclass(frozen=True, slots=True)
class Joined(Generic[Target]):
    """The bot was added to a room; `command` asks for the welcome."""

    command: Command
    target: Target


@dataclass(frozen=True, slots=True)
class Left:
    """The bot was removed or blocked, or the room closed."""

    at: Address
    why: str


@dataclass(frozen=True, slots=True)
class Returned:
    """Unblocked, or the room opened again."""

    at: Address


@dataclass(frozen=True, slots=True)
class Migrated:
    """The platform gave the room another address."""

    old: Address
    new: Address


@dataclass(frozen=True, slots=True)
class Uninstalled:
    """A workspace removed the app or revoked its token at that moment (Unix time)."""

    workspace: str
    why: str
    moment: float


Event: TypeAlias = (
    "Asked[Target] | Pressed[Target] | Chose[Target] | Searched[Target] | Joined[Target] | Left"
    " | Returned | Migrated | Uninstalled"
)
