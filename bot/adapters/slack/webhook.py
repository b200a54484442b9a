"""HTTP in: only what Slack signed, over the raw body, gets to the listeners."""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from slack_bolt.request.async_request import AsyncBoltRequest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.adapters.common.http import read_body
from bot.adapters.common.log_once import describe

_log = logging.getLogger("aiwork.slack")

EVENTS, COMMANDS, INTERACTIONS = "/slack/events", "/slack/commands", "/slack/interactions"
"""Where the manifest sends each kind; all three lead to the same endpoint."""

WINDOW = 300
"""Seconds by which a signature's time may be off."""

Deliver = Callable[[AsyncBoltRequest], Awaitable[tuple[int, Any, str]]]


class Webhook:
    """An endpoint for Slack's commands, events and interactions alike."""

    def __init__(self, secret: str, deliver: Deliver, clock: Callable[[], float] = time.time):
        self._secret, self._deliver, self._clock = secret.encode(), deliver, clock

    def routes(self) -> list[Route]:
        posts = [Route(path, self.answer, methods=["POST"]) for path in (EVENTS, INTERACTIONS)]
        return [*posts, Route(COMMANDS, self.answer, methods=["POST", "GET"])]

    async def answer(self, request: Request) -> Response:
        """401 for what is not signed, 4xx for what is malformed, 503 while installations cannot
        be read; never 500, and no listener runs before the signature is known."""
        if request.method != "POST":
            return Response(status_code=200 if "ssl_check" in request.query_params else 405)
        raw = await read_body(request)
        if raw is None:
            return Response(status_code=413)
        if not self._signed(request, raw):
            return Response(status_code=200 if _certificate(request, raw) else 401)
        parsed = _parsed(raw, request)
        return Response(status_code=400) if parsed is None else await self._hand_over(parsed)

    async def _hand_over(self, parsed: AsyncBoltRequest) -> Response:
        try:
            status, body, kind = await self._deliver(parsed)
        except Exception as error:  # noqa: BLE001 - Bolt takes signed payloads to be as documented
            _log.error("a signed payload is not understood: %s", describe(error))
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
