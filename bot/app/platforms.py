"""Which platforms this process speaks to, and what it does there, by settings and role."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from functools import partial

from bot.app.mcp import mcp_tokens
from bot.app.roles import (
    HALF_GRACE,
    Role,
    RunningPlatform,
    Spoken,
    adapters_for,
    plain,
    rate_limit,
)
from bot.app.site import serves_site
from bot.commands.registry import Registry
from bot.core.errors import SettingsError
from bot.settings import Settings
from bot.store.store import Store


def platforms_for(
    settings: Settings,
    role: Role,
    store: Store,
    spoken: Spoken,
    registry: Registry,
    reconnected: Callable[[str], None],
) -> list[RunningPlatform]:
    """`reconnected` is told the platform. Raises SettingsError for a role that has nothing to do
    with these settings, and for a platform whose extra is not installed."""
    found: list[RunningPlatform] = []
    if "telegram" in settings.platforms:
        _installed("telegram", "telegram")
        found += _telegram(settings, role, store, spoken, registry, reconnected)
    if "slack" in settings.platforms:
        _installed("slack", "slack_bolt")
        from bot.app.slack import slack

        found += slack(settings, role, store, spoken, reconnected)
    if not found and not mcp_tokens(settings, role) and not serves_site(settings, role):
        raise SettingsError(
            [
                f"role {role} has nothing to do: with SLACK_MODE=socket and TELEGRAM_MODE=polling "
                "everything runs in a worker; set a mode to http or webhook, or leave this role out"
            ]
        )
    return found


def _installed(extra: str, module: str) -> None:
    if importlib.util.find_spec(module) is None:
        raise SettingsError(
            [f"a token for {extra} is set, but its library is not installed: "
             f"run `pip install 'aiwork[{extra}]'`, or take the token out of the environment"]
        )  # fmt: skip


def _telegram(
    settings: Settings,
    role: Role,
    store: Store,
    spoken: Spoken,
    registry: Registry,
    reconnected: Callable[[str], None],
) -> Iterator[RunningPlatform]:
    from bot.adapters.telegram import Adapter as TelegramAdapter
    from bot.adapters.telegram import WebhookSettings

    hook = None
    if settings.telegram_mode == "webhook":
        hook = WebhookSettings(_webhook_url(settings), plain(settings.telegram_webhook_secret))

    def make(*, listens: bool) -> TelegramAdapter:
        return TelegramAdapter(
            plain(settings.telegram_bot_token),
            inbox=store.inbox,
            chats=store.chats,
            words=spoken.words,
            menu=registry.menu(spoken.words),
            verbs=registry.names,
            language=spoken.default_language,
            root=settings.telegram_api_base_url,
            webhook=hook,
            listens=listens,
            siblings=hook is not None and not store.database.sqlite,
            grace=HALF_GRACE,
            reconnected=partial(reconnected, "telegram"),
            limit=rate_limit(settings),
        )

    yield from adapters_for(role, make, "webhook" if hook else "polling", http=hook is not None)


def _webhook_url(settings: Settings) -> str:
    if not settings.telegram_webhook_url:
        raise SettingsError(
            ["TELEGRAM_WEBHOOK_URL is missing: set the public https address of the bot, "
             "or TELEGRAM_MODE=polling"]
        )  # fmt: skip
    return settings.telegram_webhook_url
