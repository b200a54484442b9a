"""Which platforms this process speaks to, and what it does there, by settings and role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from pydantic import SecretStr

from bot.commands.registry import Registry
from bot.commands.request import House
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
    """An adapter that says, too, when it had to end by itself (SettingsError)."""

    async def watch(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Station:
    """An adapter at work. `sends` digests; `how` it hears commands, for the `ready` line ('' when
    it does not). `lock`: only one process may hear at a time, the others stand by."""

    adapter: Platform
    sends: bool
    how: str = ""
    lock: str = ""


def stations(
    settings: Settings, role: Role, store: Store, house: House, registry: Registry
) -> list[Station]:
    """Raises SettingsError for a role that has nothing to do with these settings."""
    found: list[Station] = []
    if "telegram" in settings.platforms:
        found += _telegram(settings, role, store, house, registry)
    if "slack" in settings.platforms:
        found += _slack(settings, role, store, house)
    if not found:
        raise SettingsError(
            [
                f"role {role} has nothing to do: with SLACK_MODE=socket and TELEGRAM_MODE=polling "
                "everything runs in a worker; set a mode to http or webhook, or leave this role out"
            ]
        )
    return found


def _telegram(
    settings: Settings, role: Role, store: Store, house: House, registry: Registry
) -> Iterator[Station]:
    from bot.adapters.telegram import Telegram, Webhook

    hook = None
    if settings.telegram_mode == "webhook":
        hook = Webhook(_webhook_url(settings), _plain(settings.telegram_webhook_secret))

    def make(*, listens: bool) -> Telegram:
        return Telegram(
            _plain(settings.telegram_bot_token),
            inbox=store.inbox,
            rooms=store.chats,
            words=house.words,
            menu=registry.menu(house.words),
            verbs=registry.names,
            language=house.default_language,
            root=settings.telegram_api_base_url,
            webhook=hook,
            listens=listens,
            siblings=hook is not None and not store.database.sqlite,
            grace=HALF_GRACE,
        )

    yield from _placed(role, make, "webhook" if hook else "polling", http=hook is not None)


def _slack(settings: Settings, role: Role, store: Store, house: House) -> Iterator[Station]:
    from bot.adapters.slack import SlackAdapter

    http = settings.slack_mode == "http"
    app_token = "" if http else _plain(settings.slack_app_token)
    if not http and not app_token:
        raise SettingsError(
            ["SLACK_APP_TOKEN is missing: create one (xapp-…, scope connections:write), "
             "or set SLACK_MODE=http"]
        )  # fmt: skip

    signing_secret = _plain(settings.slack_signing_secret) if http else ""
    if http and not signing_secret:
        raise SettingsError(
            ["SLACK_SIGNING_SECRET is missing: copy it from the app's page Basic Information, "
             "or set SLACK_MODE=socket"]
        )  # fmt: skip

    def make(*, listens: bool) -> SlackAdapter:
        return SlackAdapter(
            _plain(settings.slack_bot_token),
            words=house.words,
            inbox=store.inbox,
            rooms=store.chats,
            app_token=app_token if listens else "",
            signing_secret=signing_secret if listens else "",
            managers=_managers(settings.slack_managers),
            language=house.default_language,
            base_url=settings.slack_api_base_url,
            grace=HALF_GRACE,
        )

    yield from _placed(role, make, "HTTP" if http else "Socket Mode", http=http)


class _Make(Protocol):
    def __call__(self, *, listens: bool) -> Platform: ...


def _placed(role: Role, make: _Make, how: str, *, http: bool) -> Iterator[Station]:
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


def _managers(text: str) -> Literal["anyone", "admins"] | frozenset[str]:
    if text == "anyone":
        return "anyone"
    if text == "admins":
        return "admins"
    return frozenset(text.replace(" ", "").split(","))


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
