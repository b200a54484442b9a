"""How an answer travels back on Telegram."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """Into a chat and its topic, as a reply to a message (`reply_to`), in place of one (`edits`),
    or into a message sent through inline mode (`inline`). With `query` the press or the inline
    search is answered itself, so that the asker alone sees it."""

    chat: int = 0
    thread: int | None = None
    reply_to: int | None = None
    edits: int | None = None
    inline: str = ""
    query: str = ""
