"""Slack on loopback: Web API, response URLs and Socket Mode, strict about what the real one
refuses, and able to fail on demand. Nothing in it sleeps: tests wait with `until`.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import aiohttp
from aiohttp import web

from tests.standin.block_kit import message_problems, view_problems

Json = dict[str, Any]

BOT_TOKEN, APP_TOKEN = "xoxb-planted-bot-token", "xapp-planted-app-token"
TEAM, BOT_USER, BOT_ID = "T0WORK", "U0BOT", "B0BOT"

BURST = 8
"""Messages a channel takes at once before it is held to one a second."""

MESSAGE_KEYS = {"channel", "text", "blocks", "thread_ts", "mrkdwn", "unfurl_links", "unfurl_media"}
RESPONSE_KEYS = (MESSAGE_KEYS - {"channel"}) | {
    "response_type",
    "replace_original",
    "delete_original",
}


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


class SlackStandIn:
    """`async with SlackStandIn() as slack`; `slack.problems` must be empty in the end."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.posts: list[Json] = []
        self.said: dict[str, list[Json]] = defaultdict(list)
        self.views: dict[str, Json] = {}
        self.homes: dict[str, list[Json]] = defaultdict(list)
        self.problems: list[str] = []
        self.acks: dict[str, Json] = {}
        self.sockets: list[Socket] = []
        self.handshakes: list[int] = []
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.now = 1_800_000_000.0
        self.channels: dict[str, Json] = {
            "C0OPEN": {"name": "general", "is_private": False, "is_member": True},
            "C0NEWS": {"name": "news", "is_private": False, "is_member": False},
            "C0SHUT": {"name": "secret", "is_private": True, "is_member": False},
            "C0PRIV": {"name": "team", "is_private": True, "is_member": True, "users": ["U0ANN"]},
        }
        self.users: dict[str, Json] = {
            "U0ANN": {"locale": "en-US", "tz": "Europe/Berlin", "is_admin": True},
            "U0LI": {"locale": "zh-CN", "tz": "Asia/Shanghai", "is_admin": False},
        }
        self._numbers = count(1)
        self._tickets: set[str] = set()
        self._triggers: dict[str, float] = {}
        self._urls: dict[str, tuple[float, int]] = {}
        self._buckets: dict[str, tuple[float, float]] = {}
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._port = 0

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self._port}/api"

    async def __aenter__(self) -> SlackStandIn:
        app = web.Application(client_max_size=4_000_000)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/respond/{key}", self._respond)
        app.router.add_get("/link/{ticket}", self._link)
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
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await self._site.start()
        self._port = self._port or self._runner.addresses[0][1]

    def fail(self, method: str, *faults: Fault, times: int = 1) -> None:
        """Let the next calls of that method (or `respond`, `handshake`) fail like this."""
        self.faults[method].extend(faults * times)

    async def until(self, true: Callable[[], Any], seconds: float = 5.0) -> None:
        """Wait for something to have happened here."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(true)

    # What people do ------------------------------------------------------------------------

    def trigger(self) -> str:
        key = f"{next(self._numbers)}.trigger"
        self._triggers[key] = self.now
        return key

    def response_url(self) -> str:
        key = f"r{next(self._numbers)}"
        self._urls[key] = (self.now, 5)
        return f"http://127.0.0.1:{self._port}/respond/{key}"

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
        key = f"e{next(self._numbers)}"
        return {"type": kind, "envelope_id": key, "payload": payload, "accepts_response_payload": True}

    async def push(self, envelope: Json) -> None:
        await self.until(lambda: self.sockets)
        socket = self.sockets[-1]
        socket.unacked[str(envelope["envelope_id"])] = envelope
        await socket.ws.send_json(envelope)

    # How connections end -------------------------------------------------------------------

    def reset(self) -> None:
        """An abrupt RST on every connection."""
        for socket in list(self.sockets):
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

    scopes: tuple[str, ...] = (
        "app_mentions:read",
        "channels:join",
        "channels:read",
        "chat:write",
        "commands",
        "groups:read",
        "im:history",
        "users:read",
    )

    def _do(self, method: str, args: Json, token: str) -> Json:
        wanted = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if token != wanted:
            return {"ok": False, "error": "invalid_auth"}
        known = getattr(self, "do_" + method.replace(".", "_"), None)
        if known is None:
            return self._wrong("unknown_method", f"{method} is not known")
        answer: Json = known(args)
        return {"ok": "error" not in answer, **answer}

    def _wrong(self, error: str, problem: str) -> Json:
        self.problems.append(problem)
        return {"ok": False, "error": error}

    def do_auth_test(self, args: Json) -> Json:
        return {"team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT_ID, "user": "aiwork"}

    def do_apps_connections_open(self, args: Json) -> Json:
        ticket = f"t{next(self._numbers)}"
        self._tickets.add(ticket)
        return {"url": f"ws://127.0.0.1:{self._port}/link/{ticket}"}

    def do_users_info(self, args: Json) -> Json:
        user = self.users.get(str(args.get("user")))
        return {"user": {"id": args["user"], **user}} if user else {"error": "user_not_found"}

    def do_chat_postMessage(self, args: Json) -> Json:
        room = str(args.get("channel"))
        if refused := self._refused(room):
            return {"error": refused}
        if not self._paced(room):
            return {"error": "ratelimited"}
        if wrong := self._message(args, MESSAGE_KEYS):
            return {"error": wrong}
        ts = f"{self.now:.0f}.{next(self._numbers):06d}"
        self.posts.append({**args, "ts": ts})
        return {"channel": room, "ts": ts, "message": {}}

    def _refused(self, room: str) -> str:
        if room.startswith(("U", "D")):
            return "" if room.startswith("D") or room in self.users else "channel_not_found"
        channel = self.channels.get(room)
        if not channel or (channel["is_private"] and not channel["is_member"]):
            return "channel_not_found"
        if channel.get("is_archived"):
            return "is_archived"
        return "" if channel["is_member"] else "not_in_channel"

    def _paced(self, room: str) -> bool:
        level, at = self._buckets.get(room, (0.0, self.now))
        level = max(0.0, level - (self.now - at))
        if level + 1 > BURST:
            return False
        self._buckets[room] = (level + 1, self.now)
        return True

    def _message(self, args: Json, allowed: set[str]) -> str:
        found = message_problems(args)
        found += [f"unknown argument {key}" for key in set(args) - allowed]
        self.problems += found
        return "invalid_blocks" if found else ""

    def do_conversations_info(self, args: Json) -> Json:
        room = str(args.get("channel"))
        channel = self.channels.get(room)
        if not channel or (channel["is_private"] and not channel["is_member"]):
            return {"error": "channel_not_found"}
        return {"channel": {"id": room, "is_archived": False, **channel}}

    def do_conversations_join(self, args: Json) -> Json:
        channel = self.channels[str(args.get("channel"))]
        if channel["is_private"]:
            return {"error": "method_not_supported_for_channel_type"}
        channel["is_member"] = True
        return {"channel": {"id": args["channel"]}}

    def do_conversations_list(self, args: Json) -> Json:
        """Two to a page, so that paging is seen to work."""
        seen = [{"id": i, **c} for i, c in self.channels.items() if not c["is_private"]]
        start = int(args.get("cursor") or 0)
        following = str(start + 1) if start + 1 < len(seen) else ""
        return {
            "channels": seen[start : start + 1],
            "response_metadata": {"next_cursor": following},
        }

    def do_conversations_members(self, args: Json) -> Json:
        return {"members": self.channels[str(args["channel"])].get("users", [])}

    def do_views_open(self, args: Json) -> Json:
        opened = self._triggers.pop(str(args.get("trigger_id")), None)
        if opened is None or self.now - opened > 3:
            return {"error": "expired_trigger_id"}
        return self._view(f"V{next(self._numbers)}", args["view"], "modal")

    do_views_push = do_views_open

    def do_views_update(self, args: Json) -> Json:
        if args.get("view_id") not in self.views:
            return {"error": "not_found"}
        return self._view(str(args["view_id"]), args["view"], "modal")

    def do_views_publish(self, args: Json) -> Json:
        answer = self._view(f"V{next(self._numbers)}", args["view"], "home")
        if "error" not in answer:
            self.homes[str(args["user_id"])].append(args["view"])
        return answer

    def _view(self, key: str, view: Json, kind: str) -> Json:
        found = view_problems(view) + ([] if view.get("type") == kind else [f"not a {kind}"])
        self.problems += found
        if found:
            return {"error": "invalid_arguments"}
        if kind == "modal":
            self.views[key] = view
        return {"view": {**view, "id": key, "hash": "h1"}}

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        key, message = request.match_info["key"], await request.json()
        fault = self.faults["respond"].popleft() if self.faults["respond"] else Fault()

        def _do() -> Json:
            made, left = self._urls.get(key, (0.0, 0))
            if not left or self.now - made > 1800:
                self.problems.append("a response URL was used up or is too old")
                return {"ok": False, "error": "used_url"}
            self._urls[key] = (made, left - 1)
            if message.get("response_type") not in (None, "ephemeral", "in_channel"):
                self.problems.append("an unknown response_type")
            self._message(message, RESPONSE_KEYS)
            self.said[key].append(message)
            return {"ok": True}

        answer = await self._faulty(request, fault, _do)
        await self._notify()
        return answer

    async def _link(self, request: web.Request) -> web.StreamResponse:
        ticket = request.match_info["ticket"]
        fault = self.faults["handshake"].popleft() if self.faults["handshake"] else Fault()
        status = fault.status if ticket in self._tickets else 403
        self._tickets.discard(ticket)
        self.handshakes.append(status)
        await self._notify()
        if fault.hold:
            await fault.hold.wait()
        if status != 200:
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
            self.sockets.remove(socket)
            await self._notify()
            self._redeliver(socket)

    def _redeliver(self, socket: Socket) -> None:
        """What was not acknowledged goes out again over another connection."""
        self._again = [
            asyncio.ensure_future(self.push({**envelope, "retry_attempt": 1}))
            for envelope in socket.unacked.values()
        ]


def texts(value: Any) -> Iterator[str]:
    """Every text in a message or view, in order."""
    if isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, dict):
        if isinstance(value.get("text"), str) and value.get("type") != "button":
            yield value["text"]
        for key, part in value.items():
            if isinstance(part, dict | list) and value.get("type") != "button":
                yield from texts(part)
