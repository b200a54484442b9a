"""The life of chats as a platform tells it: added, removed, moved, heard from again."""

from __future__ import annotations

from bot.adapters.common.clock import Clock
from bot.adapters.common.events import Uninstalled
from bot.adapters.common.log_once import LogOnce
from bot.adapters.common.recent import Recent
from bot.core.address import Address
from bot.core.command import Command
from bot.core.ports import ChatLifecycle

_ALIVE_SECONDS = 60.0
"""For so long a chat that just spoke is not reported as back again: a write for each word would
double what a command costs the store."""

_ALIVE_CHATS = 10_000
"""Chats remembered for that minute; one that is forgotten costs a write more."""


class RoomLifecycle:
    """Reports to the core's `ChatLifecycle`; each platform adds what only it knows."""

    def __init__(self, chats: ChatLifecycle, log_once: LogOnce, clock: Clock) -> None:
        self._chats, self._log_once = chats, log_once
        self._alive: Recent[Address, None] = Recent(_ALIVE_CHATS, _ALIVE_SECONDS, clock.now)

    def heard_in(self, command: Command) -> tuple[Address, ...]:
        """The chats that a person's word shows to be alive."""
        return (command.at,)

    async def revive(self, command: Command) -> None:
        """A word from a chat makes it active again, told once a minute at most. Never raises: an
        answer matters more than the note of it."""
        try:
            for at in self.heard_in(command):
                if at not in self._alive:
                    await self._chats.back(at)
                    self._alive.put(at, None)
        except Exception as error:  # noqa: BLE001 - whatever a store raises
            sentence = f"the store does not answer ({type(error).__name__})"
            self._log_once.begin("store", sentence)
        else:
            self._log_once.end("store", "the store answers again")

    async def gone(self, at: Address, why: str) -> None:
        self._alive.pop(at)
        await self._chats.gone(at, why)

    async def moved(self, old: Address, new: Address) -> None:
        await self._chats.moved(old, new)

    async def returned(self, at: Address) -> None:
        await self._chats.back(at)

    async def joined(self, at: Address) -> bool:
        """Whether the bot is new there, so that people are to be greeted."""
        await self._chats.back(at)
        return True

    async def uninstalled(self, event: Uninstalled) -> None:
        """A platform without workspaces has nothing to do."""

    def forget(self, at: Address) -> None:
        """That chat was found gone: its next word is news."""
        self._alive.pop(at)
