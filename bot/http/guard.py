"""What every request passes before a route sees it.

The guard reads each body to its end (1 MB, ten seconds), so that a route never waits for the
network; it bounds how many requests are in hand, and for how long.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("aiwork.http")

HEALTH: Final = ("/healthz", "/livez")
"""Answered however busy the process is: it is alive."""

MAX_HEAD: Final = 32_768
MAX_BODY: Final = 1_000_000
DISCARDED: Final = 8 * MAX_BODY
"""A longer body is read on to here before it is refused: answering in the middle resets the
connection, and the sender would not see why."""

BODY_SECONDS: Final = 10.0
ANSWER_SECONDS: Final = 20.0

MAX_ANSWERING: Final = 200
MAX_HELD: Final = 32 * MAX_BODY
"""Bytes of all bodies in hand together."""


class Guard:
    """What every request passes: bounded in size, number and time; nothing that comes in breaks
    anything, and what breaks in here is told as a bare 500 and one line in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._answering = 0
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body: bytes | int | None
        with self._holding() as hold:
            body = 431 if _head(scope) > MAX_HEAD else await _read(receive, _announced(scope), hold)
            if isinstance(body, int):
                await _refuse(send, body)
            elif body is not None:
                await self._answer(scope, _replay(body, receive), _Answer(send))

    async def _answer(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        if self._answering >= MAX_ANSWERING and scope["path"] not in HEALTH:
            await _refuse(answer, 503)
            return
        self._answering += 1
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._app(scope, receive, answer)
        except TimeoutError:
            await self._broken(answer, 503)
        except Exception as error:
            log.exception("a %s route broke", scope["path"].split("/")[1][:20], exc_info=error)
            await self._broken(answer, 500)
        finally:
            self._answering -= 1

    async def _broken(self, answer: _Answer, status: int) -> None:
        if answer.started:
            raise ConnectionError("the answer broke off")  # uvicorn closes the connection
        await _refuse(answer, status)

    @contextlib.contextmanager
    def _holding(self) -> Iterator[Callable[[int], bool]]:
        """Counts what is kept of this request; `False` says that all together is too much."""
        own = 0

        def hold(size: int) -> bool:
            nonlocal own
            own += size
            self._held += size
            return self._held <= MAX_HELD

        try:
            yield hold
        finally:
            self._held -= own


async def _read(
    receive: Receive, announced: int, hold: Callable[[int], bool]
) -> bytes | int | None:
    """The whole body; a status for one that is too long (413), too slow (408) or too much for
    now (503); `None` when the sender left."""
    if announced > DISCARDED:
        return 413
    kept, seen = bytearray(), 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    return None
                chunk = message.get("body", b"")
                seen += len(chunk)
                if seen > MAX_BODY:
                    kept.clear()
                elif not hold(len(chunk)):
                    return 503
                else:
                    kept += chunk
                if seen > DISCARDED or not message.get("more_body", False):
                    return bytes(kept) if seen <= MAX_BODY else 413
    except TimeoutError:
        return 408


def _head(scope: Scope) -> int:
    """Bytes of the head: h11 bounds what comes in pieces, not what comes at once."""
    return len(scope["raw_path"]) + sum(len(n) + len(v) + 4 for n, v in scope["headers"])


def _announced(scope: Scope) -> int:
    """Content-Length, which h11 has found to be a number; 0 without one."""
    return next((int(value) for name, value in scope["headers"] if name == b"content-length"), 0)


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


class _Answer:
    """`send`, which remembers whether an answer has begun."""

    def __init__(self, send: Send) -> None:
        self._send, self.started = send, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            message["headers"] = [*message["headers"], (b"x-content-type-options", b"nosniff")]
        await self._send(message)


_WHY = {
    408: "the body came too slowly",
    413: f"a request has at most {MAX_BODY} bytes",
    431: f"the head of a request has at most {MAX_HEAD} bytes",
    500: "something broke here; it is in the log",
    503: "busy; come again later",
}


async def _refuse(send: Send, status: int) -> None:
    """Say it and close: what is left of the body is not waited for."""
    text = _WHY[status].encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    headers += [(b"content-length", str(len(text)).encode())]
    headers += [(b"retry-after", b"1")] if status == 503 else []
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})
