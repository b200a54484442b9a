"""Which chat a settings line is about, and whether the asker may change it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.commands.request import Request, how_to_type
from bot.core.address import Address
from bot.core.command import RoomKind
from bot.core.command_line import CommandLine
from bot.core.errors import BadArgument, NotAllowed
from bot.core.ports import Directory
from bot.core.reply import Span
from bot.core.words import Localized

HERE = "@here"
"""Ends a line that is meant for the room it is typed in, where settings are the asker's own
otherwise (a Slack channel)."""

_HERE_WORDS = (HERE, "@这里", "@這裡", "@本群", "@本频道", "@本頻道")


@dataclass(frozen=True, slots=True)
class TargetChat:
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

    def how_to_type(self, english: str, chinese: str) -> Localized[Span]:
        """How to type something for this chat, as the reader would."""
        return how_to_type(*(f"{text} {self.suffix}".strip() for text in (english, chinese)))


async def read_target(request: Request) -> TargetChat:
    """The chat that the line means. Raises BadArgument for a room that cannot be found."""
    words, name = _split(request.args)
    if not name:
        return _default(request, words)
    if name in _HERE_WORDS:
        kind = request.command.kind
        return _default(request, words) if kind is RoomKind.INLINE else _here(request, words, HERE)
    room = await _room(request, name)
    return TargetChat(room, RoomKind.GROUP, words, f"@{room.room}")


async def require_manager(request: Request, target: TargetChat) -> TargetChat:
    """The target, if the asker may change its settings. Raises NotAllowed."""
    if target.own or await _host(request).may_manage(request.command.asker, target.at):
        return target
    raise NotAllowed("error.managers_only")


async def missing_to_post(request: Request, target: TargetChat) -> str | None:
    """What somebody must type before the bot can post there; nothing is done."""
    return None if target.own else await _host(request).missing_to_post(target.at)


async def ensure_can_post(request: Request, target: TargetChat) -> str | None:
    """What somebody must type so that the bot can post there; `None` when it can."""
    return None if target.own else await _host(request).ensure_can_post(target.at)


async def name_of(request: Request, at: Address) -> str:
    """What people call a room or a person; the platform's id where it cannot tell."""
    return await request.services.directories[at.platform].name_of(at) or at.room


def _split(args: str) -> tuple[str, str]:
    """The words, and the `@chat` that stands behind them (typed) or before them (from a form)."""
    words = args.split()
    for end in (-1, 0):
        if words and words[end].startswith("@"):
            name = words.pop(end)
            return " ".join(words), name
    return args, ""


def _default(request: Request, words: str) -> TargetChat:
    home = request.command.asker.home
    if home and (request.command.personal or request.command.kind is RoomKind.INLINE):
        return TargetChat(home, RoomKind.DM, words)
    return _here(request, words)


def _here(request: Request, words: str, suffix: str = "") -> TargetChat:
    own = request.command.kind is RoomKind.DM
    return TargetChat(request.command.at, request.command.kind, words, "" if own else suffix)


async def _room(request: Request, name: str) -> Address:
    room = await _host(request).find_room(
        request.command.asker, request.command.at, name.removeprefix("@")
    )
    if room is None:
        raise BadArgument(
            "error.no_room", room=Span(name, bold=True), offers=[CommandLine("channel")]
        )
    return room


def _host(request: Request) -> Directory:
    return request.services.directories[request.command.at.platform]
