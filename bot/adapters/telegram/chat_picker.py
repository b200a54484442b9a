"""Letting a person choose one of their rooms: a reply keyboard, and what its answer stands for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from zlib import crc32

from telegram import (
    ChatAdministratorRights,
    KeyboardButton,
    KeyboardButtonRequestChat,
    ReplyKeyboardMarkup,
)

from bot.adapters.common.recent import Recent
from bot.core.command_line import CommandLine
from bot.core.reply import PickRoom

_REMEMBERED = 1000
"""Lines with arguments that wait for a choice; people choose within minutes."""


class ChatPicker:
    """The answer carries a 31-bit number, so the number is made from the line. A bare verb is
    found again by any process at any time; a line with arguments by the process that asked."""

    def __init__(self, verbs: Collection[str]) -> None:
        self._verbs = verbs
        self._lines: Recent[int, CommandLine] = Recent(_REMEMBERED)

    def keyboard(self, picks: Sequence[PickRoom], channel: str, group: str) -> ReplyKeyboardMarkup:
        """Two buttons a pick, labelled `channel` and `group`; the pick's own label goes first when
        there are several."""
        rows = []
        for pick in picks[:10]:
            prefix = f"{pick.label}: " if len(picks) > 1 else ""
            number = self._remember(pick.line)
            rows.append(
                [
                    KeyboardButton(prefix + channel, request_chat=_channel(number * 2 + 1)),
                    KeyboardButton(prefix + group, request_chat=_group(number * 2)),
                ]
            )
        return ReplyKeyboardMarkup(rows, resize_keyboard=True, one_time_keyboard=True)

    def line(self, request: int, room: str) -> CommandLine | None:
        """The line that the choice makes; `None` when nobody remembers what was asked."""
        number = request // 2
        line = self._lines.get(number) or next(
            (bare for verb in self._verbs if _number(bare := CommandLine(verb)) == number), None
        )
        return line and CommandLine(line.verb, f"{line.args} @{room}".strip(), slash=True)

    def _remember(self, line: CommandLine) -> int:
        number = _number(line)
        self._lines.put(number, line)
        return number


def _number(line: CommandLine) -> int:
    return crc32(str(line).encode("utf-8", "replace")) & 0x3FFF_FFFF


def _channel(request: int) -> KeyboardButtonRequestChat:
    """Channels of which the person is an administrator; Telegram offers to let the bot in."""
    return KeyboardButtonRequestChat(
        request,
        chat_is_channel=True,
        user_administrator_rights=_rights(post=True, promote=True),
        bot_administrator_rights=_rights(post=True),
    )


def _group(request: int) -> KeyboardButtonRequestChat:
    return KeyboardButtonRequestChat(
        request,
        chat_is_channel=False,
        user_administrator_rights=_rights(),
        bot_is_member=True,
    )


def _rights(*, post: bool = False, promote: bool = False) -> ChatAdministratorRights:
    """`can_manage_chat` comes with every other right."""
    return ChatAdministratorRights(
        is_anonymous=False,
        can_manage_chat=True,
        can_delete_messages=False,
        can_manage_video_chats=False,
        can_restrict_members=False,
        can_promote_members=promote,
        can_change_info=False,
        can_invite_users=False,
        can_post_stories=False,
        can_edit_stories=False,
        can_delete_stories=False,
        can_post_messages=True if post else None,
    )
