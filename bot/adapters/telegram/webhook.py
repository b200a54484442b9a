"""Updates over HTTP: signed, bounded, stored, and only then answered with 200."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.adapters.common.http import MAX_BODY, read_body
from bot.core.errors import SettingsError

HEADER = "X-Telegram-Bot-Api-Secret-Token"

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_DEFAULT_PATH = "/telegram"


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Where Telegram sends updates (`url`, public) and the secret that it sends along. Without a
    secret one is derived from the token, so that every process expects the same."""

    url: str
    secret: str = ""


Accept = Callable[[dict[str, Any]], Awaitable[bool]]
"""Stores one update; `False` when there is no room for it now."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """What to tell Telegram, and where to listen."""

    url: str
    path: str
    secret: str

    @classmethod
    def settle(cls, given: WebhookSettings, token: str) -> Webhook:
        """Raises SettingsError for what Telegram would refuse."""
        parts = urlsplit(given.url)
        if problems := _problems(given):
            raise SettingsError(problems)
        bare = parts.path in ("", "/")
        url = given.url.rstrip("/") + _DEFAULT_PATH if bare else given.url
        return cls(url, _DEFAULT_PATH if bare else parts.path, given.secret or _derived(token))

    def routes(self, accept: Accept) -> list[Route]:
        """200 stored, 400 not an update, 401 wrong secret, 413 too large, 503 come again later."""

        async def receive(request: Request) -> Response:
            if not _signed(request, self.secret):
                return _answer(401, "wrong or missing secret token")
            body = await read_body(request)
            if body is None:
                return _answer(413, f"an update has at most {MAX_BODY} bytes")
            update = _update(body)
            if update is None:
                return _answer(400, "not an update")
            return _answer(200, "ok") if await accept(update) else _answer(503, "come again later")

        return [Route(self.path, receive, methods=["POST"])]


def _problems(given: WebhookSettings) -> list[str]:
    problems: list[str] = []
    parts = urlsplit(given.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        problems.append(
            "TELEGRAM_WEBHOOK_URL must be the public address of this bot, "
            "such as https://bot.example.org/telegram."
        )
    if given.secret and not _SECRET.fullmatch(given.secret):
        problems.append(
            "TELEGRAM_WEBHOOK_SECRET may have 1 to 256 letters A-Z a-z, digits, _ and -; "
            "leave it empty and one is made from the token."
        )
    return problems


def _derived(token: str) -> str:
    return hmac.new(token.encode(), b"aiwork telegram webhook", hashlib.sha256).hexdigest()


def _answer(status: int, text: str) -> Response:
    return PlainTextResponse(text, status_code=status)


def _signed(request: Request, secret: str) -> bool:
    """In constant time. Headers may hold any byte; ASCII-only comparison of `str` would raise."""
    given = request.headers.get(HEADER, "").encode("latin-1", "replace")
    return hmac.compare_digest(given, secret.encode())


def _update(body: bytes) -> dict[str, Any] | None:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return update if isinstance(update, dict) and _is_id(update.get("update_id")) else None


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63
