"""The ways by which an answer reaches people on Slack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.core.command import Person


@dataclass(frozen=True, slots=True)
class ByUrl:
    """A response URL: good for five posts in 30 minutes, wherever the bot is a member or not.

    `room` is the direct messages with the bot when the press came from there: what does not
    replace a message is then posted to stay, not shown until the next reload. `pressed` says that
    there is a message to replace.
    """

    url: str
    thread: str = ""
    room: str = ""
    pressed: bool = False


@dataclass(frozen=True, slots=True)
class InRoom:
    """A message in a room, in a thread of it when `thread` is given."""

    room: str
    thread: str = ""


@dataclass(frozen=True, slots=True)
class OnHome:
    """The App Home of that person."""

    person: Person


@dataclass(frozen=True, slots=True)
class InModal:
    """The open modal with that id."""

    view: str


Way: TypeAlias = "ByUrl | InRoom | OnHome | InModal"


def way_back(body: dict[str, Any], person: Person) -> Way:
    """How to answer a press: where its button stands."""
    view, room = body.get("view") or {}, str((body.get("channel") or {}).get("id") or "")
    if view.get("type") == "modal":
        return InModal(str(view["id"]))
    if view.get("type") == "home":
        return OnHome(person)
    thread = str((body.get("message") or {}).get("thread_ts") or "")
    url = str(body.get("response_url") or "")
    if not url:
        return InRoom(room or person.id, thread)
    return ByUrl(url, thread, room if _with_us(body) else "", pressed=True)


def _with_us(body: dict[str, Any]) -> bool:
    """Whether the pressed message is one that we posted among somebody's direct messages: an
    ephemeral one may stand between two other people."""
    room = str((body.get("channel") or {}).get("id") or "")
    ephemeral = bool((body.get("container") or {}).get("is_ephemeral"))
    return room.startswith("D") and not ephemeral
