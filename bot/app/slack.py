"""Slack by settings: one workspace by token or many by OAuth, by Socket Mode or over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from bot.adapters.slack import (
    Adapter,
    InstallRoutes,
    ManyWorkspaces,
    OAuthStates,
    TokenClient,
    WebClients,
)
from bot.app.roles import (
    HALF_GRACE,
    Role,
    RunningPlatform,
    Spoken,
    adapters_for,
    plain,
    rate_limit,
)
from bot.core.errors import SettingsError
from bot.settings import Settings
from bot.store.store import Store


def slack(
    settings: Settings,
    role: Role,
    store: Store,
    spoken: Spoken,
    reconnected: Callable[[str], None],
) -> Iterator[RunningPlatform]:
    """Raises SettingsError for a mode whose secrets are missing."""
    http = settings.slack_mode == "http"
    problems = _missing(settings)
    if problems:
        raise SettingsError(problems)
    many = _many(settings, store) if not settings.slack_bot_token else None

    def make(*, listens: bool) -> Adapter:
        return Adapter(
            plain(settings.slack_bot_token),
            words=spoken.words,
            inbox=store.inbox,
            chats=store.chats,
            app_token=plain(settings.slack_app_token) if listens and not http else "",
            signing_secret=plain(settings.slack_signing_secret) if listens and http else "",
            installations=many.workspaces if many else None,
            managers=_managers(settings.slack_managers),
            language=spoken.default_language,
            base_url=settings.slack_api_base_url,
            grace=HALF_GRACE,
            siblings=listens and http and not store.database.sqlite,
            reconnected=partial(reconnected, Adapter.name),
            limit=rate_limit(settings),
        )

    for platform in adapters_for(role, make, "HTTP" if http else "Socket Mode", http=http):
        adapter = platform.adapter
        if not many or not isinstance(adapter, Adapter):
            yield platform
            continue
        routes = many.pages(settings, store, spoken).routes(adapter.greet) if platform.how else []
        yield replace(platform, pages=tuple(routes), close=many.close)


def _missing(settings: Settings) -> list[str]:
    if settings.slack_mode == "socket" and not settings.slack_app_token:
        return [
            "SLACK_APP_TOKEN is missing: create one (xapp-…, scope connections:write), "
            "or set SLACK_MODE=http"
        ]
    problems = []
    if settings.slack_mode == "http" and not settings.slack_signing_secret:
        problems.append(
            "SLACK_SIGNING_SECRET is missing: copy it from the app's page Basic Information, "
            "or set SLACK_MODE=socket"
        )
    if not settings.slack_bot_token and not settings.secret_key:
        problems.append(
            "AIWORK_SECRET_KEY is missing: tokens of other workspaces are never stored as they "
            "are; make a key with `openssl rand -base64 32`"
        )
    if not settings.slack_bot_token and not settings.slack_client_secret:
        problems.append(
            "SLACK_CLIENT_SECRET is missing beside SLACK_CLIENT_ID: copy it from the app's page "
            "Basic Information, or set SLACK_BOT_TOKEN for one workspace"
        )
    return problems


@dataclass(frozen=True, slots=True)
class _Many:
    """What an app for many workspaces has beside its adapter."""

    web: WebClients
    tokens: TokenClient
    workspaces: ManyWorkspaces

    async def close(self) -> None:
        await self.workspaces.close()
        await self.web.close()

    def pages(self, settings: Settings, store: Store, spoken: Spoken) -> InstallRoutes:
        return InstallRoutes(
            self.tokens,
            self.workspaces,
            OAuthStates(plain(settings.slack_client_secret), store.inbox),
            spoken.words,
            public_url=settings.public_url or "",
            authorize_url=settings.slack_authorize_url,
        )


def _many(settings: Settings, store: Store) -> _Many:
    web = WebClients(settings.slack_api_base_url)
    client_id, secret = settings.slack_client_id or "", plain(settings.slack_client_secret)
    tokens = TokenClient(web, client_id, secret, lambda: datetime.now(UTC))
    return _Many(web, tokens, ManyWorkspaces(store.installations, tokens))


def _managers(text: str) -> Literal["anyone", "admins"] | frozenset[str]:
    if text == "anyone":
        return "anyone"
    if text == "admins":
        return "admins"
    return frozenset(text.replace(" ", "").split(","))
