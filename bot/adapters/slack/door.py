"""The HTTP door: only what Slack signed, over the raw body, gets to the listeners."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import parse_qs

from slack_bolt.request.async_request import AsyncBoltRequest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

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

    async def answer(self, request: Request) -> Response:
        """401 for what is not signed, 4xx for what is malformed; never 500, and no listener runs
        before both are known."""
        raw = await _body(request)
        if raw is None:
            return Response(status_code=413)
        if not self._signed(request, raw):
            return Response(status_code=401)
        if not _readable(raw, request.headers.get("content-type", "")):
            return Response(status_code=400)
        headers = dict[str, str | Sequence[str]](request.headers)
        status, body, kind = await self._dispatch(
            AsyncBoltRequest(body=raw.decode(), headers=headers)
        )
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


def _readable(raw: bytes, content_type: str) -> bool:
    """Whether Bolt will understand it: it parses before it looks, and breaks on anything else."""
    try:
        text = raw.decode()
        if content_type.startswith("application/json"):
            return isinstance(json.loads(text), dict)
        form = parse_qs(text, strict_parsing=True)
        payload = form.get("payload")
        return payload is None or isinstance(json.loads(payload[0]), dict)
    except (ValueError, RecursionError):
        return False
