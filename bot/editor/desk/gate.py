"""Who may ask: the one browser that was shown the address, on this machine, from its own pages.

The desk writes files, so that every page of the web that this browser has open is kept out: a name
that suddenly means this machine by the Host, a form on another page by the Origin, a guess by the
cookie. The token in the address works once and becomes the cookie.
"""

from __future__ import annotations

import secrets
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs

from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "referrer-policy": "same-origin",  # with no-referrer a form would come from the origin `null`
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
OPEN: Final = "/open"


class Gate:
    """Before `app`: nothing is answered until `port` is known."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._token: str | None = None
        self._session = secrets.token_urlsafe(32)
        self.port = 0

    def address(self) -> str:
        """A new address to open; one that was made before and not opened works no more."""
        self._token = secrets.token_urlsafe(32)
        return f"http://127.0.0.1:{self.port}{OPEN}?token={self._token}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        refused = self._refused(scope)
        app: ASGIApp = refused or (self._opened(scope) if scope["path"] == OPEN else self._app)
        await app(scope, receive, _with_headers(send))

    def _refused(self, scope: Scope) -> Response | None:
        host, origin = _header(scope, b"host"), _header(scope, b"origin")
        if not self.port or host not in (f"127.0.0.1:{self.port}", f"localhost:{self.port}"):
            return PlainTextResponse("open the address that the terminal shows", 421)
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("there is nothing to be had that way", 405)
        if (scope["method"] == "POST" or origin) and origin != f"http://{host}":
            return PlainTextResponse("this came from another page", 403)
        if scope["path"] != OPEN and not self._knows(scope):
            return PlainTextResponse("open the address that the terminal shows", 403)
        return None

    def _opened(self, scope: Scope) -> Response:
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        token, right = self._token or "", bool(self._token) and _same(given, self._token or "")
        if not right and not self._knows(scope):
            told = "this address was opened before: press Enter in the terminal for a new one"
            return PlainTextResponse(told, 403)
        answer = RedirectResponse("/", 303)
        if right and token:
            self._token = None
            answer.set_cookie(self._cookie, self._session, httponly=True, samesite="strict")
        return answer

    def _knows(self, scope: Scope) -> bool:
        try:
            cookies = SimpleCookie(_header(scope, b"cookie"))
        except CookieError:
            return False
        return self._cookie in cookies and _same(cookies[self._cookie].value, self._session)

    @property
    def _cookie(self) -> str:
        """Cookies know no ports: two desks on one machine have two names."""
        return f"aiwork-desk-{self.port}"


def _same(given: str, wanted: str) -> bool:
    return secrets.compare_digest(given.encode(), wanted.encode())


def _header(scope: Scope, name: bytes) -> str:
    """The header where it stands once, else nothing."""
    found = [value for key, value in scope["headers"] if key == name]
    return found[0].decode("latin-1") if len(found) == 1 else ""


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            ours = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
            kept = [one for one in message["headers"] if one[0].decode() not in _HEADERS]
            message["headers"] = [*kept, *ours]
        await send(message)

    return sent
