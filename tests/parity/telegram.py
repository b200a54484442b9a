"""Telegram, as the parity suite plays it: real HTTP to the stand-in, one private chat."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.adapters.common.clock import Clock
from bot.adapters.telegram import Adapter
from bot.commands.all import make_registry
from bot.core.language import Language
from tests.adapters.telegram.parts import ChatLifecycle, Inbox
from tests.commands.desk import Desk
from tests.parity.transcript import Transcript
from tests.standin.telegram import TOKEN, Standin
from tests.standin.telegram_people import person

USER = 7


class Handled(Inbox):
    """Says when an update has been answered."""

    def __init__(self) -> None:
        super().__init__()
        self.finished: asyncio.Queue[str] = asyncio.Queue()

    async def done(self, source: str, *events: str) -> None:
        await super().done(source, *events)
        for event in events:
            self.finished.put_nowait(event)


async def play(transcript: Transcript, desk: Desk) -> list[str]:
    registry, words, inbox = make_registry(), desk.services.words, Handled()
    hints = {words.say("telegram.pick", language) for language in Language}  # beside its keyboard
    shown = []
    async with Standin() as telegram:
        adapter = Adapter(
            TOKEN,
            inbox=inbox,
            chats=ChatLifecycle(),
            words=words,
            menu=registry.menu(words),
            verbs=registry.names,
            root=telegram.root,
            clock=Unhurried(),
        )
        await adapter.start(desk.handler)
        for line in transcript.lines:
            before = len(telegram.sent)
            who: dict[str, Any] = {"from": person(USER, transcript.language)}
            telegram.says(line, USER, None, **who)
            async with asyncio.timeout(20):
                await inbox.finished.get()
            said = [message.text for message in telegram.sent[before:]]
            shown.append("\n".join(text for text in said if text not in hints))
        await adapter.stop()
    return shown


class Unhurried(Clock):
    """The pace of one message a second in a chat, without waiting for it."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
