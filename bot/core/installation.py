"""Workspaces that let the bot in: what is kept of them, and who keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Installation:
    """One workspace and the token that speaks for us there. `refresh_token` and `expires_at` are
    set where the platform rotates tokens; `bot_name` is what people write after `/invite @`."""

    workspace: str
    bot_token: str = field(repr=False)
    bot_user: str = ""
    bot_id: str = ""
    bot_name: str = "aiwork"
    enterprise: str = ""
    scopes: str = ""
    refresh_token: str = field(default="", repr=False)
    expires_at: datetime | None = None
    installed_at: datetime | None = None


class InstallationStore(Protocol):
    """Remembers installations of one platform, across processes.

    Every method may raise StoreError; with a wrong key each read does, and nothing is changed.
    """

    async def find(self, workspace: str) -> Installation | None:
        """`None` for a workspace that never installed the app, or removed it."""
        ...

    async def save(self, install: Installation) -> None:
        """Installed, or installed again: what a removal stopped goes on."""
        ...

    async def remove(self, workspace: str) -> None:
        """The tokens are erased and waiting deliveries cancelled; the rest is kept a month."""
        ...

    async def may_renew(self, install: Installation, until: datetime) -> bool:
        """Whether the caller shall get the next token: no other process is at it until then, and
        none has done it."""
        ...

    async def renewed(self, install: Installation) -> None:
        """The next token of a workspace that is still installed."""
        ...
