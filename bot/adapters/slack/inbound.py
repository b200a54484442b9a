"""A payload as an event: pure, and the only place that reads Slack's objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.adapters.common.events import (
    Asked,
    Chose,
    Event,
    Pressed,
    Searched,
)
from bot.adapters.common.receiver import Payload
from bot.adapters.slack.buttons import in_room, pressed
from bot.adapters.slack.forms import FORM, HOME, SHARE, Origin, filled
from bot.adapters.slack.lifecycle import PLATFORM, command, person, read_lifecycle
from bot.adapters.slack.rich_text import as_typed
from bot.adapters.slack.targets import (
    ByUrl,
    FormModal,
    InRoom,
    NewModal,
    OnHome,
    ShareModal,
    Submission,
    Target,
    back_from,
    back_to,
)
from bot.core.address import Address
from bot.core.command import Command, RoomKind
from bot.core.command_line import MAX_TYPED, CommandLine, parse
from bot.core.installation import Installation
from bot.core.reply import answer

CARDS = 5
"""Quotes offered for a message: as many as one glance takes in."""

FIND_QUOTE, QUOTE_OF_THE_DAY = "find_quote", "quote_of_the_day"
"""Callback ids of the shortcuts, as in config/slack-manifest.yaml."""

_SAID = (None, "file_share", "me_message", "thread_broadcast")
"""Subtypes of what a person says; the many others are Slack's own notices (a topic was set, a
huddle began, a message was edited), several of which bear a person's id and a text."""

_SLACKBOT = "USLACKBOT"


def event_of(body: Payload) -> str:
    """What tells this request from every other, the same when Slack delivers it again: a message
    by its channel and time, since a mention may come as two events."""
    event = body.get("event") or {}
    own = _id_of(body)
    if event.get("type") in ("app_mention", "message") and event.get("ts"):
        own = f"{event.get('channel')}:{event['ts']}"
    return f"{team_of(body)}:{own}"


def _id_of(body: Payload) -> str:
    """Slack's own name of the request."""
    view = body.get("view") or {}
    own = body.get("event_id") or body.get("trigger_id") or body.get("action_ts")
    return str(own or f"{view.get('id', '')}:{view.get('hash', '')}")


def queue_of(body: Payload) -> str:
    """In whose order it is handled: the person's. What has a trigger id that runs out, and a
    submission that is waited for, stand in nobody's order."""
    event = body.get("event") or {}
    user = body.get("user_id") or (body.get("user") or {}).get("id") or event.get("user")
    if body.get("type") in ("view_submission", "shortcut", "message_action") or _opens_modal(body):
        return event_of(body)
    channel = event.get("channel")
    return f"{team_of(body)}:{user or (channel if isinstance(channel, str) else '')}"


def _opens_modal(body: Payload) -> bool:
    action = (body.get("actions") or [{}])[0]
    return str(action.get("action_id", "")).partition(":")[0] in ("form", "share")


def team_of(body: Payload) -> str:
    """The workspace that the payload belongs to."""
    granted = (body.get("authorizations") or [{}])[0]
    team = body.get("team") or {}
    return str(granted.get("team_id") or body.get("team_id") or team.get("id") or "")


def read(body: Payload, installation: Installation) -> Event[Target] | None:
    """What happened; `None` for what does not concern the bot. Raises KeyError and the like for
    what is not as Slack documents it."""
    kind = "slash" if "command" in body else str(body.get("type"))
    return _READERS[kind](body, installation) if kind in _READERS else None


def _slash(body: Payload, installation: Installation) -> Asked[Target]:
    """`/aiwork <anything>`; nothing typed opens the start."""
    typed = as_typed(str(body.get("text") or ""))
    asked = command(
        parse(typed) if typed else CommandLine("start"),
        str(body["user_id"]),
        installation,
        room=str(body.get("channel_id") or ""),
        name=str(body.get("channel_name") or ""),
        event=_id_of(body),
        too_long=len(typed) > MAX_TYPED,
    )
    url = str(body.get("response_url") or "")
    return Asked(asked, ByUrl(url) if url else InRoom(asked.asker.id))


def _event(body: Payload, installation: Installation) -> Event[Target] | None:
    event = body["event"]
    kind = str(event.get("type"))
    if kind in ("app_mention", "message"):
        return _message(body, installation)
    if kind == "app_home_opened":
        return _home(body, installation)
    return read_lifecycle(body, installation)


