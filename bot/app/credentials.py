"""What a platform or a database says to what is about to be set: accepted, refused, or nothing."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from bot.core.errors import StoreError
from bot.core.text import clean
from bot.settings.values import is_telegram_token

ANSWER_SECONDS = 10.0
"""Longer than a slow platform takes, and shorter than a person's patience."""

_SLACK_PAUSES = frozenset({
    "fatal_error", "internal_error", "ratelimited", "request_timeout", "service_unavailable",
    "team_added_to_org",
})  # fmt: skip
"""Slack's trouble, not the token's."""

_REFUSALS = frozenset({"28000", "28P01", "3D000", "42501"})
"""PostgreSQL: no such user, wrong password, no such database, no right."""


@dataclass(frozen=True, slots=True)
class Accepted:
    name: str


@dataclass(frozen=True, slots=True)
class Rejected:
    why: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    why: str


Verdict = Accepted | Rejected | Unreachable


def check_telegram(root: str, token: str) -> Verdict:
    """Whose token this is, by `getMe`. No verdict repeats the token."""
    if not is_telegram_token(token):
        return Rejected("shape")  # it would become a part of the address
    answer = _ask(f"{root.rstrip('/')}/bot{token}/getMe", {})
    if isinstance(answer, Unreachable):
        return answer
    status, body = answer
    if body.get("ok") is True and isinstance(body.get("result"), dict):
        return Accepted(f"@{body['result'].get('username', '?')}")
    if status in (401, 404):
        return Rejected(f"getMe: {status} {_plain(body.get('description'))}".strip())
    return Unreachable(f"getMe: {status} {_plain(body.get('description'))}".strip())


def check_slack_bot(root: str, token: str) -> Verdict:
    """Which bot of which workspace this token is, by `auth.test`."""
    if not token.startswith("xoxb-"):
        return Rejected("shape")
    body = _ask_slack(root, "auth.test", token)
    if not isinstance(body, Mapping):
        return body
    team = _plain(body.get("team") or body.get("team_id"))
    return Accepted(f"@{_plain(body.get('user'))}, {team}")


def check_slack_app(root: str, token: str) -> Verdict:
    """Whether Socket Mode opens with this token, by `apps.connections.open`."""
    if not token.startswith("xapp-"):
        return Rejected("shape")
    body = _ask_slack(root, "apps.connections.open", token)
    return Accepted("Socket Mode") if isinstance(body, Mapping) else body


async def check_database(url: str) -> Verdict:
    """Whether this database opens and may be used by this version; nothing is made there."""
    from bot.store.database import schema
    from bot.store.database.engine import Database, parse_url

    try:
        database = Database(parse_url(url))
    except StoreError as error:
        return Rejected(str(error))
    try:
        found = await schema.version(database)
    except StoreError as error:
        state = getattr(getattr(error.__cause__, "orig", None), "sqlstate", "")
        return Rejected(str(error)) if state in _REFUSALS else Unreachable(str(error))
    finally:
        await database.close()
    if found is not None and found > schema.SCHEMA:
        return Rejected(schema.newer_schema(found))
    return Accepted(f"{database.url.get_backend_name()}, schema {found or '–'}")


def _ask_slack(root: str, method: str, token: str) -> Mapping[str, Any] | Rejected | Unreachable:
    if not token.isascii() or not token.isprintable():
        return Rejected("shape")  # it would not go into a header
    address = f"{root.rstrip('/')}/{method}"
    answer = _ask(address, {"Authorization": f"Bearer {token}"})
    if isinstance(answer, Unreachable):
        return answer
    status, body = answer
    if body.get("ok") is True:
        return body
    error = _plain(body.get("error"))
    if status != 200 or not error or error in _SLACK_PAUSES:
        return Unreachable(f"{method}: {status} {error}".strip())
    return Rejected(f"{method}: {error}")


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nothing: a token goes to the address that was given, and nowhere else."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stay)


def _ask(address: str, headers: Mapping[str, str]) -> tuple[int, Mapping[str, Any]] | Unreachable:
    """Status and JSON of a POST. What went wrong is named without the address: a token is in it."""
    host = urllib.parse.urlsplit(address)
    if host.scheme not in ("http", "https") or not host.hostname:
        return Unreachable("the address must begin with https://")
    request = urllib.request.Request(address, data=b"", headers=dict(headers))  # noqa: S310 - looked at above
    try:
        with _OPENER.open(request, timeout=ANSWER_SECONDS) as answer:
            return answer.status, _object(answer.read(1 << 20))
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _object(error.read(1 << 20))
    except urllib.error.URLError as error:
        why = getattr(error.reason, "strerror", None) or type(error.reason).__name__
        return Unreachable(f"{host.hostname}: {why}")
    except (OSError, HTTPException) as error:
        return Unreachable(f"{host.hostname}: {type(error).__name__}")


def _object(text: bytes) -> Mapping[str, Any]:
    """A gateway's page in HTML is an answer with nothing in it."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _plain(word: object) -> str:
    """What a platform wrote, for a terminal: short, and without characters that command it."""
    return clean(str(word or ""))[:80]
