"""Which chat a settings line is about, and whether the asker may change it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.commands.request import Request, typed
from bot.core.address import Address
from bot.core.command import RoomKind
from bot.core.command_line import CommandLine
from bot.core.errors import BadArgument, NotAllowed
from bot.core.ports import Directory
from bot.core.reply import Span
from bot.core.words import Telling

HERE = "@here"
"""Ends a line that is meant for the room it is typed in, where settings are the asker's own
otherwise (a Slack channel)."""

_HERE_WORDS = (HERE, "@这里", "@這裡", "@本群", "@本频道", "@本頻道")


@dataclass(frozen=True, slots=True)
class Target:
    """The chat, and what makes another line mean the same chat: `@here`, `@<room id>` or ''.

    `words` is what stands before that in the line.
    """

    at: Address
    kind: RoomKind
    words: str
    suffix: str = ""

    @property
    def own(self) -> bool:
        """Whether it is somebody's private chat."""
        return self.kind is RoomKind.DM

    def line(self, verb: str, args: str = "") -> CommandLine:
        return CommandLine(verb, f"{args} {self.suffix}".strip())

    def typed(self, english: str, chinese: str) -> Telling[Span]:
        """How to type something for this chat, as the reader would."""
        return typed(*(f"{text} {self.suffix}".strip() for text in (english, chinese)))


async def read_target(ask: Request) -> Target:
    """The chat that the line means. Raises BadArgument for a room that cannot be found."""
    words, name = _split(ask.args)
    if not name:
        return _default(ask, words)
    if name in _HERE_WORDS:
        kind = ask.command.kind
        return _default(ask, words) if kind is RoomKind.INLINE else _here(ask, words, HERE)
    room = await _room(ask, name)
    return Target(room, RoomKind.GROUP, words, f"@{room.room}")


async def managed(ask: Request, target: Target) -> Target:
    """The target, if the asker may change its settings. Raises NotAllowed."""
    if target.own or await _host(ask).may_manage(ask.command.asker, target.at):
        return target
    raise NotAllowed("error.managers_only")


async def way_in(ask: Request, target: Target) -> str | None:
    """What somebody must type so that the bot can post there; `None` when it can."""
    return None if target.own else await _host(ask).ensure_can_post(target.at)


def _split(args: str) -> tuple[str, str]:
    """The words, and the `@chat` that stands behind them (typed) or before them (from a form)."""
    words = args.split()
    for end in (-1, 0):
        if words and words[end].startswith("@"):
            name = words.pop(end)
            return " ".join(words), name
    return args, ""


def _default(ask: Request, words: str) -> Target:
    home = ask.command.asker.home
    if home and (ask.command.personal or ask.command.kind is RoomKind.INLINE):
        return Target(home, RoomKind.DM, words)
    return _here(ask, words)


def _here(ask: Request, words: str, suffix: str = "") -> Target:
    own = ask.command.kind is RoomKind.DM
    return Target(ask.command.at, ask.command.kind, words, "" if own else suffix)


async def _room(ask: Request, name: str) -> Address:
    room = await _host(ask).find_room(ask.command.asker, ask.command.at, name.removeprefix("@"))
    if room is None:
        raise BadArgument(
            "error.no_room", room=Span(name, bold=True), offers=[CommandLine("channel")]
        )
    return room


def _host(ask: Request) -> Directory:
    return ask.services.directories[ask.command.at.platform]
