"""HTTP pools and the bots on them; the token stays out of logs."""

from __future__ import annotations

import asyncio
import logging
import ssl
from functools import lru_cache
from typing import Any

import httpx
from telegram import Bot
from telegram.request import HTTPXRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.adapters.telegram.errors import prepare_sdk

API_ROOT = "https://api.telegram.org"

POLL_SECONDS = 25
"""How long Telegram may hold a getUpdates open (50 at most); proxies often cut at 30."""

_ANSWERS = 256
_DIGESTS = 128
"""Connections per pool. A hanging chat holds one, so that many chats must hang before another
one waits; digests and the long poll have pools of their own and never take one from answers."""


class Client:
    """`answers` for people who wait, `digests` for nobody in particular; both know one token."""

    def __init__(self, token: str, root: str = API_ROOT) -> None:
        prepare_sdk()
        _quiet_loggers()
        self._polls = _pool(1, POLL_SECONDS + 10)
        self._answers = _pool(_ANSWERS, 10)
        self._digests = _pool(_DIGESTS, 20)
        self.answers = self._bot(token, root, self._answers)
        self.digests = self._bot(token, root, self._digests)

    def _bot(self, token: str, root: str, request: HTTPXRequest) -> Bot:
        base = root.rstrip("/")
        return Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=request,
            get_updates_request=self._polls,
        )

    async def updates(self, offset: int | None, allowed: list[str]) -> list[dict[str, Any]]:
        """One long poll; the updates as Telegram wrote them: one that the SDK cannot read must not
        hide the others."""
        asked: dict[str, object] = {
            "timeout": POLL_SECONDS,
            "limit": 100,
            "allowed_updates": allowed,
            "offset": offset,
        }
        fields = [RequestParameter.from_input(k, v) for k, v in asked.items() if v is not None]
        url = f"{self.answers.base_url}/getUpdates"
        result: Any = await self._polls.post(url, RequestData(fields))
        return list(result)

    async def close(self) -> None:
        await asyncio.gather(*(r.shutdown() for r in (self._polls, self._answers, self._digests)))


def _pool(connections: int, read_timeout: float) -> HTTPXRequest:
    return HTTPXRequest(
        connections,
        read_timeout=read_timeout,
        connect_timeout=10,
        write_timeout=10,
        pool_timeout=5,
        httpx_kwargs={"verify": _certificates()},
    )


@lru_cache
def _certificates() -> ssl.SSLContext:
    """Read once: it takes 30 ms, and each pool would read them anew."""
    return httpx.create_ssl_context()


def _quiet_loggers() -> None:
    """httpx writes each URL at INFO, httpcore each request line at DEBUG, and the URL carries the
    token; python-telegram-bot logs whole answers that it cannot read."""
    for name, level in (
        ("httpx", logging.WARNING),
        ("httpcore", logging.WARNING),
        ("telegram", logging.CRITICAL),
    ):
        logging.getLogger(name).setLevel(level)
