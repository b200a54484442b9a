"""The HTTP door: only what Slack signed, over the raw body, gets to the listeners."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from slack_bolt.request.async_request import AsyncBoltRequest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.adapters.slack.tasks import log, told

EVENTS, COMMANDS, INTERACTIONS = "/slack/events", "/slack/commands", "/slack/interactions"
"""Where the manifest sends each kind; all three lead to the same door."""

MAX_BODY = 1_000_000
WINDOW = 300
"""Seconds by which a signature's time may be off."""

SLOWEST = 10.0
"""Seconds for a body to arrive."""

Dispatch = Callable[[AsyncBoltRequest], Awaitable[tuple[int, Any, str]]]


class Door:
    """An endpoint for Slack's commands, events and interactions alike."""

    def __init__(self, secret: str, dispatch: Dispatch, clock: Callable[[], float] = time.time):
        self._secret, self._dispatch, self._clock = secret.encode(), dispatch, clock

    def routes(self) -> list[Route]:
        posts = [Route(path, self.answer, methods=["POST"]) for path in (EVENTS, INTERACTIONS)]
        return [*posts, Route(COMMANDS, self.answer, methods=["POST", "GET"])]

    async def answer(self, request: Request) -> Response:
        """401 for what is not signed, 4xx for what is malformed, 503 while installations cannot
        be read; never 500, and no listener runs before the signature is known."""
        if request.method != "POST":
            return Response(status_code=200 if "ssl_check" in request.query_params else 405)
        raw = await _body(request)
        if raw is None:
            return Response(status_code=413)
        if not self._signed(request, raw):
            return Response(status_code=200 if _certificate(request, raw) else 401)
        parsed = _parsed(raw, request)
        return Response(status_code=400) if parsed is None else await self._hand_over(parsed)

    async def _hand_over(self, parsed: AsyncBoltRequest) -> Response:
        try:
            status, body, kind = await self._dispatch(parsed)
        except Exception as error:  # noqa: BLE001 - Bolt takes signed payloads to be as documented
            log.error("a signed payload is not understood: %s", told(error))
            return Response(status_code=400)
        if status == 404:  # signed, readable, and for no listener: not what Slack documents
            return Response(status_code=400)
        return Response(body, status, media_type=kind or None)

    def _signed(self, request: Request, raw: bytes) -> bool:
        at = request.headers.get("x-slack-request-timestamp", "")
        if not (at.isascii() and at.isdigit()) or abs(self._clock() - int(at[:12])) > WINDOW:
            return False
        base = b"v0:" + at.encode() + b":" + raw
        wanted = "v0=" + hmac.new(self._secret, base, hashlib.sha256).hexdigest()
        given = request.headers.get("x-slack-signature", "")
        return hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace"))


async def _body(request: Request) -> bytes | None:
    """The raw body; `None` for one that is too long or never ends."""
    raw = b""
    try:
        async with asyncio.timeout(SLOWEST):
            async for chunk in request.stream():
                raw += chunk
                if len(raw) > MAX_BODY:
                    return None
    except (TimeoutError, ClientDisconnect):
        return None
    return raw


def _parsed(raw: bytes, request: Request) -> AsyncBoltRequest | None:
    """`None` for what Bolt cannot read: it breaks on JSON that is none, or is no object."""
    headers = dict[str, str | Sequence[str]](request.headers)
    try:
        return AsyncBoltRequest(body=raw.decode(), headers=headers)
    except Exception:  # noqa: BLE001 - each oddity has an error of its own
        return None


def _certificate(request: Request, raw: bytes) -> bool:
    """Slack looks after the certificate of a command's address now and then, unsigned."""
    return request.url.path == COMMANDS and raw.startswith(b"ssl_check=1")
