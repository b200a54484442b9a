"""HTTP pools and the bots on them; the token stays out of logs."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from telegram import Bot
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.adapters.telegram.errors import prepare_sdk
from bot.adapters.telegram.transport import Transport, proxy_for

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
        proxy = proxy_for(root)
        self._polls = Transport(1, POLL_SECONDS + 10, proxy)
        self._answers = Transport(_ANSWERS, 10, proxy)
        self._digests = Transport(_DIGESTS, 20, proxy)
        self.answers = self._bot(token, root, self._answers)
        self.digests = self._bot(token, root, self._digests)

    def _bot(self, token: str, root: str, request: Transport) -> Bot:
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


def _quiet_loggers() -> None:
    """The SDK logs whole answers that it cannot read; httpx and httpcore, if anything still uses
    them, write each URL, and the URL carries the token."""
    for name, level in (
        ("httpx", logging.WARNING),
        ("httpcore", logging.WARNING),
        ("telegram", logging.CRITICAL),
    ):
        logging.getLogger(name).setLevel(level)
