"""What the adapter is given in its tests: sentences, an inbox, rooms, a scripted handler."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.adapters.common.clock import Clock
from bot.adapters.telegram import Adapter
from bot.core.address import Address
from bot.core.command import Command
from bot.core.command_line import CommandLine
from bot.core.language import Language
from bot.core.menu import MenuItem
from bot.core.reply import Card, Paragraph, Quote, Reply, spans
from bot.core.words import Words
from tests.standin.telegram import TOKEN, Standin

EN = {
    "telegram.busy": "Telegram wants a pause in this chat; try again in {minutes} min.",
    "telegram.inline_button": "More in a private chat",
    "telegram.let_in": "add {bot} there (in a channel as an administrator who may post messages)",
    "telegram.pick": "Choose with the buttons below the message field.",
    "telegram.pick_channel": "Choose a channel",
    "telegram.pick_group": "Choose a group",
    "telegram.stale": "This button is from an older version; send /help to see what works now.",
    "telegram.topic_gone": (
        "I cannot post the digest in {title} any more: its topic was deleted or closed. "
        "Send /settings in the topic where it should go."
    ),
}
HANS = {
    "telegram.busy": "Telegram 要求这个会话暂停发送，请过 {minutes} 分钟再试。",
    "telegram.inline_button": "到私聊里看更多",
    "telegram.let_in": "把 {bot} 加进去（在频道里要设为可以发消息的管理员）",
    "telegram.pick": "请用输入框下方的按钮选择。",
    "telegram.pick_channel": "选择频道",
    "telegram.pick_group": "选择群组",
    "telegram.stale": "这个按钮来自旧版本，请发送 /help 看看现在能做什么。",
    "telegram.topic_gone": (
        "我没法再往“{title}”发送简报：那个话题已被删除或关闭。"
        "请在想接收简报的话题里发送 /settings。"
    ),
}
WORDS = Words(EN, HANS, {}, lambda text: text)

MENU = (
    MenuItem("quote", {Language.EN: "A quote", Language.HANS: "来一条语录"}),
    MenuItem("topics", {Language.EN: "All topics", Language.HANS: "全部话题"}),
    MenuItem("settings", {Language.EN: "Settings", Language.HANS: "设置"}, manages=True),
)
VERBS = ("quote", "q", "语录", "topics", "settings", "subscribe", "channel", "article", "help")


def says(text: str, **more: Any) -> Reply:
    return Reply((Paragraph(spans(text)),), **more)


class Handler:
    """Answers each command with its own line, or with what `script` holds for the verb."""

    def __init__(self) -> None:
        self.asked: list[Command] = []
        self.script: dict[str, Reply | Callable[[Command], Reply]] = {}
        self.hold: asyncio.Event | None = None
        self.deck: tuple[Card, ...] = ()

    async def __call__(self, command: Command) -> Reply:
        self.asked.append(command)
        if self.hold:
            await self.hold.wait()
        scripted = self.script.get(command.line.verb, says(f"answer to {command.line}"))
        return scripted(command) if callable(scripted) else scripted

    async def cards(self, command: Command, offset: int, limit: int) -> tuple[Card, ...]:
        self.asked.append(command)
        return self.deck[offset : offset + limit]

    @property
    def lines(self) -> list[str]:
        return [str(command.line) for command in self.asked]


class Inbox:
    """Keeps events in one append-only file, so that it survives a kill."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.payloads: dict[str, str] = {}
        self.known: set[str] = set()
        for row in path.read_text().splitlines() if path and path.exists() else ():
            self._apply(*json.loads(row))

    async def first_time(self, source: str, event: str) -> bool:
        new = event not in self.known
        self.known.add(event)
        return new

    async def keep(self, source: str, events: Sequence[tuple[str, str]]) -> list[str]:
        new = [(event, payload) for event, payload in events if event not in self.known]
        self._write([("keep", event, payload) for event, payload in new])
        return [event for event, _ in new]

    async def waiting(self, source: str, idle: timedelta | None = None) -> list[tuple[str, str]]:
        return list(self.payloads.items())

    async def hold(self, source: str, events: Sequence[str]) -> None:
        pass

    async def done(self, source: str, *events: str) -> None:
        self._write([("done", event, "") for event in events])

    def _write(self, rows: list[tuple[str, str, str]]) -> None:
        for row in rows:
            self._apply(*row)
        if self._path:
            with self._path.open("a") as file:
                file.write("".join(json.dumps(row) + "\n" for row in rows))

    def _apply(self, what: str, event: str, payload: str) -> None:
        self.known.add(event)
        if what == "keep":
            self.payloads[event] = payload
        else:
            self.payloads.pop(event, None)


class ChatLifecycle:
    def __init__(self) -> None:
        self.told: list[tuple[str, ...]] = []

    async def moved(self, old: Address, new: Address) -> None:
        self.told.append(("moved", str(old), str(new)))

    async def gone(self, at: Address, why: str) -> None:
        self.told.append(("gone", str(at), why))

    async def back(self, at: Address) -> None:
        self.told.append(("back", str(at)))

    async def uninstalled(self, platform: str, workspace: str) -> None:
        raise AssertionError("Telegram has no workspaces")


class Hours(Clock):
    """A clock that jumps: sleeping takes no time and moves it on."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)


class Bench:
    """A stand-in, a handler, and an adapter between them."""

    def __init__(self, telegram: Standin) -> None:
        self.telegram = telegram
        self.handler = Handler()
        self.inbox = Inbox()
        self.rooms = ChatLifecycle()
        self.clock = Hours()

    def adapter(self, token: str = TOKEN, **more: Any) -> Adapter:
        given: dict[str, Any] = {
            "inbox": self.inbox,
            "chats": self.rooms,
            "words": WORDS,
            "menu": MENU,
            "verbs": VERBS,
            "root": self.telegram.root,
            "clock": self.clock,
        }
        return Adapter(token, **{**given, **more})

    @asynccontextmanager
    async def running(self, **more: Any) -> AsyncIterator[Adapter]:
        adapter = self.adapter(**more)
        await adapter.start(self.handler)
        try:
            yield adapter
        finally:
            await adapter.stop()


def quote(text: str) -> Reply:
    return Reply((Quote(text, spans("A. Nonymous")),))


def line(text: str) -> CommandLine:
    verb, _, args = text.partition(" ")
    return CommandLine(verb, args)
