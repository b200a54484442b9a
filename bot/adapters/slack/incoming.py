"""What Slack delivers, as commands. Pure: payloads in, `Command` out."""

from __future__ import annotations

import html
import re
from typing import Any

from bot.core.address import Address
from bot.core.command import Command, Person, RoomKind
from bot.core.command_line import MAX_TYPED, CommandLine, parse
from bot.core.installation import Installation

PLATFORM = "slack"

_MENTION = re.compile(
    r"<(?:([@#!])([^<>|]+)|((?:https?|mailto|tel):[^<>|]+))(?:\|([^<>]*))?>",
)
"""`<@U1>`, `<#C1|news>`, `<!here>`, `<https://x.example|label>`: how Slack sends what was typed."""

_SAID = (None, "file_share", "me_message", "thread_broadcast")
"""Subtypes of what a person says; the many others are Slack's own notices (a topic was set, a
huddle began, a message was edited), several of which bear a person's id and a text."""

_SLACKBOT = "USLACKBOT"


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


def slash(body: dict[str, Any], installation: Installation) -> Command:
    """`/aiwork <anything>`; nothing typed opens the start."""
    typed = as_typed(str(body.get("text") or ""))
    return command(
        parse(typed) if typed else CommandLine("start"),
        str(body["user_id"]),
        installation,
        room=str(body.get("channel_id") or ""),
        name=str(body.get("channel_name") or ""),
        event=str(body.get("trigger_id") or ""),
        too_long=len(typed) > MAX_TYPED,
    )


def message(body: dict[str, Any], installation: Installation) -> Command | None:
    """A mention, or a word in the direct messages; `None` for what is not for us."""
    event = body["event"]
    mention = event.get("type") == "app_mention"
    direct = event.get("channel_type") == "im" or str(event.get("channel", "")).startswith("D")
    if not _by_a_person(event, installation) or mention == direct:
        return None  # a mention among the direct messages comes as a message, too
    typed = as_typed(str(event.get("text") or ""), installation.bot_user)
    if not event.get("text"):
        return None  # a picture without a word
    return command(
        parse(typed) if typed else CommandLine("start"),
        str(event["user"]),
        installation,
        room=str(event["channel"]),
        event=str(body.get("event_id") or ""),
        too_long=len(typed) > MAX_TYPED,
    )


def interaction(body: dict[str, Any], line: CommandLine, installation: Installation) -> Command:
    """A press, a menu choice or a shortcut: the line, said by that person in that room."""
    channel = body.get("channel") or {}
    container = body.get("container") or {}
    return command(
        line,
        str(body["user"]["id"]),
        installation,
        room=str(channel.get("id") or container.get("channel_id") or ""),
        name=str(channel.get("name") or ""),
        event=event_of(body),
    )


def event_of(body: dict[str, Any]) -> str:
    """What tells this request from every other, the same when Slack delivers it again."""
    view = body.get("view") or {}
    own = body.get("event_id") or body.get("trigger_id") or body.get("action_ts")
    return str(own or f"{view.get('id', '')}:{view.get('hash', '')}")


def team_of(body: dict[str, Any]) -> tuple[str, str]:
    """The workspace and the enterprise that the payload belongs to."""
    team, enterprise = body.get("team") or {}, body.get("enterprise") or {}
    granted = (body.get("authorizations") or [{}])[0]
    return (
        str(granted.get("team_id") or body.get("team_id") or team.get("id") or ""),
        str(body.get("enterprise_id") or enterprise.get("id") or ""),
    )


def as_typed(text: str, bot_user: str = "") -> str:
    """The text as the person saw it: without mentions of the bot, Slack's escapes undone.

    A channel becomes `@<id>`, which is how lines name rooms.
    """

    def _seen(match: re.Match[str]) -> str:
        sign, target, link, label = match.groups()
        if link:
            return str(label or link)
        if sign == "@" and target == bot_user:
            return " "
        return "@" + (label or target).lstrip("@") if sign == "!" else f"@{target}"

    return html.unescape(_MENTION.sub(_seen, text)).strip()


def _by_a_person(event: dict[str, Any], installation: Installation) -> bool:
    user = event.get("user")
    return bool(
        user
        and user not in (installation.bot_user, _SLACKBOT)
        and not event.get("bot_id")
        and not event.get("hidden")
        and event.get("subtype") in _SAID
    )
