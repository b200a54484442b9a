"""Slack for many workspaces: consent, codes for tokens, tokens that expire and are renewed."""

from __future__ import annotations

import base64
from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from tests.standin.slack import SlackStandIn
from tests.standin.slack_api import Json

CLIENT_ID, CLIENT_SECRET, SIGNING_SECRET = "1.2", "planted-client-secret", "planted-signing-secret"

TOKEN_LIFE = 43_200
"""Seconds: Slack's twelve hours."""


@dataclass
class Team:
    id: str
    name: str
    tokens: set[str] = field(default_factory=set)
    refresh_tokens: set[str] = field(default_factory=set)


class SlackWithOAuth(SlackStandIn):
    """Every workspace has the same channels; `posted` says what was said in which."""

    def __init__(self, *, rotating: bool = False) -> None:
        super().__init__()
        self.rotating = rotating
        self.teams: dict[str, Team] = {}
        self.posted: dict[str, list[Json]] = defaultdict(list)
        self._codes: dict[str, tuple[str, str]] = {}
        self._speaker = ""

    def consent(self, authorize_url: str, team: str, name: str = "Acme") -> Json:
        """A person agrees on Slack's page; the query with which Slack sends the browser back."""
        query = {key: values[0] for key, values in parse_qs(urlsplit(authorize_url).query).items()}
        if query.get("client_id") != CLIENT_ID or not query.get("scope"):
            self.problems.append(f"an authorize address that Slack refuses: {query}")
        self.teams.setdefault(team, Team(team, name))
        code = f"code-planted-{next(self.numbers)}"
        self._codes[code] = (team, query.get("redirect_uri", ""))
        return {"code": code, "state": query["state"]}

    def revoke(self, team: str) -> None:
        """The workspace removes the app: its tokens are worth nothing from now on."""
        self.teams[team].tokens.clear()
        self.teams[team].refresh_tokens.clear()

    def expire(self, team: str) -> None:
        self.teams[team].tokens.clear()

    def _do(self, method: str, args: Json, token: str) -> Json:
        if method == "oauth.v2.access":
            return self._access(args, token)
        team = next((t for t in self.teams.values() if token in t.tokens), None)
        if team is None:
            return {"ok": False, "error": "invalid_auth"}
        self._speaker = team.id
        before = len(self.posts)
        answer = self._known(method, args)
        self.posted[team.id] += self.posts[before:]
        return answer

    def _known(self, method: str, args: Json) -> Json:
        if method == "auth.test":
            return {"ok": True, "team_id": self._speaker, "user_id": "U0BOT", "bot_id": "B0BOT",
                    "user": "aiwork"}  # fmt: skip
        from tests.standin.slack_api import BOT_TOKEN

        return super()._do(method, args, BOT_TOKEN)

    def _access(self, args: Json, authorization: str) -> Json:
        wanted = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if authorization != f"Basic {wanted}":
            return {"ok": False, "error": "bad_client_secret"}
        if args.get("grant_type") == "refresh_token":
            return self._refresh(str(args.get("refresh_token")))
        found = self._codes.pop(str(args.get("code")), None)
        if found is None:
            return {"ok": False, "error": "invalid_code"}
        team, redirect_uri = found
        if args.get("redirect_uri", "") != redirect_uri:
            return {"ok": False, "error": "bad_redirect_uri"}
        return {
            "scope": ",".join(self.scopes),
            "bot_user_id": "U0BOT",
            "app_id": "A0APP",
            "team": {"id": team, "name": self.teams[team].name},
            "enterprise": None,
            "authed_user": {"id": "U0ANN"},
            "is_enterprise_install": False,
            **self._issue(self.teams[team]),
        }

    def _refresh(self, refresh_token: str) -> Json:
        team = next((t for t in self.teams.values() if refresh_token in t.refresh_tokens), None)
        if team is None:
            return {"ok": False, "error": "invalid_refresh_token"}
        team.refresh_tokens.discard(refresh_token)
        return self._issue(team)

    def _issue(self, team: Team) -> Json:
        number = next(self.numbers)
        token = f"xoxb-planted-{team.id}-{number}"
        if not self.rotating:
            team.tokens.add(token)
            return {"ok": True, "access_token": token, "token_type": "bot"}
        token = f"xoxe.{token}"
        refresh_token = f"xoxe-1-planted-{team.id}-{number}"
        team.tokens.add(token)
        team.refresh_tokens.add(refresh_token)
        return {
            "ok": True,
            "access_token": token,
            "token_type": "bot",
            "expires_in": TOKEN_LIFE,
            "refresh_token": refresh_token,
        }
