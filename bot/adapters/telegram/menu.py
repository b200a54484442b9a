"""The command menu: by scope and language, set only where it differs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.adapters.telegram.client import Api
from bot.adapters.telegram.errors import seconds
from bot.adapters.telegram.trouble import Clock, Trouble, backoff
from bot.core.language import Language
from bot.core.menu import MenuItem
from bot.core.text import cut

MAX_COMMANDS = 100
MAX_DESCRIPTION = 256

_TRIES = 8


@dataclass(frozen=True, slots=True)
class List:
    """What one kind of chat shows to people of one language (`None`: to all others)."""

    scope: BotCommandScope
    language: str | None
    commands: tuple[BotCommand, ...]


def lists(menu: Sequence[MenuItem]) -> Iterator[List]:
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
            yield List(scope, code, tuple(commands))


async def publish(api: Api, menu: Sequence[MenuItem], trouble: Trouble, clock: Clock) -> None:
    """Set each list that Telegram does not have yet. Never raises: a bot without a menu works."""
    await asyncio.gather(*(_publish(api, one, trouble, clock) for one in lists(menu)))


async def _publish(api: Api, wanted: List, trouble: Trouble, clock: Clock) -> None:
    waits = backoff()
    for _ in range(_TRIES):
        try:
            named = {"scope": wanted.scope, "language_code": wanted.language}
            commands = [command.to_dict() for command in wanted.commands]
            if await api.call("getMyCommands", **named) != commands:
                await api.call("setMyCommands", commands=commands, **named)
        except TelegramError as error:
            trouble.begins("setMyCommands", f"telegram: the command menu is not set: {error}.")
            if isinstance(error, BadRequest):
                return
            wait = next(waits)
            await clock.sleep(seconds(error) if isinstance(error, RetryAfter) else wait)
        else:
            trouble.over("setMyCommands")
            return
