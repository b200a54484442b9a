"""The platform's wording, and what to do about it: the one place where the two meet.

The sentences are Telegram's own (telegram-bot-api Client.cpp, healthchecks, rssbot); they are
looked for in lower case. What stands nowhere here never makes a chat `gone`.
"""

from __future__ import annotations

import os
from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)

from bot.adapters.telegram.transport import MaybeSent
from bot.core.address import Address
from bot.core.errors import Gone, Moved, Refused, RetryLater, SendError, Unknown
from bot.core.text import cut

GONE = (
    "bot was blocked by the user",
    "user is deactivated",
    "bot can't initiate conversation with a user",
    "bot can't send messages to bots",
    "bot was kicked from the",  # group chat, supergroup chat, channel chat
    "bot is not a member of the",
    "the group chat was deleted",
    "group chat was deactivated",
    "chat not found",  # "private chat not found" too
    # rights: the bot is there and may not write
    "not enough rights to send",
    "have no rights to send",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_admin_required",
    "chat_restricted",
)
"""403 and 400: nothing reaches this chat until somebody there changes it."""

TOPIC_GONE = ("message thread not found", "topic_deleted", "topic_closed", "topic_id_invalid")
"""400: the forum topic is deleted or closed, the group is well: `Gone`, of that topic alone."""

SAME = ("message is not modified",)
"""400 to an edit: the message already says this."""

UNEDITABLE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message to edit",
)
"""400 to an edit: say it in a new message."""

STALE = ("query is too old", "query id is invalid", "query_id_invalid")
"""400 to an answer to a press or an inline query: too late, nobody waits for it any more."""

_MAX_WHY = 200


def prepare_sdk() -> None:
    """python-telegram-bot 22 warns on every 429 unless it may say `retry_after` as a timedelta."""
    os.environ.setdefault("PTB_TIMEDELTA", "true")


def says(error: Exception, sentences: tuple[str, ...]) -> bool:
    """Whether the platform's answer is one of these sentences (a 400 or a 403)."""
    wording = str(error).lower()
    return isinstance(error, BadRequest | Forbidden) and any(s in wording for s in sentences)


def send_error(error: Exception, at: Address) -> SendError:
    """What a failed call means for the message that it carried.

    `BadRequest`, `TimedOut` and the transport's errors are subclasses of `NetworkError`: the order
    of the cases matters.
    """
    why = cut(" ".join(str(error).split()), _MAX_WHY)
    match error:
        case SendError():
            return error
        case ChatMigrated(new_chat_id=new):
            return Moved(at.in_room(str(new)))
        case RetryAfter():
            return RetryLater(why, after=seconds(error))
        case BadRequest() | Forbidden():
            return Gone(why) if says(error, GONE + TOPIC_GONE) else Refused(why)
        case InvalidToken():
            # 401 and 404 are about the token, not about the chat: its messages can wait.
            return RetryLater(why)
        case TimedOut() | MaybeSent():
            return Unknown(why)
        case NetworkError():
            return RetryLater(why)  # never sent, or answered with 5xx or a 429 without number
        case _:
            return Unknown(why)


def seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
