from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.http import make_http, serve


@dataclass
class Service:
    """The server on loopback with one route of an adapter's, spoken to in bytes."""

    ready: dict[str, bool] = field(default_factory=lambda: {"database": True, "slack": True})
    taken: list[bytes] = field(default_factory=list)
    arrived: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue)
    hold: asyncio.Event | None = None
    port: int = 0

    async def hook(self, request: Request) -> Response:
        body = await request.body()
        self.taken.append(body)
        self.arrived.put_nowait(body)
        if body == b"break":
            raise ValueError("a planted secret: xoxb-planted-in-an-exception")
        if self.hold:
            await self.hold.wait()
        return PlainTextResponse("taken")

    async def say(self, *pieces: bytes, until_closed: bool = False) -> bytes:
        """Send these bytes over a connection of their own; what comes back before it is closed,
        or the first answer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            if until_closed:
                return await reader.read()
            return await reader.read(65_536)
        except ConnectionError:
            return b""
        finally:
            writer.close()

    async def ask(self, method: str, path: str, body: bytes = b"", *headers: str) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", "Host: bot", "Connection: close", *headers]
        if body or method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        return await self.say(head, body, until_closed=True)


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    service = Service()

    def check(name: str) -> object:
        async def ready() -> bool:
            return service.ready[name]

        return ready

    app = make_http(
        [Route("/hook", service.hook, methods=["POST"])],
        ready={name: check(name) for name in service.ready},  # type: ignore[misc]
        metrics=lambda: b"aiwork_commands_total 1.0\n",
    )
    async with serve(app, 0, "127.0.0.1") as service.port:
        yield service


def status(answer: bytes) -> int:
    """The status of a whole answer."""
    return int(answer.split(b" ", 2)[1])
