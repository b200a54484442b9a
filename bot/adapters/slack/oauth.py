"""Installing the app into a workspace: the page with the button, and the way back from Slack."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.adapters.slack.errors import FAULTS
from bot.adapters.slack.exchange import Exchange, Granted, WholeOrganisation, refusal
from bot.adapters.slack.pages import Pages
from bot.adapters.slack.signin import SCOPES
from bot.adapters.slack.tasks import log
from bot.adapters.slack.workspaces import ManyWorkspaces
from bot.core.errors import StoreError
from bot.core.ports import Inbox
from bot.core.words import Words

AUTHORIZE = "https://slack.com/oauth/v2/authorize"

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"

COOKIE = "aiwork-install"

LIFE = 600
"""Seconds in which somebody may read what Slack asks, and agree."""

Greet = Callable[[str, str], Awaitable[None]]
"""Welcomes a person of a workspace: team id, user id."""


@dataclass(frozen=True, slots=True)
class States:
    """What ties the way back to the browser that set out: signed, so that asking for the page
    writes nothing; in a cookie, so that nobody else's code is accepted; used once."""

    secret: str = field(repr=False)
    inbox: Inbox
    now: Callable[[], float] = time.time

    def issue(self) -> str:
        bare = f"{secrets.token_urlsafe(24)}.{int(self.now()) + LIFE}"
        return f"{bare}.{self._sign(bare)}"

    async def accept(self, state: str, cookie: str) -> bool:
        """Whether it is ours, this browser's, not older than LIFE, and new. Raises StoreError."""
        bare, _, signature = state.rpartition(".")
        ours = hmac.compare_digest(signature.encode(), self._sign(bare).encode())
        same = hmac.compare_digest(state.encode(), cookie.encode())
        if not (ours and same) or int(bare.rpartition(".")[2]) < self.now():
            return False
        return await self.inbox.first_time("slack:oauth", bare[:120])

    def _sign(self, bare: str) -> str:
        key = hashlib.sha256(b"aiwork install state\0" + self.secret.encode()).digest()
        digest = hmac.new(key, bare.encode("utf-8", "replace"), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class InstallPages:
    """`public_url` is where people reach this service; without it Slack sends them to the
    redirect address that the app's settings name first."""

    def __init__(
        self,
        exchange: Exchange,
        workspaces: ManyWorkspaces,
        states: States,
        words: Words,
        *,
        public_url: str = "",
        authorize_url: str = AUTHORIZE,
    ) -> None:
        self._exchange, self._workspaces, self._states = exchange, workspaces, states
        self._pages = Pages(words)
        self._public, self._authorize = public_url.rstrip("/"), authorize_url
        self._greet: Greet | None = None

    def routes(self, greet: Greet | None = None) -> list[Route]:
        """`greet` welcomes whoever installed the app; it is not waited for."""
        self._greet = greet
        return [Route(INSTALL, self.install), Route(REDIRECT, self.redirect)]

    async def install(self, request: Request) -> Response:
        """The page with the button."""
        state = self._states.issue()
        page = self._pages.page("install", button=("add", self._ask_slack(state)))
        page.set_cookie(
            COOKIE,
            state,
            max_age=LIFE,
            path="/slack",
            secure=self._public.startswith("https://"),
            httponly=True,
            samesite="lax",
        )
        return page

    async def redirect(self, request: Request) -> Response:
        """Where Slack sends people back to, with a code or a refusal."""
        given = request.query_params
        try:
            state, cookie = given.get("state", ""), request.cookies.get(COOKIE, "")
            if not await self._states.accept(state, cookie):
                return self._failed("stale")
            if "code" not in given:
                return self._failed("cancelled")
            granted = await self._exchange.code(given["code"], self._redirect_url)
            await self._workspaces.installed(granted.install)
        except WholeOrganisation:
            return self._failed("organisation")
        except (StoreError, *FAULTS) as error:
            return self._unlucky(error)
        log.info("installed in %s", granted.install.workspace)
        return await self._welcome(granted)

    @property
    def _redirect_url(self) -> str:
        return f"{self._public}{REDIRECT}" if self._public else ""

    def _ask_slack(self, state: str) -> str:
        query = {
            "client_id": self._exchange.client_id,
            "scope": ",".join(sorted(SCOPES)),
            "user_scope": "",
            "state": state,
        }
        if self._redirect_url:
            query["redirect_uri"] = self._redirect_url
        joint = "&" if "?" in self._authorize else "?"
        return f"{self._authorize}{joint}{urlencode(query)}"

    async def _welcome(self, granted: Granted) -> Response:
        if self._greet and granted.installer:
            await self._greet(granted.install.workspace, granted.installer)
        team = granted.install.workspace
        home = f"slack://open?team={team}" if _TEAM.fullmatch(team) else "slack://open"
        page = self._pages.page("done", button=("open", home), team=granted.workspace_name or team)
        page.delete_cookie(COOKIE, path="/slack")
        return page

    def _failed(self, name: str, status: int = 400, **values: str) -> Response:
        return self._pages.page(name, button=("again", INSTALL), status=status, **values)

    def _unlucky(self, error: Exception) -> Response:
        why = refusal(error)
        log.warning("an installation failed (%s)", why or type(error).__name__)
        if why:
            return self._failed("refused", why=why)
        return self._failed("away", 503)


_TEAM = re.compile(r"[A-Z0-9]+")
