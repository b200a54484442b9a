"""HTTP on both sides: a body that is asked for within bounds, and the proxy that a call takes."""

from __future__ import annotations

import asyncio
import ipaddress
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from starlette.requests import ClientDisconnect, Request

MAX_BODY = 1_000_000
"""Bytes of one payload. Real ones of either platform stay far below 100 kB."""

SLOWEST = 10.0
"""Seconds for a body to arrive; platforms give up after three (Slack) or a minute (Telegram)."""


async def read_body(request: Request) -> bytes | None:
    """The raw body; `None` for one that is too long or never ends."""
    body = bytearray()
    try:
        async with asyncio.timeout(SLOWEST):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY:
                    return None
    except (TimeoutError, ClientDisconnect):
        return None
    return bytes(body)


def proxy_for(url: str) -> str | None:
    """The proxy that the environment names for that address; none for this very machine, and
    NO_PROXY is obeyed. Asked by us, as aiohttp would ask for every request, in a thread, and
    send along what it finds in a .netrc."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not host or _loopback(host) or proxy_bypass(host):
        return None
    scheme = {"wss": "https", "ws": "http"}.get(parts.scheme, parts.scheme)
    return getproxies().get(scheme)


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
