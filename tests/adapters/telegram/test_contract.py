"""The adapter contract, for Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.adapters.common.events import Asked, Chose, Joined, Pressed, Searched
from bot.adapters.telegram import WebhookSettings
from bot.adapters.telegram.html import MAX_SIZE
from bot.adapters.telegram.inbound import Me, read
from bot.adapters.telegram.render import render
from bot.core.address import Address
from bot.core.command import Command
from bot.core.command_line import CommandLine, parse
from bot.core.errors import Gone, Moved, Refused, RetryLater, Unknown
from bot.core.reply import Reply
from tests.adapters.contract import (
    DrawingContract,
    ErrorCase,
    ErrorContract,
    LifeContract,
    PayloadContract,
)
from tests.adapters.telegram.parts import VERBS, Bench, says
from tests.standin import telegram_rules as rules
from tests.standin.telegram import Fault, Standin
from tests.standin.telegram_html import parse_html
from tests.standin.telegram_people import BOT

ALIVE = {"bold": "bold", "text_link": "link", "mention": "mention", "bot_command": "command"}


class TestDrawing(DrawingContract):
    platform = "telegram.json"

    def draw(self, reply: Reply) -> list[Any]:
        return [
            {"text": one.text} | ({"reply_markup": one.markup.to_dict()} if one.markup else {})
            for one in render(reply, BOT["username"], private=True)
        ]

    def visible(self, native: Any) -> str:
        return parse_html(native["text"]).text

    def alive(self, native: Any) -> set[tuple[str, str]]:
        parsed = parse_html(native["text"])
        return {(ALIVE[kind], text) for kind in ALIVE for text in parsed.of(kind)}

    def problems(self, native: Any) -> list[str]:
        try:
            parsed = rules.check_text(native["text"], "HTML")
            rules.check_markup(native.get("reply_markup"), private=True)
        except rules.Refusal as refusal:
            return [refusal.description]
        return [] if len(parsed.text) <= MAX_SIZE else [f"{len(parsed.text)} code points"]

    def lines(self, native: Any) -> list[CommandLine]:
        rows = native.get("reply_markup", {}).get("inline_keyboard", [])
        return [parse(b["callback_data"]) for row in rows for b in row if "callback_data" in b]

    def show(self, line: CommandLine) -> str:
        return f"/{line}"


class TestPayloads(PayloadContract):
    platform = "telegram"

    async def commands(self, payload: Any) -> list[Command]:
        me = Me(BOT["id"], BOT["username"], VERBS)
        match read(payload, me):
            case Asked(command=command) | Pressed(command=command) | Joined(command=command):
                return [command]
            case Searched(command=command) | Chose(command=command):
                return [command]
            case _:
                return []

    async def forged(self) -> tuple[int, list[Command]]:
        async with Standin() as telegram:
            bench = Bench(telegram)
            hook = WebhookSettings(f"{telegram.root}/hook", "s3cret")
            async with bench.running(webhook=hook) as adapter:
                transport = httpx.ASGITransport(Starlette(routes=adapter.routes()))
                async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
                    update = {"update_id": 1, "message": telegram.message("quote")}
                    headers = [(b"X-Telegram-Bot-Api-Secret-Token", "s3crét".encode())]
                    answer = await client.post("/hook", json=update, headers=headers)
            return answer.status_code, bench.handler.asked


ROOM = -100500


def answer(status: int, description: str, **parameters: int) -> Fault:
    return Fault(status, description, parameters)


class TestErrors(ErrorContract):
    cases = (
        ErrorCase("sent", None, None),
        *(
            ErrorCase(why, answer(403, f"Forbidden: {why}"), Gone)
            for why in (
                "bot was blocked by the user",
                "user is deactivated",
                "bot can't initiate conversation with a user",
                "the group chat was deleted",
                "bot was kicked from the group chat",
                "bot was kicked from the supergroup chat",
                "bot was kicked from the channel chat",
                "bot is not a member of the supergroup chat",
                "bot is not a member of the channel chat",
            )
        ),
        *(
            ErrorCase(why, answer(400, f"Bad Request: {why}"), Gone)
            for why in (
                "chat not found",
                "private chat not found",
                "not enough rights to send text messages to the chat",
                "have no rights to send a message",
                "need administrator rights in the channel chat",
                "CHAT_WRITE_FORBIDDEN",
                "message thread not found",
                "TOPIC_CLOSED",
            )
        ),
        *(
            ErrorCase(why, answer(400, f"Bad Request: {why}"), Refused)
            for why in (
                'can\'t parse entities: Unsupported start tag "x" at byte offset 0',
                "message is too long",
                "text must be non-empty",
                "BUTTON_DATA_INVALID",
                "something new that nobody has seen",
            )
        ),
        ErrorCase("unknown 403", answer(403, "Forbidden: it is Tuesday"), Refused),
        ErrorCase(
            "upgraded",
            answer(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=-100900,
            ),
            Moved,
        ),
        ErrorCase(
            "flood", answer(429, "Too Many Requests: retry after 9", retry_after=9), RetryLater
        ),
        ErrorCase("flood without a number", answer(429, "Too Many Requests"), RetryLater),
        ErrorCase("internal error", answer(500, "Internal Server Error"), RetryLater),
        ErrorCase("bad gateway", answer(502, "Bad Gateway"), RetryLater),
        ErrorCase("token revoked", answer(401, "Unauthorized"), RetryLater),
        ErrorCase("reset before", Fault(), Unknown),
        ErrorCase("reset after", Fault(after=True), Unknown),
    )

    async def send_against(self, answer: Any) -> None:
        async with Standin() as telegram:
            telegram.room(ROOM, "supergroup")
            bench = Bench(telegram)
            async with bench.running() as adapter:
                if answer is not None:
                    telegram.fail("sendMessage", answer)
                await adapter.send(Address("telegram", str(ROOM)), says("good morning"))


class TestLife(LifeContract):
    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with Standin() as telegram:
            bench = Bench(telegram)
            async with bench.running():
                telegram.says("quote 996")
                await telegram.until(lambda: telegram.sent)
                yield


@pytest.mark.parametrize(
    ("text", "live"),
    [
        ("https://a.b，@somebody", "@somebody"),
        ("see https://a.b。/stop", "/stop"),
        ("https://a.b/路/x、@somebody", "@somebody"),
        ("http://a.b:80；@somebody", "@somebody"),
    ],
)
def test_what_stands_behind_an_address_stays_text(text: str, live: str) -> None:
    (message,) = render(says(text), BOT["username"], private=True)
    assert f"<code>{live}</code>" in message.text
    assert parse_html(message.text).text == text
