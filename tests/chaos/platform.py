"""A platform on the loopback, and a sender that talks to it: HTTP/1.1, as little as is needed."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.address import Address
from bot.core.errors import RetryLater, Unknown
from bot.core.reply import Reply

HALF = 0.010


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that the platform accepted: which chat, from which worker, when."""

    chat: str
    worker: str
    at: float


class Platform:
    """Accepts a message 10 ms after it came and answers 10 ms later."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []
        self.port = 0
        self.on_arrival: Callable[[Arrival], object] = lambda arrival: None
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                body = await _read(reader)
                await asyncio.sleep(HALF)
                arrival = Arrival(body["chat"], body["worker"], time.monotonic())
                self.arrivals.append(arrival)
                self.on_arrival(arrival)
                await asyncio.sleep(HALF)
                writer.write(_message("HTTP/1.1 200 OK", {"id": len(self.arrivals)}))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


class HttpSender:
    """Implements the core's `Sender`: what surely did not leave is tried again, a lost answer is
    in doubt."""

    def __init__(self, port: int, worker: str) -> None:
        self._port = port
        self._worker = worker
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def send(self, at: Address, reply: Reply, *, silent: bool = False) -> str:
        try:
            connection = self._idle.pop() if self._idle else await self._connect()
        except OSError as error:
            raise RetryLater("connection refused") from error
        reader, writer = connection
        try:
            body = {"chat": str(at), "worker": self._worker}
            writer.write(_message("POST /send HTTP/1.1", body))
            await writer.drain()
            answer = await _read(reader)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise Unknown("the answer was lost") from error
        self._idle.append(connection)
        return str(answer["id"])

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self._port)


def _message(start: str, body: Mapping[str, object]) -> bytes:
    text = json.dumps(body).encode()
    head = f"{start}\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
    return head.encode() + text


async def _read(reader: asyncio.StreamReader) -> dict[str, str]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
    body: dict[str, str] = json.loads(await reader.readexactly(length))
    return body
