"""One event from its reading to its answer: the same steps on every platform."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Generic, Protocol, TypeAlias, TypeVar, assert_never

from bot.adapters.common.events import (
    Asked,
    Chose,
    Event,
    Joined,
    Left,
    Migrated,
    Pressed,
    Returned,
    Searched,
    Uninstalled,
)
from bot.adapters.common.lifecycle import RoomLifecycle
from bot.adapters.common.rate_limit import RateLimit, Verdict
from bot.core.address import Address
from bot.core.command import Command
from bot.core.errors import Gone, Moved, SendError
from bot.core.ports import Handle
from bot.core.reply import Card, Reply

Target = TypeVar("Target")

Ask: TypeAlias = "Callable[[], Awaitable[Reply]]"
"""Asks the handler; a responder that needs no reply (it opens a dialog) never does."""

Send: TypeAlias = "Callable[[Command, Target], Awaitable[bool]]"
"""Sends an answer; whether anything of it arrived in the chat."""

Localize: TypeAlias = "Callable[[Command, Target], Awaitable[Command]]"
"""The command with its asker's language, where the platform has to be asked for it."""

SEARCH_WEIGHT = 0.25
"""Cards are asked for at every pause of typing, four times a line or so."""


class Responder(Protocol[Target]):
    """How answers travel on one platform. Patient by itself; raises Gone and Moved for a room
    that is no longer there, and other SendErrors for what did not arrive in spite of patience."""

    async def answer(self, command: Command, target: Target, ask: Ask) -> bool:
        """Ask and show the reply. Whether anything of it arrived in the chat."""
        ...

    async def offer(self, search: Searched[Target], cards: tuple[Card, ...]) -> bool:
        """Show the cards; `False` when the platform shows the handler's reply instead."""
        ...

    async def acknowledge(self, press: Pressed[Target]) -> None:
        """Stop the button's spinning before any work. Never raises."""
        ...

    async def refuse_stale(self, command: Command, target: Target) -> None:
        """Say that this is from another time, and what to do now."""
        ...

    def follow(self, target: Target, to: Address) -> Target:
        """The same target in the room's new address."""
        ...

    def report(self, error: SendError) -> None:
        """Log what did not arrive; nobody is left to tell."""
        ...


@dataclass(frozen=True, slots=True)
class Pipeline(Generic[Target]):
    """Serves events. Whoever calls it has made sure that an event comes once, and in the order of
    its chat (see `receiver`)."""

    handle: Handle
    responder: Responder[Target]
    lifecycle: RoomLifecycle
    localize: Localize[Target]
    saw: Callable[[Command, Address], None] = lambda command, room: None
    """Told which room a person spoke in or chose from their own."""
    limit: RateLimit = field(default_factory=RateLimit)

    async def serve(self, event: Event[Target]) -> None:
        match event:
            case Pressed(stale=True):
                return  # its acknowledgement has said so
            case Chose(stale=True, command=command, target=target):
                await self._send(command, target, self._refuse)
            case Asked(command=command, target=target, speaks=speaks):
                await self._ask(command, target, speaks=speaks)
            case Pressed(command=command, target=target):
                await self._ask(command, target)
            case Chose(command=command, target=target, room=room):
                self.saw(command, room)
                await self._ask(command, target)
            case Searched():
                await self._search(event)
            case Joined(command=command, target=target):
                if await self.lifecycle.joined(command.at):
                    await self._ask(command, target, speaks=False)
            case Left(at=at, why=why):
                await self.lifecycle.gone(at, why)
            case Returned(at=at):
                await self.lifecycle.returned(at)
            case Migrated(old=old, new=new):
                await self.lifecycle.moved(old, new)
            case Uninstalled():
                await self.lifecycle.uninstalled(event)
            case _:
                assert_never(event)

    async def _ask(self, command: Command, target: Target, *, speaks: bool = True) -> None:
        verdict = self.limit.judge(command) if speaks else Verdict.SERVED
        if verdict is Verdict.DROPPED:
            return
        command = await self.localize(command, target)
        command = replace(command, too_often=verdict is Verdict.REFUSED)
        if speaks:
            self.saw(command, command.at)
        arrived = await self._send(command, target, self._answering(command))
        if speaks and arrived:  # afterwards: nobody waits for that write, and who is gone stays so
            await self.lifecycle.revive(command)

    async def _search(self, search: Searched[Target]) -> None:
        if self.limit.judge(search.command, weight=SEARCH_WEIGHT) is not Verdict.SERVED:
            return
        search = replace(search, command=await self.localize(search.command, search.target))
        cards = await self.handle.cards(search.command, search.offset, search.limit)
        if not await self.responder.offer(search, cards):
            command = search.command
            await self._send(command, search.target, self._answering(command))

    def _answering(self, command: Command) -> Send[Target]:
        """Asks the handler once, however often the answer has to be sent."""
        replies: list[Reply] = []

        async def ask() -> Reply:
            if not replies:
                replies.append(await self.handle(command))
            return replies[0]

        return lambda command, target: self.responder.answer(command, target, ask)

    async def _refuse(self, command: Command, target: Target) -> bool:
        await self.responder.refuse_stale(command, target)
        return True

    async def _send(
        self,
        command: Command,
        target: Target,
        send: Send[Target],
    ) -> bool:
        """What became of the room is told to the store; an answer follows a room that moved."""
        try:
            return await send(command, target)
        except Moved as error:
            await self.lifecycle.moved(command.at, error.to)
            moved = self.responder.follow(target, error.to)
            return await self._send(replace(command, at=error.to), moved, send)
        except Gone as error:
            await self.lifecycle.gone(command.at, error.why)
        except SendError as error:
            self.responder.report(error)
        return False
