"""How an answer reaches people on Slack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bot.adapters.common.receiver import Payload
from bot.core.command import Person


@dataclass(frozen=True, slots=True)
class ByUrl:
    """A response URL: good for five posts in 30 minutes, wherever the bot is a member or not.

    `room` is the direct messages with the bot when the press came from there: what does not
    replace a message is then posted to stay, not shown until the next reload. `pressed` says that
    there is a message to replace, `public` that everybody in the room shall see it.
    """

    url: str
    thread: str = ""
    room: str = ""
    pressed: bool = False
    public: bool = False


@dataclass(frozen=True, slots=True)
class InRoom:
    """A message in a room, in a thread of it when `thread` is given; a `welcome` is one message,
    in the language of the house."""

    room: str
    thread: str = ""
    welcome: bool = False


@dataclass(frozen=True, slots=True)
class OnHome:
    """The App Home of that person."""

    person: Person


@dataclass(frozen=True, slots=True)
class InModal:
    """The open modal with that id."""

    view: str


Shown: TypeAlias = "ByUrl | InRoom | OnHome | InModal"
"""Where a reply can be shown as it is."""


@dataclass(frozen=True, slots=True)
class NewModal:
    """A modal of the answer's own, by a trigger id (good for three seconds); `otherwise` when
    that is too late."""

    trigger: str
    otherwise: Shown


@dataclass(frozen=True, slots=True)
class FormModal:
    """A modal for the form in the reply; its submission answers `back` where the press was."""

    trigger: str
    back: Shown


@dataclass(frozen=True, slots=True)
class ShareModal:
    """A modal that asks for a channel, titled `label`."""

    trigger: str
    label: str
    back: Shown


@dataclass(frozen=True, slots=True)
class Submission:
    """A filled-in form: a mistake in one of `fields` is said there, in the acknowledgement of
    `event`; everything else is shown `back` where the form came from."""

    event: str
    fields: tuple[str, ...]
    back: Shown


Target: TypeAlias = "Shown | NewModal | FormModal | ShareModal | Submission"


def back_from(body: Payload, person: Person) -> Shown:
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


def back_to(url: str, room: str, thread: str, person: Person) -> Shown:
    """How to answer a form: where it was opened from; the App Home where that is nowhere."""
    if url:
        return ByUrl(url, thread, room, pressed=True)
    return InRoom(room, thread) if room else OnHome(person)


def _with_us(body: Payload) -> bool:
    """Whether the pressed message is one that we posted among somebody's direct messages: an
    ephemeral one may stand between two other people."""
    room = str((body.get("channel") or {}).get("id") or "")
    ephemeral = bool((body.get("container") or {}).get("is_ephemeral"))
    return room.startswith("D") and not ephemeral
