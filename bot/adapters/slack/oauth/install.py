"""Installing the app into a workspace: the page with the button, and the way back from Slack."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from html import escape
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.adapters.slack.errors import FAULTS
from bot.adapters.slack.oauth.check import OPTIONAL_SCOPES, SCOPES
from bot.adapters.slack.oauth.tokens import Consent, TokenClient, WholeOrganisation, refusal
from bot.adapters.slack.oauth.workspaces import ManyWorkspaces
from bot.core.errors import StoreError
from bot.core.language import Language
from bot.core.ports import Inbox
from bot.core.words import Words

_log = logging.getLogger("aiwork.slack")

AUTHORIZE = "https://slack.com/oauth/v2/authorize"

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"

COOKIE = "aiwork-install"

STATE_SECONDS = 600
"""Seconds in which somebody may read what Slack asks, and agree."""

Greet = Callable[[str, str], Awaitable[None]]
"""Welcomes a person of a workspace: team id, user id."""


@dataclass(frozen=True, slots=True)
class OAuthStates:
    """What ties the way back to the browser that set out: signed, so that asking for the page
    writes nothing; in a cookie, so that nobody else's code is accepted; used once."""

    secret: str = field(repr=False)
    inbox: Inbox
    now: Callable[[], float] = time.time

    def issue(self) -> str:
        bare = f"{secrets.token_urlsafe(24)}.{int(self.now()) + STATE_SECONDS}"
        return f"{bare}.{self._sign(bare)}"

    async def accept(self, state: str, cookie: str) -> bool:
        """Whether it is ours, this browser's, not too old, and new. Raises StoreError."""
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


class InstallRoutes:
    """`public_url` is where people reach this service; without it Slack sends them to the
    redirect address that the app's settings name first."""

    def __init__(
        self,
        tokens: TokenClient,
        workspaces: ManyWorkspaces,
        states: OAuthStates,
        words: Words,
        *,
        public_url: str = "",
        authorize_url: str = AUTHORIZE,
    ) -> None:
        self._tokens, self._workspaces, self._states = tokens, workspaces, states
        self._pages = InstallPage(words)
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
            max_age=STATE_SECONDS,
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
            consent = await self._tokens.code(given["code"], self._redirect_url)
            await self._workspaces.installed(consent.installation)
        except WholeOrganisation:
            return self._failed("organisation")
        except (StoreError, *FAULTS) as error:
            return self._unlucky(error)
        _log.info("installed in %s", consent.installation.workspace)
        return await self._welcome(consent)

    @property
    def _redirect_url(self) -> str:
        return f"{self._public}{REDIRECT}" if self._public else ""

    def _ask_slack(self, state: str) -> str:
        query = {
            "client_id": self._tokens.client_id,
            "scope": ",".join(sorted(SCOPES | OPTIONAL_SCOPES)),
            "user_scope": "",
            "state": state,
        }
        if self._redirect_url:
            query["redirect_uri"] = self._redirect_url
        joint = "&" if "?" in self._authorize else "?"
        return f"{self._authorize}{joint}{urlencode(query)}"

    async def _welcome(self, consent: Consent) -> Response:
        if self._greet and consent.installer:
            await self._greet(consent.installation.workspace, consent.installer)
        team = consent.installation.workspace
        home = f"slack://open?team={team}" if _TEAM.fullmatch(team) else "slack://open"
        page = self._pages.page("done", button=("open", home), team=consent.workspace_name or team)
        page.delete_cookie(COOKIE, path="/slack")
        return page

    def _failed(self, name: str, status: int = 400, **values: str) -> Response:
        return self._pages.page(name, button=("again", INSTALL), status=status, **values)

    def _unlucky(self, error: Exception) -> Response:
        why = refusal(error)
        _log.warning("an installation failed (%s)", why or type(error).__name__)
        if why:
            return self._failed("refused", why=why)
        return self._failed("away", 503)


_TEAM = re.compile(r"[A-Z0-9]+")


_STYLE = """
body{font:1.05rem/1.6 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.25rem;
color:#1d1c1d;background:#fff}
h1{font-size:1.5rem;line-height:1.3}
a.button{display:inline-block;margin:1rem 0;padding:.75rem 1.5rem;border-radius:.4rem;
background:#4a154b;color:#fff;text-decoration:none;font-weight:600}
a.button:focus-visible{outline:3px solid #1264a3;outline-offset:2px}
@media(prefers-color-scheme:dark){body{color:#e8e8e8;background:#1a1d21}
a.button{background:#611f69}}
"""

_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address of the redirect page holds a code
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}

_LANGUAGES = ((Language.EN, "en"), (Language.HANS, "zh-Hans"))


class InstallPage:
    """Draws them; every value is escaped."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def page(
        self, name: str, *, button: tuple[str, str] | None = None, status: int = 200, **values: str
    ) -> HTMLResponse:
        """The sentences `slack.oauth.<name>` in both languages under `<name>_title`, and at most
        one button: the key of its label, and where it leads."""
        parts = [self._heading(name)]
        for language, tag in _LANGUAGES:
            said = self._words.say(f"slack.oauth.{name}", language, **values)
            parts.append(f'<p lang="{tag}">{escape(said)}</p>')
        if button:
            label, href = button
            label = self._words.say(f"slack.oauth.{label}", Language.BOTH)
            parts.append(f'<a class="button" href="{escape(href)}">{escape(label)}</a>')
        return HTMLResponse(_document("\n".join(parts)), status, HEADERS)

    def _heading(self, name: str) -> str:
        said = self._words.say(f"slack.oauth.{name}_title", Language.BOTH)
        return f"<h1>{escape(said)}</h1>"


def _document(body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>aiwork</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main>\n{body}\n</main></body></html>"
    )
