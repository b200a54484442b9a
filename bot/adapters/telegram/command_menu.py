"""The command menu: by scope and language, set only where it differs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.adapters.common.clock import Clock
from bot.adapters.common.log_once import LogOnce
from bot.adapters.common.retry import backoff, retry
from bot.adapters.telegram.client import Api
from bot.adapters.telegram.errors import seconds
from bot.core.language import Language
from bot.core.menu import MenuItem
from bot.core.text import cut

MAX_COMMANDS = 100
MAX_DESCRIPTION = 256

_TRIES = 8
"""Some three minutes of them: the menu of the last start is still there."""

_KIND = "setMyCommands"


@dataclass(frozen=True, slots=True)
class MenuList:
    """What one kind of chat shows to people of one language (`None`: to all others)."""

    scope: BotCommandScope
    language: str | None
    commands: tuple[BotCommand, ...]


def lists(menu: Sequence[MenuItem]) -> Iterator[MenuList]:
    """Private chats and group administrators see all, groups what anybody may use. Language codes
    have two letters, so Simplified Chinese stands for every Chinese."""
    everybody = [item for item in menu if not item.manages]
    for scope, items in (
        (BotCommandScopeAllPrivateChats(), menu),
        (BotCommandScopeAllGroupChats(), everybody),
        (BotCommandScopeAllChatAdministrators(), menu),
    ):
        for code, language in ((None, Language.EN), ("zh", Language.HANS)):
            commands = (
                BotCommand(item.verb, cut(item.summary[language], MAX_DESCRIPTION))
                for item in items[:MAX_COMMANDS]
            )
            yield MenuList(scope, code, tuple(commands))


async def publish(api: Api, menu: Sequence[MenuItem], log_once: LogOnce, clock: Clock) -> None:
    """Set each list that Telegram does not have yet. Never raises: a bot without a menu works."""
    await asyncio.gather(*(_publish(api, one, log_once, clock) for one in lists(menu)))


async def _publish(api: Api, wanted: MenuList, log_once: LogOnce, clock: Clock) -> None:
    def failed(error: Exception) -> float | None:
        log_once.begin(_KIND, f"the command menu is not set: {error}.")
        if isinstance(error, BadRequest) or not isinstance(error, TelegramError):
            raise error
        return seconds(error) if isinstance(error, RetryAfter) else None

    with suppress(TelegramError):
        waits = islice(backoff(), _TRIES - 1)
        await retry(lambda: _set(api, wanted), failed=failed, waits=waits, sleep=clock.sleep)
        log_once.end(_KIND)


async def _set(api: Api, wanted: MenuList) -> None:
    named = {"scope": wanted.scope, "language_code": wanted.language}
    commands = [command.to_dict() for command in wanted.commands]
    if await api.call("getMyCommands", **named) != commands:
        await api.call("setMyCommands", commands=commands, **named)
