"""Which workspaces the app is installed in, and with which token."""

from __future__ import annotations

from typing import Protocol

from bot.core.installation import Installation


class Installations(Protocol):
    """Known without asking Slack: Bolt authorizes before a listener runs, and a slow answer there
    would eat the three seconds."""

    async def of(self, team: str, enterprise: str = "") -> Installation | None:
        """The installation of that workspace, `None` when there is none (any more)."""
        ...

    async def removed(self, team: str, why: str, at: float) -> bool:
        """The workspace uninstalled the app or revoked its token at that moment (Unix time).
        `False` when it has installed the app again since."""
        ...

    async def doubted(self, team: str, token: str) -> bool:
        """Whether there is a newer token than this one, which Slack refuses."""
        ...


class OneWorkspace:
    """The single workspace whose token the operator gave. Every request is its own: a press by
    somebody of another organisation in a shared channel carries that one's team id."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.installation: Installation | None = None

    async def of(self, team: str, enterprise: str = "") -> Installation | None:
        return self.installation

    async def removed(self, team: str, why: str, at: float) -> bool:
        """The token stays: installing again revives it only with a new one, given by the
        operator; until then Slack refuses each post, and the chats are gone."""
        return True

    async def doubted(self, team: str, token: str) -> bool:
        return False
