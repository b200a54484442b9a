"""uvicorn, inside our own loop and without its signal handlers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Final

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.core.errors import SettingsError
from bot.http.guard import MAX_HEAD

HEAD_SECONDS: Final = 10.0
KEEP_ALIVE_SECONDS: Final = 15
STOP_SECONDS: Final = 8
MAX_CONNECTIONS: Final = 1_000
CROWDED: Final = 900
"""Connections beyond which a new one costs the oldest of those that have not said all they want
its place: honest requests arrive whole within milliseconds, and `/healthz` with them."""


@contextlib.asynccontextmanager
async def serve(app: ASGIApp, port: int, host: str = "0.0.0.0") -> AsyncIterator[int]:  # noqa: S104 - a service is reached from outside
    """Serve inside this loop; gives the real port (`port` 0 picks one) once requests are being
    answered. At the end takes no more and lets those in hand finish. Raises SettingsError when
    the port cannot be had. Signals are the caller's."""
    listener = _bind(host, port)
    logging.getLogger("uvicorn").setLevel(logging.ERROR)  # it has a word for every malformed line
    server = _Server(_config(app))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    up = asyncio.create_task(server.up.wait())
    try:
        await asyncio.wait({task, up}, return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        yield int(listener.getsockname()[1])
    finally:
        server.should_exit = True
        await task
        for connection in list(server.server_state.connections):
            connection.transport.abort()


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers, and with a word when it is up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


class _Protocol(H11Protocol):
    """uvicorn waits for ever for the end of a request's head; here it has HEAD_SECONDS."""

    _late: asyncio.TimerHandle | None = None
    _since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._since = self.loop.time()
        if len(self.connections) >= CROWDED:
            self._make_room()
        super().connection_made(transport)
        self._watch()

    def _make_room(self) -> None:
        """Cut the oldest connection whose request is not there yet."""
        held = [one for one in self.connections if isinstance(one, _Protocol) and one.unsaid]
        if held:
            oldest = min(held, key=lambda one: one._since)
            self.connections.discard(oldest)
            oldest.transport.abort()

    @property
    def unsaid(self) -> bool:
        return self.conn.their_state in (h11.IDLE, h11.SEND_BODY)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Also in the middle of a body, where somebody may be about to answer."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        try:
            super().send_400_response(msg)
        except h11.LocalProtocolError:
            self.transport.close()

    def _watch(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._disarm()
        elif self._late is None:
            self._late = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _disarm(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MAX_CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
        h11_max_incomplete_event_size=MAX_HEAD,
    )


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        raise SettingsError(
            [f"PORT {port} cannot be used ({error.strerror}); set PORT to a free one, or to 0"]
        ) from None
