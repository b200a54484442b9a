"""What lies at an address of the web: https and http alone, and never inside a network.

A name is resolved once, its addresses are looked at, and the connection goes to one of those: who
changes what a name means in between gains nothing. Each redirect is looked at the same way.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from bot import __version__
from bot.core.errors import AiworkError

MOST = 10_000_000
"""Bytes of a page."""

MEGABYTE = 1_000_000

SECONDS = 20.0
REDIRECTS = 5
AGENT = f"aiwork-content/{__version__} (reads one page for its editors)"

Resolve = Callable[[str, int], "list[str]"]


class FetchError(AiworkError):
    """Nothing could be read; the sentence says why, and what to do."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


def is_public(address: str) -> bool:
    """Whether an address is of the open internet: not of this machine, a private network, a link,
    or reserved; IPv4 inside IPv6 counts as what it is."""
    found = ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    return found.is_global and not found.is_multicast and (mapped is None or mapped.is_global)


async def fetch(
    url: str,
    *,
    most: int = MOST,
    seconds: float = SECONDS,
    look_up: Resolve = resolve,
    allowed: Callable[[str], bool] = is_public,
) -> tuple[str, bytes, str]:
    """The address at last, its bytes (at most so many), its content type. Raises FetchError."""
    try:
        async with asyncio.timeout(seconds):
            return await _followed(url, most, look_up, allowed)
    except TimeoutError:
        raise FetchError(f"{_host(url)} did not answer within {seconds:.0f} s") from None
    except (aiohttp.ClientError, ValueError) as error:  # ValueError: a host or port that cannot be
        raise FetchError(f"{_host(url)} cannot be read: {type(error).__name__}") from None


async def _followed(
    url: str, most: int, look_up: Resolve, allowed: Callable[[str], bool]
) -> tuple[str, bytes, str]:
    for _ in range(REDIRECTS):
        addresses = await _addresses(url, look_up, allowed)
        connector = aiohttp.TCPConnector(resolver=_Fixed(addresses), use_dns_cache=False)
        async with (
            aiohttp.ClientSession(connector=connector, headers={"User-Agent": AGENT}) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            if answer.status in (301, 302, 303, 307, 308) and "Location" in answer.headers:
                url = urljoin(url, answer.headers["Location"])
                continue
            if answer.status != 200:
                raise FetchError(f"{_host(url)} answers {answer.status}: open it in a browser")
            return url, await _limited(answer, most), answer.content_type
    raise FetchError(f"{_host(url)} leads from address to address: give the last one")


async def _addresses(url: str, look_up: Resolve, allowed: Callable[[str], bool]) -> Sequence[str]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise FetchError("only http and https addresses are read: give one of a page")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = await asyncio.to_thread(look_up, parts.hostname, port)
    except OSError:
        raise FetchError(f"{parts.hostname} is not found: is it spelt so?") from None
    if not found or not all(map(allowed, found)):
        raise FetchError(f"{parts.hostname} is an address inside a network: save the page")
    return found


class _Fixed(AbstractResolver):
    """Answers with the addresses that were looked at, and no others."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=one,
                port=port,
                family=socket.AF_INET6 if ":" in one else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for one in self._addresses
        ]

    async def close(self) -> None:
        return None


async def _limited(answer: Any, most: int) -> bytes:
    raw = bytearray()
    async for chunk in answer.content.iter_chunked(65_536):
        raw += chunk
        if len(raw) > most:
            size = f"{most / MEGABYTE:g} MB"
            raise FetchError(f"the page is larger than {size}: save its text, and give that")
    return bytes(raw)


def _host(url: str) -> str:
    return urlsplit(url).hostname or "the address"
