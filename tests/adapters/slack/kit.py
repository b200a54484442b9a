"""What the Slack tests share: a scripted handler, memories, payloads as Slack sends them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.adapters.slack import Adapter
from bot.core.address import Address
from bot.core.command import Command
from bot.core.reply import Card, Paragraph, Quote, Reply, spans
from bot.core.words import Words
from tests.adapters.slack.payloads import happened, pressed, slash
from tests.standin.slack import APP_TOKEN, BOT_TOKEN, SlackStandIn

Json = dict[str, Any]

EN = {
    "slack.not_installed": "aiwork is not installed here; ask an administrator to add it.",
    "button.share": "Share",
    "slack.share": "Share to channel",
    "slack.shared_by": "Shared by {person}",
    "slack.more": "There is more than fits here; ask me in a direct message to read all of it.",
    "slack.expired": "That took longer than Slack waits; press the button again.",
}
HANS = {
    "slack.not_installed": "这里没有安装 aiwork，请管理员添加。",
    "button.share": "分享",
    "slack.share": "分享到频道",
    "slack.shared_by": "由 {person} 分享",
    "slack.more": "内容太长，这里放不下；给我发私信即可查看全文。",
    "slack.expired": "用时超过了 Slack 的等待时限，请再按一次按钮。",
}
WORDS = Words(EN, HANS, {}, lambda text: text)

Answer = Reply | Callable[[Command], Reply]


def says(text: str, **options: Any) -> Reply:
    return Reply((Paragraph(spans(text)),), **options)


class Scripted:
    """A handler that answers by verb, and remembers what it was asked."""

    def __init__(
        self, replies: Mapping[str, Answer] | None = None, cards: Sequence[Card] = ()
    ) -> None:
        self.replies, self._cards = dict(replies or {}), tuple(cards)
        self.asked: list[Command] = []

    async def __call__(self, command: Command) -> Reply:
        self.asked.append(command)
        found = self.replies.get(command.line.verb, says(f"You said: {command.line}"))
        return found if isinstance(found, Reply) else found(command)

    async def cards(self, command: Command, offset: int, limit: int) -> tuple[Card, ...]:
        self.asked.append(command)
        return self._cards[offset : offset + limit]


@dataclass
class MemoryInbox:
    seen: set[tuple[str, str]] = field(default_factory=set)
    payloads: dict[str, str] = field(default_factory=dict)

    async def first_time(self, source: str, event: str) -> bool:
        new = (source, event) not in self.seen
        self.seen.add((source, event))
        return new

    async def keep(self, source: str, events: Sequence[tuple[str, str]]) -> list[str]:
        new = [event for event, _ in events if (source, event) not in self.seen]
        self.seen |= {(source, event) for event in new}
        self.payloads |= {event: payload for event, payload in events if event in new}
        return new

    async def waiting(self, source: str, idle: timedelta | None = None) -> list[tuple[str, str]]:
        return list(self.payloads.items())

    async def hold(self, source: str, events: Sequence[str]) -> None:
        pass

    async def done(self, source: str, *events: str) -> None:
        for event in events:
            self.payloads.pop(event, None)


@dataclass
class MemoryRooms:
    life: list[tuple[str, str]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    async def moved(self, old: Address, new: Address) -> None:
        raise AssertionError("rooms do not move on Slack")

    async def gone(self, at: Address, why: str) -> None:
        self.life.append((str(at), why))

    async def uninstalled(self, platform: str, workspace: str) -> None:
        self.life.append((f"{platform}:{workspace}", "uninstalled"))

    async def back(self, at: Address) -> None:
        self.heard.append(str(at))


@dataclass
class World:
    slack: SlackStandIn
    adapter: Adapter
    handle: Scripted
    inbox: MemoryInbox
    rooms: MemoryRooms

    async def slash(self, text: str, **options: Any) -> list[Json]:
        """Type `/aiwork text`; what is then said to the response URL."""
        payload = slash(self.slack, text, **options)
        await self.slack.deliver("slash_commands", payload)
        return await self.said_to(payload["response_url"])

    async def said_to(self, url: str, posts: int = 1) -> list[Json]:
        await self.slack.until(lambda: len(self.slack.answers(url)) >= posts)
        return self.slack.answers(url)

    async def event(self, event: Json, **options: Any) -> Json:
        return await self.slack.deliver("events_api", happened(event, **options))

    async def press(self, action: Json, **options: Any) -> Json:
        payload = pressed(self.slack, action, **options)
        await self.slack.deliver("interactive", payload)
        return payload


def adapter_for(slack: SlackStandIn, **options: Any) -> Adapter:
    given = {
        "bot_token": BOT_TOKEN,
        "app_token": APP_TOKEN,
        "words": WORDS,
        "inbox": MemoryInbox(),
        "chats": MemoryRooms(),
        "base_url": slack.api,
    }
    return Adapter(**{**given, **options})


@asynccontextmanager
async def running(
    handle: Scripted | None = None, slack: SlackStandIn | None = None, **options: Any
) -> AsyncIterator[World]:
    """The adapter against the stand-in; at the end nothing that it sent may have been wrong."""
    handle, slack = handle or Scripted(), slack or SlackStandIn()
    inbox, rooms = options.pop("inbox", MemoryInbox()), MemoryRooms()
    async with slack:
        adapter = adapter_for(slack, inbox=inbox, chats=rooms, **options)
        await adapter.start(handle)
        try:
            yield World(slack, adapter, handle, inbox, rooms)
        finally:
            await adapter.stop()
    assert slack.problems == []


def buttons(value: Any) -> list[Json]:
    """Every button and menu in a message or view."""
    if isinstance(value, list):
        return [found for part in value for found in buttons(part)]
    if not isinstance(value, dict):
        return []
    own = [value] if value.get("type") in ("button", "conversations_select") else []
    return own + [found for part in value.values() for found in buttons(part)]


def card(number: int, text: str) -> Card:
    reply = Reply((Quote(text, spans("A. Nonymous")),))
    return Card(f"long-hours-{number}", text[:40], "A. Nonymous", reply)


def readable(value: Any) -> str:
    """A block as a person reads it; buttons are not text."""
    match value:
        case {"type": "actions"}:
            return ""
        case {"type": "text" | "link" | "plain_text", "text": str(text)}:
            return text
        case {"type": "rich_text" | "context", "elements": parts}:
            return "\n".join(map(readable, parts))
        case {"elements": parts}:
            return "".join(map(readable, parts))
        case {"text": dict(text)}:
            return readable(text)
    return ""
