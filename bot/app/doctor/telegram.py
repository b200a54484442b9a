"""Telegram: the token, the webhook, what the bot may read, the rooms with a digest."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

from bot.app.doctor.ask import Answer, ask, check_clock, each
from bot.app.doctor.findings import Finding, Trouble, found
from bot.app.roles import plain
from bot.core.address import Address
from bot.core.errors import SettingsError
from bot.settings import Settings

FRESH = timedelta(hours=1)
"""An error of the webhook that is older tells nothing of today; Telegram keeps the last one."""

MANY_WAITING = 100
"""Updates that Telegram holds; a bot at work lets a handful lie."""


async def check(
    opened: aiohttp.ClientSession,
    settings: Settings,
    rooms: Sequence[Address],
    now: Callable[[], datetime],
) -> AsyncIterator[Finding]:
    root = f"{settings.telegram_api_base_url.rstrip('/')}/bot{plain(settings.telegram_bot_token)}"
    me = await ask(opened, f"{root}/getMe")
    for one in check_clock("Telegram", me, now):
        yield one
    if not me.body.get("ok"):
        yield _refused(me)
        return
    bot = me.body["result"]
    for one in _rights(bot):
        yield one
    hook = await ask(opened, f"{root}/getWebhookInfo")
    if hook.body.get("ok"):
        for one in _webhook(settings, hook.body["result"], now()):
            yield one

    async def look(room: Address) -> Finding | None:
        member = await ask(
            opened, f"{root}/getChatMember", chat_id=room.room, user_id=str(bot["id"])
        )
        if not member.body.get("ok"):
            return found(Trouble.ROOM, room=room, why=_words(member))
        if _may_post(member.body["result"]):
            return None
        return found(Trouble.ROOM, room=room, why=member.body["result"].get("status", "?"))

    for one in await each(rooms, look, "Telegram"):
        yield one


def _refused(answer: Answer) -> Finding:
    if answer.body.get("error_code") in (401, 404):
        return found(
            Trouble.TOKEN, platform="Telegram", variable="TELEGRAM_BOT_TOKEN", why=_words(answer)
        )
    return found(Trouble.UNREACHABLE, platform="Telegram", why=_words(answer))


def _words(answer: Answer) -> str:
    return str(answer.body.get("description", "?"))[:200]


def _rights(bot: dict[str, Any]) -> Iterator[Finding]:
    if bot.get("can_read_all_group_messages"):
        yield found(Trouble.READS_ALL, bot=f"@{bot.get('username')}")
    if bot.get("can_join_groups") is False:
        yield found(Trouble.NO_GROUPS, bot=f"@{bot.get('username')}")


def _webhook(settings: Settings, info: dict[str, Any], now: datetime) -> Iterator[Finding]:
    there = str(info.get("url") or "")
    if settings.telegram_mode == "polling":
        if there:
            yield found(Trouble.WEBHOOK_IN_THE_WAY, there=there)
        return
    wanted = _wanted(settings)
    if there != wanted:
        yield found(Trouble.WEBHOOK_ADDRESS, there=there or "–", wanted=wanted)
    why, when = str(info.get("last_error_message", "")), int(info.get("last_error_date") or 0)
    if why and now - datetime.fromtimestamp(when, UTC) < FRESH:
        secret = "401" in why
        yield found(Trouble.WEBHOOK_SECRET if secret else Trouble.WEBHOOK_ERROR, why=why[:200])
    if (count := int(info.get("pending_update_count") or 0)) >= MANY_WAITING:
        yield found(Trouble.WAITING, count=count)


def _wanted(settings: Settings) -> str:
    """The address that the bot gives Telegram at its start."""
    from bot.adapters.telegram.webhook import Webhook, WebhookSettings

    url = settings.telegram_webhook_url or ""
    try:
        return Webhook.settle(WebhookSettings(url), plain(settings.telegram_bot_token)).url
    except SettingsError:
        return "–"


def _may_post(member: dict[str, Any]) -> bool:
    match member.get("status"):
        case "administrator":
            return member.get("can_post_messages") is not False
        case "restricted":
            return bool(member.get("is_member") and member.get("can_send_messages"))
        case status:
            return status in ("creator", "member")
