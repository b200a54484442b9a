"""oauth.v2.access: a code for a token, and a token for the next one."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.adapters.slack.client import WebClients
from bot.adapters.slack.errors import FAULTS, name_of
from bot.core.installation import Installation


@dataclass(frozen=True, slots=True)
class Consent:
    """What came of somebody's consent."""

    installation: Installation
    installer: str
    workspace_name: str


class WholeOrganisation(Exception):
    """An Enterprise Grid administrator installed the app for all workspaces at once."""


@dataclass(frozen=True, slots=True)
class TokenClient:
    """Both calls authenticate with the app's own id and secret, in a header."""

    web: WebClients
    client_id: str
    client_secret: str = field(repr=False)
    now: Callable[[], datetime]

    async def code(self, code: str, redirect_url: str) -> Consent:
        """Raises WholeOrganisation, and what the SDK raises."""
        answer = await self._call(code=code, redirect_uri=redirect_url or None)
        team = answer.get("team")
        if answer.get("is_enterprise_install") or not isinstance(team, dict):
            raise WholeOrganisation
        installation = Installation(
            workspace=str(team["id"]),
            bot_token=str(answer["access_token"]),
            bot_user=str(answer.get("bot_user_id") or ""),
            enterprise=str((answer.get("enterprise") or {}).get("id") or ""),
            scopes=str(answer.get("scope") or ""),
            refresh_token=str(answer.get("refresh_token") or ""),
            expires_at=self._expiry(answer),
        )
        installer = str((answer.get("authed_user") or {}).get("id") or "")
        return Consent(await self._named(installation), installer, str(team.get("name") or ""))

    async def renew(self, installation: Installation) -> Installation:
        """The installation with its next token. Raises what the SDK raises."""
        answer = await self._call(
            grant_type="refresh_token", refresh_token=installation.refresh_token
        )
        return replace(
            installation,
            bot_token=str(answer["access_token"]),
            refresh_token=str(answer.get("refresh_token") or installation.refresh_token),
            expires_at=self._expiry(answer),
        )

    async def _call(self, **given: Any) -> Mapping[str, Any]:
        # Not by `oauth_v2_access`: it makes a BasicAuth, which aiohttp 4 will not have any more.
        pair = f"{self.client_id}:{self.client_secret}".encode()
        answer = await self.web.client(None).api_call(
            "oauth.v2.access",
            data={name: value for name, value in given.items() if value is not None},
            headers={"Authorization": f"Basic {base64.b64encode(pair).decode()}"},
        )
        return dict(answer.data) if isinstance(answer.data, dict) else {}

    async def _named(self, installation: Installation) -> Installation:
        """With the bot's own names, which the exchange does not tell; without, if Slack balks."""
        try:
            answer = await self.web.client(installation.bot_token).auth_test()
        except FAULTS:
            return installation
        return replace(
            installation,
            bot_user=installation.bot_user or str(answer.get("user_id") or ""),
            bot_id=str(answer.get("bot_id") or ""),
            bot_name=str(answer.get("user") or installation.bot_name),
        )

    def _expiry(self, answer: Mapping[str, Any]) -> datetime | None:
        seconds = answer.get("expires_in")
        return self.now() + timedelta(seconds=int(seconds)) if seconds else None


def refusal(error: Exception) -> str:
    """Slack's name for what is wrong with the code or the refresh token, '' for a fault that is
    worth another try."""
    if not isinstance(error, SlackApiError):
        return ""
    name = name_of(error)
    return name if name in _FOR_GOOD or name.startswith(("invalid_", "bad_")) else ""


_FOR_GOOD = frozenset(
    {
        "access_denied",
        "account_inactive",
        "cannot_install_an_org_installed_app",
        "code_already_used",
        "code_expired",
        "oauth_authorization_url_mismatch",
        "token_revoked",
    }
)
