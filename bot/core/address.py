"""Where something is said."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Address:
    """One chat on one platform: what settings and digests belong to.

    `workspace` is Slack's team id and empty elsewhere. `thread` is a Telegram forum topic
    (`message_thread_id`); a Slack thread is not a chat of its own and never stands here.
    `inline` is Telegram's `inline_message_id`: a press on a message sent through inline mode
    carries no chat, so `room` is empty then, and nothing can be remembered for it.
    """

    platform: str
    room: str
    workspace: str = ""
    thread: str = ""
    inline: str = ""

    def __str__(self) -> str:
        """`slack:T0/C0`, `telegram:/-100123/7`, `console:/terminal`; read back by `parse`."""
        parts = [self.workspace, self.room, self.thread, self.inline]
        while len(parts) > 2 and not parts[-1]:
            parts.pop()
        return f"{self.platform}:{'/'.join(parts)}"

    @classmethod
    def parse(cls, text: str) -> Address:
        """The address that `str()` wrote. Raises ValueError for anything else."""
        platform, colon, rest = text.partition(":")
        parts = rest.split("/")
        if not platform or not colon or not 2 <= len(parts) <= 4:
            raise ValueError(f"{text!r} is not an address; write platform:workspace/room[/thread]")
        workspace, room, thread, inline = [*parts, "", ""][:4]
        return cls(platform, room, workspace, thread, inline)

    def in_room(self, room: str, thread: str = "") -> Address:
        """Another room of the same platform and workspace."""
        return replace(self, room=room, thread=thread, inline="")
