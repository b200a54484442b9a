"""Which platforms this process speaks to, and what it does there, by settings and role."""

from __future__ import annotations

import importlib.util
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Protocol

from pydantic import SecretStr
from starlette.routing import Route

from bot.commands.registry import Registry
from bot.commands.request import Services
from bot.core.errors import SettingsError
from bot.core.ports import Adapter
from bot.settings import Settings
from bot.store.store import Store

HALF_GRACE = 5.0
"""Seconds that running answers get at a stop: half of the ten that a supervisor waits, since the
deliveries before them have the other half."""


class Role(StrEnum):
    """What a process does: answer over HTTP, deliver and hold connections, or everything."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"


class Platform(Adapter, Protocol):
    """An adapter that says, too, when it had to end by itself (SettingsError), and what it serves
    over HTTP."""

    async def watch(self) -> None: ...

    def routes(self) -> list[Route]: ...


@dataclass(frozen=True, slots=True)
class Station:
    """An adapter at work. `sends` digests; `how` it hears commands, for the `ready` line ('' when
    it does not). `lock`: only one process may hear at a time, the others stand by."""

    adapter: Platform
    sends: bool
    how: str = ""
    lock: str = ""
    pages: tuple[Route, ...] = ()
    """Routes beside the adapter's own: Slack's install pages."""
    close: Callable[[], Awaitable[None]] | None = None
    """What is left to close when the adapter has stopped."""

    @property
    def name(self) -> str:
        """`telegram (polling)`, or the platform alone where nothing is heard."""
        return f"{self.adapter.name} ({self.how})" if self.how else self.adapter.name


def stations(
    settings: Settings,
    role: Role,
    store: Store,
    services: Services,
    registry: Registry,
    reconnected: Callable[[str], None],
) -> list[Station]:
    """`reconnected` is told the platform. Raises SettingsError for a role that has nothing to do
    with these settings, and for a platform whose extra is not installed."""
    found: list[Station] = []
    if "telegram" in settings.platforms:
        _installed("telegram", "telegram")
        found += _telegram(settings, role, store, services, registry, reconnected)
    if "slack" in settings.platforms:
        _installed("slack", "slack_bolt")
        from bot.app.slack import slack

        found += slack(settings, role, store, services, reconnected)
    if not found:
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
    services: Services,
    registry: Registry,
    reconnected: Callable[[str], None],
) -> Iterator[Station]:
    from bot.adapters.telegram import Telegram, Webhook

    hook = None
    if settings.telegram_mode == "webhook":
        hook = Webhook(_webhook_url(settings), plain(settings.telegram_webhook_secret))

    def make(*, listens: bool) -> Telegram:
        return Telegram(
            plain(settings.telegram_bot_token),
            inbox=store.inbox,
            rooms=store.chats,
            words=services.words,
            menu=registry.menu(services.words),
            verbs=registry.names,
            language=services.default_language,
            root=settings.telegram_api_base_url,
            webhook=hook,
            listens=listens,
            siblings=hook is not None and not store.database.sqlite,
            grace=HALF_GRACE,
            reconnected=partial(reconnected, "telegram"),
        )

    yield from placed(role, make, "webhook" if hook else "polling", http=hook is not None)


class Make(Protocol):
    def __call__(self, *, listens: bool) -> Platform: ...


def placed(role: Role, make: Make, how: str, *, http: bool) -> Iterator[Station]:
    """Over HTTP the web hears and workers send. A held connection lives in one worker at a time,
    so that there the hearing adapter is another one than the sending."""
    if role is Role.ALL:
        yield Station(make(listens=True), sends=True, how=how)
    elif role is Role.WEB and http:
        yield Station(make(listens=True), sends=False, how=how)
    elif role is Role.WORKER:
        yield Station(make(listens=False), sends=True)
        if not http:
            hearing = make(listens=True)
            yield Station(hearing, sends=False, how=how, lock=hearing.name)


def _webhook_url(settings: Settings) -> str:
    if not settings.telegram_webhook_url:
        raise SettingsError(
            ["TELEGRAM_WEBHOOK_URL is missing: set the public https address of the bot, "
             "or TELEGRAM_MODE=polling"]
        )  # fmt: skip
    return settings.telegram_webhook_url


def plain(secret: SecretStr | None) -> str:
    """What a secret holds; nothing when it is not set."""
    return secret.get_secret_value() if secret else ""
