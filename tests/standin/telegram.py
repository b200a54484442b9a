"""A loopback stand-in of the Bot API: real HTTP, and as strict as the real one or stricter.

async with Standin() as telegram:
    telegram.says("996", user=7)            # an update
    await telegram.until(lambda: telegram.sent)
    telegram.fail("sendMessage", Fault(status=502), times=3)
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from tests.standin import telegram_rules as rules
from tests.standin.telegram_methods import Methods, Room, Sent
from tests.standin.telegram_people import BOT, DATE, person
from tests.standin.telegram_rules import Refusal

TOKEN = "4242:AAE-stand_in-token_of_the_tests-0000000"


@dataclass(frozen=True, slots=True)
class Fault:
    """One call goes wrong: an answer with `status`, or the connection is cut (`status` 0), before
    the call took effect or `after` it."""

    status: int = 0
    description: str = "Bad Gateway"
    parameters: dict[str, int] = field(default_factory=dict)
    after: bool = False


class Standin(Methods):
    def __init__(self, *, group_limit: int | None = None) -> None:
        super().__init__(group_limit=group_limit)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._runner: web.AppRunner | None = None
        self.root = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=1 << 20)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(
            app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.root = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Go away; nobody listens at the port any more."""
        self._down = True
        await self._tell()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def until(self, true: Callable[[], object], seconds: float = 10.0) -> None:
        """Wait for something to be true; looked at after each call."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: bool(true()))

    def fail(self, method: str, fault: Fault, times: int = 1) -> None:
        self._faults[method] += [fault] * times

    def faults(self, method: str) -> int:
        """How many are still to come."""
        return len(self._faults[method])

    def room(self, id: int, type: str = "private", **more: Any) -> Room:  # noqa: A002
        """A chat that exists, made when it is first named; the bot is a member of groups."""
        room = self.rooms.setdefault(id, Room(id, type, **more))
        if type != "private":
            room.title = room.title or f"Room {id}"
            room.members.setdefault(BOT["id"], {"status": "member"})
        return room

    def update(self, **content: Any) -> int:
        """Queue an update; returns its id."""
        number = self._next["update"]
        self._next["update"] += 1
        self._updates.append({"update_id": number, **content})
        for kind in ("callback_query", "inline_query"):
            if kind in content:
                self._open_queries.add(content[kind]["id"])
        self._soon = asyncio.ensure_future(self._tell())
        return number

    def says(self, text: str, user: int = 7, room: int | None = None, **more: Any) -> int:
        return self.update(message=self.message(text, user, room, **more))

    def message(
        self, text: str, user: int = 7, room: int | None = None, **more: Any
    ) -> dict[str, Any]:
        where = self.room(user if room is None else room)
        self._next["message"] += 1
        return {
            "message_id": self._next["message"],
            "date": DATE,
            "from": person(user),
            "chat": where.as_json(),
            "text": text,
            **more,
        }

    def press(self, data: str, sent: Sent, user: int = 7) -> str:
        message = {
            "message_id": sent.id,
            "date": DATE,
            "from": BOT,
            "chat": self.rooms[sent.chat].as_json(),
            "text": sent.text,
        }
        if sent.thread:
            message |= {"message_thread_id": sent.thread, "is_topic_message": True}
        query = f"press {self._next['update']}"
        self.update(
            callback_query={
                "id": query,
                "from": person(user),
                "chat_instance": "1",
                "data": data,
                "message": message,
            }
        )
        return query

    def texts(self, chat: int) -> list[str]:
        return [sent.text for sent in self.sent if sent.chat == chat]

    def called(self, method: str) -> list[dict[str, Any]]:
        return [parameters for name, parameters in self.calls if name == method]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        fault = None
        try:
            if request.match_info["token"] != TOKEN:
                raise Refusal(401, "Unauthorized")
            given = {key: _content(value) for key, value in (await request.post()).items()}
            parameters = rules.read_parameters(method, given)
            self.calls.append((method, parameters))
            await self._tell()
            fault = self._faults[method].popleft() if self._faults[method] else None
            if fault and not fault.after:
                return self._failed(request, fault)
            result = await getattr(self, f"_{method}")(**parameters)
        except Refusal as refusal:
            await self._tell()
            return _error(refusal.status, refusal.description, refusal.parameters)
        await self._tell()
        if fault:
            return self._failed(request, fault)
        return web.json_response({"ok": True, "result": result})

    def _failed(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.status:
            return _error(fault.status, fault.description, fault.parameters)
        assert request.transport is not None
        request.transport.abort()
        return web.Response()


def _content(value: Any) -> str:
    """A field as text; of a file its name and, below it, what is in it."""
    if isinstance(value, web.FileField):
        return f"{value.filename}\n{value.file.read().decode()}"
    return str(value)


def _error(status: int, description: str, parameters: dict[str, int]) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return web.Response(status=status, text=json.dumps(body), content_type="application/json")
