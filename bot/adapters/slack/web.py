"""Slack's Web API and response URLs over one shared session; no retry behind our back."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.errors import FAULTS, answered, seconds, send_error
from bot.core.errors import RetryLater

T = TypeVar("T")

API = "https://slack.com/api/"

TIMEOUT = aiohttp.ClientTimeout(total=20, sock_connect=5)
"""Seconds. Slack answers within one or two; behind twenty an answer counts as lost."""

PATIENCE = 3
"""Times that an answer to a person is tried while it surely did not arrive."""

LONGEST_WAIT = 30.0
"""Seconds: nobody waits longer for an answer; the response URL is good for 30 minutes."""

quiet = logging.getLogger("aiwork.slack.sdk")
quiet.setLevel(logging.ERROR)  # below it, slack_sdk and Bolt print whole requests, texts included


class Client(AsyncWebClient):
    """A Web API client that survives an answer that is not JSON (a gateway's 502 in plain text
    makes slack_sdk 3.47 raise AttributeError, and hides a 429's Retry-After)."""

    async def _request(
        self, *, http_verb: str, api_url: str, req_args: dict[str, Any]
    ) -> dict[str, Any]:
        answer = await super()._request(http_verb=http_verb, api_url=api_url, req_args=req_args)
        if not isinstance(answer["data"], dict):
            answer["data"] = {}
        return answer


class Web:
    """Makes clients that share one session; opened by the first of them, inside the loop."""

    def __init__(self, base_url: str = API) -> None:
        self.base_url = base_url.rstrip("/") + "/"
        self._session: aiohttp.ClientSession | None = None
        self._clients: dict[str, Client] = {}

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=TIMEOUT)
        return self._session

    def client(self, token: str | None) -> Client:
        """A client for that token, the same one each time."""
        key = token or ""
        if key not in self._clients:
            client = Client(
                token=token,
                base_url=self.base_url,
                session=self.session,
                retry_handlers=[],  # slack_sdk repeats a post whose answer was lost: two messages
                logger=quiet,
            )
            client.proxy = proxy_for(self.base_url)  # slack_sdk itself ignores NO_PROXY
            self._clients[key] = client
        return self._clients[key]

    def forget(self, token: str) -> None:
        """The token is of no use any more."""
        self._clients.pop(token, None)

    async def respond(self, url: str, message: dict[str, Any]) -> None:
        """Post to a response URL. Raises SendError."""
        try:
            async with self.session.post(url, json=message, proxy=proxy_for(url)) as answer:
                await answer.read()
                after = seconds(answer.headers.get("Retry-After"))
        except FAULTS as error:
            raise send_error(error) from None
        if answer.status != 200:
            raise answered(f"http_{answer.status}", answer.status, after)

    async def close(self) -> None:
        if self._session:
            await self._session.close()
            # aiohttp closes its transports in the next turns of the loop.
            await asyncio.sleep(0)
        self._session = None
        self._clients.clear()


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """The call's answer, tried again while it surely had no effect. Raises SendError."""
    for attempt in range(1, PATIENCE + 1):
        try:
            return await call()
        except FAULTS as error:
            reason = send_error(error)
            wait = _wait(reason, attempt)
            if wait is None:
                raise reason from None
        await asyncio.sleep(wait)
    raise AssertionError("unreachable")


def _wait(reason: Exception, attempt: int) -> float | None:
    if not isinstance(reason, RetryLater) or attempt == PATIENCE:
        return None
    wait = reason.after if reason.after is not None else 0.5 * attempt
    return wait if wait <= LONGEST_WAIT else None


def proxy_for(url: str) -> str | None:
    """The proxy that the environment names for that address; none for this very machine, and
    NO_PROXY is obeyed."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if _loopback(host) or proxy_bypass(host):
        return None
    scheme = {"wss": "https", "ws": "http"}.get(parts.scheme, parts.scheme)
    return getproxies().get(scheme)


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
