"""Slack on loopback: Web API, response URLs and Socket Mode, strict about what the real one
refuses, and able to fail on demand. Nothing in it sleeps: tests wait with `until`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.standin.slack_api import APP_TOKEN, BOT_ID, BOT_TOKEN, BOT_USER, TEAM, Json, Workspace

__all__ = ["APP_TOKEN", "BOT_ID", "BOT_TOKEN", "BOT_USER", "TEAM", "Fault", "SlackStandIn"]


@dataclass(frozen=True, slots=True)
class Fault:
    """How one call fails: an error name, an HTTP status, `reset` (nothing was done), `lost` (done,
    but the answer never comes), or `hold`, an event to wait for before answering as usual."""

    error: str = ""
    status: int = 200
    retry_after: int | None = None
    reset: bool = False
    lost: bool = False
    hold: asyncio.Event | None = None
    plain: bool = False


@dataclass(slots=True)
class Call:
    method: str
    args: Json


@dataclass(slots=True)
class Socket:
    """One connection; envelopes that it has not acknowledged are delivered again elsewhere."""

    ws: web.WebSocketResponse
    request: web.Request
    unacked: dict[str, Json] = field(default_factory=dict)


class SlackStandIn(Workspace):
    """`async with SlackStandIn() as slack`; `slack.problems` must be empty in the end."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self.acks: dict[str, Json] = {}
        self.sockets: list[Socket] = []
        self.handshakes: list[int] = []
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=4_000_000)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/respond/{key}", self._respond)
        app.router.add_get("/link/{ticket}", self._link)
        app.router.add_post("/upload/{file}", self._upload)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await self.come_back()
        return self

    async def __aexit__(self, *_: object) -> None:
        for socket in list(self.sockets):
            await socket.ws.close()
        assert self._runner
        await self._runner.cleanup()

    async def go_away(self) -> None:
        """Refuse connections from now on, and drop those that are open."""
        assert self._site
        await self._site.stop()
        self.reset()

    async def come_back(self) -> None:
        assert self._runner
        self._site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await self._site.start()
        self.port = self.port or self._runner.addresses[0][1]

    def fail(self, method: str, *faults: Fault, times: int = 1) -> None:
        """Let the next calls of that method (or `respond`, `handshake`) fail like this."""
        self.faults[method].extend(faults * times)

    async def until(self, true: Callable[[], Any], seconds: float = 5.0) -> None:
        """Wait for something to have happened here."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(true)

    # What people do ------------------------------------------------------------------------

    def answers(self, url: str) -> list[Json]:
        """What was said to that response URL."""
        return self.said[url.rpartition("/")[2]]

    async def deliver(self, kind: str, payload: Json) -> Json:
        """Send an envelope over the newest connection and wait for its acknowledgement."""
        envelope = self.envelope(kind, payload)
        await self.push(envelope)
        key = str(envelope["envelope_id"])
        await self.until(lambda: key in self.acks)
        return self.acks[key]

    def envelope(self, kind: str, payload: Json) -> Json:
        key = f"e{next(self.numbers)}"
        return {
            "type": kind,
            "envelope_id": key,
            "payload": payload,
            "accepts_response_payload": True,
        }

    async def push(self, envelope: Json) -> None:
        await self.until(lambda: self.sockets)
        socket = self.sockets[-1]
        socket.unacked[str(envelope["envelope_id"])] = envelope
        await socket.ws.send_json(envelope)

    # How connections end -------------------------------------------------------------------

    def reset(self) -> None:
        """An abrupt RST on every connection."""
        dropped, self.sockets = self.sockets, []
        for socket in dropped:
            transport = socket.request.transport
            if transport:
                transport.abort()

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Announce the end of every connection, as Slack does every few hours."""
        for socket in list(self.sockets):
            await socket.ws.send_json({"type": "disconnect", "reason": reason})

    # The server ----------------------------------------------------------------------------

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        args = dict(request.query)
        if request.content_type == "application/json" and request.can_read_body:
            args = await request.json()
        elif request.can_read_body:
            args |= {key: str(value) for key, value in (await request.post()).items()}
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.calls.append(Call(method, args))
        fault = self.faults[method].popleft() if self.faults[method] else Fault()
        answer = await self._faulty(request, fault, lambda: self._do(method, args, token))
        await self._notify()
        return answer

    async def _faulty(
        self, request: web.Request, fault: Fault, do: Callable[[], Json]
    ) -> web.StreamResponse:
        if fault.hold:
            await fault.hold.wait()
        if fault.reset or fault.lost:
            if fault.lost:
                do()
            assert request.transport
            request.transport.abort()
            return web.Response()
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        if fault.plain:
            return web.Response(status=fault.status, text="upstream says no", headers=headers)
        if fault.error or fault.status != 200:
            body = {"ok": False} | ({"error": fault.error} if fault.error else {})
            return web.json_response(body, status=fault.status, headers=headers)
        answer = do()
        if answer.get("error") == "ratelimited":
            return web.json_response(answer, status=429, headers={"Retry-After": "1"})
        return web.json_response(answer, headers={"x-oauth-scopes": ",".join(self.scopes)})

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        key, message = request.match_info["key"], await request.json()
        fault = self.faults["respond"].popleft() if self.faults["respond"] else Fault()
        answer = await self._faulty(request, fault, lambda: self.respond(key, message))
        await self._notify()
        return answer

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        self.uploads[request.match_info["file"]].content = (await request.read()).decode()
        return web.Response(text="OK - 1")

    async def _link(self, request: web.Request) -> web.StreamResponse:
        ticket = request.match_info["ticket"]
        fault = self.faults["handshake"].popleft() if self.faults["handshake"] else Fault()
        status = fault.status if ticket in self.tickets else 403
        self.tickets.discard(ticket)
        self.handshakes.append(status)
        await self._notify()
        if fault.hold:
            await fault.hold.wait()
        if status != 200 or request.transport is None:
            return web.Response(status=status)
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        await ws.send_json({"type": "hello", "num_connections": len(self.sockets) + 1})
        await self._serve(Socket(ws, request))
        return ws

    async def _serve(self, socket: Socket) -> None:
        self.sockets.append(socket)
        await self._notify()
        try:
            async for message in socket.ws:
                if message.type is aiohttp.WSMsgType.TEXT:
                    ack = json.loads(message.data)
                    socket.unacked.pop(ack["envelope_id"], None)
                    self.acks[ack["envelope_id"]] = ack
                    await self._notify()
        finally:
            if socket in self.sockets:
                self.sockets.remove(socket)
            await self._notify()
            self._redeliver(socket)

    async def _push_again(self, envelope: Json) -> None:
        with contextlib.suppress(TimeoutError):  # nobody came back
            await self.push(envelope)

    def _redeliver(self, socket: Socket) -> None:
        """What was not acknowledged goes out again over another connection."""
        self._again = [
            asyncio.ensure_future(self._push_again({**envelope, "retry_attempt": 1}))
            for envelope in socket.unacked.values()
        ]
