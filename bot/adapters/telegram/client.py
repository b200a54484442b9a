"""The Bot API's methods by name, over three pools; the token stays out of logs."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from telegram import (
    InlineKeyboardMarkup,
    InputFile,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.adapters.common.http import proxy_for
from bot.adapters.telegram.errors import prepare_sdk
from bot.adapters.telegram.render import NO_PREVIEW
from bot.adapters.telegram.targets import Target
from bot.adapters.telegram.transport import Transport
from bot.core.reply import File

API_ROOT = "https://api.telegram.org"

POLL_SECONDS = 25
"""How long Telegram may hold a getUpdates open (50 at most); proxies often cut at 30."""

_ANSWERS = 256
_DIGESTS = 128
"""Connections per pool. A hanging chat holds one, so that many chats must hang before another
one waits; digests and the long poll have pools of their own and never take one from answers."""


class Api:
    """Methods by name, over one pool.

    Not the SDK's `Bot`: that one reads every result into objects and fails when one field of a
    sent message is not what it expects, as if the message had not been sent.
    """

    def __init__(self, base: str, pool: Transport) -> None:
        self._base = base
        self._pool = pool

    async def call(self, method: str, /, **fields: object) -> Any:
        """The result as JSON; fields that are `None` are left out. Raises the SDK's errors."""
        given = [RequestParameter.from_input(k, v) for k, v in fields.items() if v is not None]
        return await self._pool.post(f"{self._base}/{method}", RequestData(given))


Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None


async def send(
    api: Api, target: Target, text: str, markup: Markup = None, *, silent: bool = False
) -> int:
    """One sendMessage, once; returns the message id. Raises what the SDK raises."""
    reply = target.reply_to and ReplyParameters(target.reply_to, allow_sending_without_reply=True)
    sent = await api.call(
        "sendMessage",
        chat_id=target.chat,
        text=text,
        parse_mode=ParseMode.HTML,
        message_thread_id=target.thread,
        reply_parameters=reply or None,
        reply_markup=markup,
        link_preview_options=NO_PREVIEW,
        disable_notification=silent or None,
    )
    return int(sent["message_id"])


async def send_file(api: Api, target: Target, file: File) -> None:
    """One sendDocument, once. Raises what the SDK raises."""
    await api.call(
        "sendDocument",
        chat_id=target.chat,
        document=InputFile(file.text.encode(), file.name),
        message_thread_id=target.thread,
    )


class Client:
    """`answers` for people who wait, `digests` for nobody in particular, `polls` for updates."""

    def __init__(self, token: str, root: str = API_ROOT) -> None:
        prepare_sdk()
        _quiet_loggers()
        proxy, base = proxy_for(root), f"{root.rstrip('/')}/bot{token}"
        self._pools = (
            Transport(1, POLL_SECONDS + 10, proxy),
            Transport(_ANSWERS, 10, proxy),
            Transport(_DIGESTS, 20, proxy),
        )
        self.polls, self.answers, self.digests = (Api(base, pool) for pool in self._pools)

    async def updates(self, offset: int | None, allowed: list[str]) -> list[dict[str, Any]]:
        """One long poll; the updates as Telegram wrote them."""
        result = await self.polls.call(
            "getUpdates", offset=offset, timeout=POLL_SECONDS, limit=100, allowed_updates=allowed
        )
        return list(result)

    async def close(self) -> None:
        await asyncio.gather(*(pool.shutdown() for pool in self._pools))


def _quiet_loggers() -> None:
    """The SDK logs whole answers that it cannot read; httpx and httpcore, if anything still uses
    them, write each URL, and the URL carries the token."""
    for name, level in (
        ("httpx", logging.WARNING),
        ("httpcore", logging.WARNING),
        ("telegram", logging.CRITICAL),
    ):
        logging.getLogger(name).setLevel(level)
