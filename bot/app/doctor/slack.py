"""Slack: the tokens, the scopes against the manifest, the rooms with a digest."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime

import aiohttp
import yaml

from bot.app.doctor.ask import Answer, ask, check_clock, each
from bot.app.doctor.findings import Finding, Trouble, found
from bot.app.roles import plain
from bot.app.services import folder
from bot.core.address import Address
from bot.settings import Settings

BAD_TOKEN = frozenset(
    {"invalid_auth", "account_inactive", "token_revoked", "token_expired", "not_authed",
     "not_allowed_token_type", "org_login_required", "no_permission"}
)  # fmt: skip
"""docs.slack.dev/reference/methods/auth.test, where the token is at fault."""


async def check(
    opened: aiohttp.ClientSession,
    settings: Settings,
    rooms: Sequence[Address],
    now: Callable[[], datetime],
) -> AsyncIterator[Finding]:
    root = settings.slack_api_base_url.rstrip("/")
    token = plain(settings.slack_bot_token)
    me = await ask(opened, f"{root}/auth.test", token)
    for one in check_clock("Slack", me, now):
        yield one
    if settings.slack_mode == "socket":
        opening = await ask(
            opened, f"{root}/apps.connections.open", plain(settings.slack_app_token)
        )
        if not opening.body.get("ok"):
            yield _refused(opening, Trouble.APP_TOKEN, "SLACK_APP_TOKEN")
    if not token:
        yield found(Trouble.WORKSPACES)
        return
    if not me.body.get("ok"):
        yield _refused(me, Trouble.TOKEN, "SLACK_BOT_TOKEN")
        return
    wanted, optional = _scopes()
    if missing := wanted - _granted(me):
        yield found(Trouble.SCOPES, scopes=", ".join(sorted(missing)))
    if optional - _granted(me):
        yield found(Trouble.NO_FILES)

    async def look(room: Address) -> Finding | None:
        info = await ask(opened, f"{root}/conversations.info", token, channel=room.room)
        channel = info.body.get("channel") or {}
        if not info.body.get("ok"):
            return found(Trouble.ROOM, room=room, why=_words(info))
        if channel.get("is_archived"):
            return found(Trouble.ROOM, room=room, why="is_archived")
        return None if channel.get("is_member") else found(Trouble.ROOM, room=room, why="left")

    mine = [one for one in rooms if one.workspace in ("", me.body.get("team_id"))]
    for one in await each(mine, look, "Slack"):
        yield one


def _refused(answer: Answer, trouble: Trouble, variable: str) -> Finding:
    if _words(answer) in BAD_TOKEN:
        return found(trouble, platform="Slack", variable=variable, why=_words(answer))
    return found(Trouble.UNREACHABLE, platform="Slack", why=_words(answer))


def _words(answer: Answer) -> str:
    return str(answer.body.get("error", "?"))[:200]


def _granted(answer: Answer) -> set[str]:
    return {one.strip() for one in answer.headers.get("x-oauth-scopes", "").split(",")}


def _scopes() -> tuple[set[str], set[str]]:
    """Those that are needed, and those that may be declined."""
    text = (folder("config") / "slack-manifest.yaml").read_text(encoding="utf-8")
    scopes = yaml.safe_load(text)["oauth_config"]["scopes"]
    optional = set(scopes["bot_optional"])
    return set(scopes["bot"]) - optional, optional