def _message(body: Payload, installation: Installation) -> Asked[Target] | None:
    """A mention, answered in its thread (or opening one), or a word in the direct messages."""
    event = body["event"]
    mention = event.get("type") == "app_mention"
    direct = event.get("channel_type") == "im" or str(event.get("channel", "")).startswith("D")
    if not _by_a_person(event, installation) or mention == direct:
        return None  # a mention among the direct messages comes as a message, too
    if not event.get("text"):
        return None  # a picture without a word
    typed = as_typed(str(event["text"]), installation.bot_user)
    room = str(event["channel"])
    asked = command(
        parse(typed) if typed else CommandLine("start"),
        str(event["user"]),
        installation,
        room=room,
        event=_id_of(body),
        too_long=len(typed) > MAX_TYPED,
    )
    thread = str(event.get("thread_ts") or (event.get("ts") if mention else "") or "")
    return Asked(asked, InRoom(room, thread))


def _home(body: Payload, installation: Installation) -> Asked[Target] | None:
    event = body["event"]
    if event.get("tab", "home") != "home":
        return None
    asked = command(HOME, str(event["user"]), installation, event=_id_of(body))
    return Asked(asked, OnHome(asked.asker), speaks=False)


def _action(body: Payload, installation: Installation) -> Event[Target] | None:
    press = pressed((body.get("actions") or [{}])[0])
    if press is None or press.kind == "link":
        return None  # Slack opens the address by itself
    asked = _placed(_interaction(body, press.line, installation), body)
    back = back_from(body, asked.asker)
    trigger = str(body.get("trigger_id") or "")
    match press.kind:
        case "pick":
            return Chose(asked, back, _room(press.room, installation))
        case "form":
            return Pressed(asked, FormModal(trigger, back))
        case "share" if isinstance(back, ByUrl) and asked.kind is not RoomKind.DM:
            return Pressed(asked, replace(back, public=True))
        case "share":
            return Pressed(asked, ShareModal(trigger, press.label, back))
        case _:
            return Pressed(asked, back)


def _shortcut(body: Payload, installation: Installation) -> Event[Target] | None:
    if body.get("callback_id") == QUOTE_OF_THE_DAY:
        asked = _interaction(body, CommandLine("quote", "today"), installation)
        trigger = str(body.get("trigger_id") or "")
        return Pressed(asked, NewModal(trigger, InRoom(asked.asker.id)))
    if body.get("callback_id") != FIND_QUOTE:
        return None
    words = as_typed(str((body.get("message") or {}).get("text") or ""))
    line = CommandLine("quote", " ".join(words[:MAX_TYPED].split()))
    url = str(body.get("response_url") or "")
    return Searched(_interaction(body, line, installation), ByUrl(url), 0, CARDS)


def _submission(body: Payload, installation: Installation) -> Event[Target] | None:
    """A filled-in modal."""
    view = body["view"]
    kind = view.get("callback_id")
    if kind not in (FORM, SHARE):
        return None
    origin = Origin.unpack(str(view["private_metadata"]))
    asker = person(str(body["user"]["id"]), installation)
    asked = origin.place(Command(origin.line, asker, origin.at, event=_id_of(body)))
    if kind == SHARE:
        urls = [str(each["response_url"]) for each in body.get("response_urls") or ()]
        return Pressed(asked, ByUrl(urls[0], public=True)) if urls else None
    values, room = filled(view)
    asked = replace(asked, line=answer(asked.line, values))
    fields = tuple((view.get("state") or {}).get("values", {}))
    target = Submission(
        event_of(body), fields, back_to(origin.url, origin.room, origin.thread, asked.asker)
    )
    if not room:
        return Pressed(asked, target)
    asked = replace(asked, line=in_room(asked.line, room))
    return Chose(asked, target, _room(room, installation))


_READERS: Mapping[str, Callable[[Payload, Installation], Event[Target] | None]] = {
    "slash": _slash,
    "event_callback": _event,
    "block_actions": _action,
    "shortcut": _shortcut,
    "message_action": _shortcut,
    "view_submission": _submission,
}


def _interaction(body: Payload, line: CommandLine, installation: Installation) -> Command:
    """A press, a menu choice or a shortcut: the line, said by that person in that room."""
    channel = body.get("channel") or {}
    container = body.get("container") or {}
    return command(
        line,
        str(body["user"]["id"]),
        installation,
        room=str(channel.get("id") or container.get("channel_id") or ""),
        name=str(channel.get("name") or ""),
        event=_id_of(body),
    )


def _placed(asked: Command, body: Payload) -> Command:
    """A press in a modal tells no channel; the modal remembers where it was opened."""
    view = body.get("view") or {}
    if view.get("type") != "modal" or not view.get("private_metadata"):
        return asked
    return Origin.unpack(str(view["private_metadata"])).place(asked)


def _room(room: str, installation: Installation) -> Address:
    return Address(PLATFORM, room, installation.workspace)


def _by_a_person(event: dict[str, Any], installation: Installation) -> bool:
    user = event.get("user")
    return bool(
        user
        and user not in (installation.bot_user, _SLACKBOT)
        and not event.get("bot_id")
        and not event.get("hidden")
        and event.get("subtype") in _SAID
    )
