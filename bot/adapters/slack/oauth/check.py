"""The operator's tokens, checked before anything else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Sequence

from bot.adapters.common.log_once import LogOnce
from bot.adapters.common.retry import backoff, retry
from bot.adapters.slack.client import SingleWorkspace, WebClients
from bot.adapters.slack.errors import FAULTS, refused_for_good, send_error
from bot.core.errors import SettingsError
from bot.core.installation import Installation

_log = logging.getLogger("aiwork.slack")

SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:join",
        "channels:read",
        "chat:write",
        "commands",
        "groups:read",
        "im:history",
        "users:read",
    }
)
"""What the manifest asks for; a test compares the two."""

OPTIONAL_SCOPES = frozenset({"files:write"})
"""What a workspace may decline when it installs the app: exports then come as text."""

LONGEST_WAIT = 3.0
"""Seconds between two looks whether Slack is back: people get their commands soon after."""


def refuse_misplaced(bot_token: str, app_token: str) -> None:
    """Raises SettingsError when the two tokens stand in each other's place."""
    wrong = []
    if bot_token.startswith("xapp-"):
        wrong.append("SLACK_BOT_TOKEN holds an app-level token; put the one that begins with xoxb-")
    if app_token.startswith("xoxb-"):
        wrong.append("SLACK_APP_TOKEN holds a bot token; put the one that begins with xapp-")
    if wrong:
        raise SettingsError(wrong)


async def sign_in(web: WebClients, workspace: SingleWorkspace, log_once: LogOnce) -> None:
    """Ask Slack once who we are, so that no request has to wait for it later. Raises
    SettingsError when the token is refused; waits while Slack is away, and says so once."""

    def failed(error: Exception) -> None:
        if not isinstance(error, FAULTS):
            raise error
        why = send_error(error).why
        if refused_for_good(error):
            raise _refused(why) from None
        log_once.begin("auth.test", f"Slack cannot be reached ({why}); trying again")

    answer = await retry(
        lambda: web.client(workspace.token).auth_test(),
        failed=failed,
        waits=backoff(0.5, LONGEST_WAIT),
        sleep=asyncio.sleep,
    )
    log_once.end("auth.test", "Slack can be reached again")
    workspace.installation = Installation(
        workspace=str(answer.get("team_id") or ""),
        bot_token=workspace.token,
        bot_user=str(answer.get("user_id") or ""),
        bot_id=str(answer.get("bot_id") or ""),
        bot_name=str(answer.get("user") or "aiwork"),
        enterprise=str(answer.get("enterprise_id") or ""),
    )
    _check_scopes(str(answer.headers.get("x-oauth-scopes") or ""))


async def check_all(checks: Sequence[Awaitable[None]]) -> None:
    """Run the checks together. When one fails, the others have a second to fail, too; raises one
    SettingsError with all sentences."""
    tasks = [asyncio.ensure_future(check) for check in checks]
    if not tasks:
        return
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        await asyncio.wait(tasks, timeout=1.0)
        failed = [error for task in tasks if task.done() and (error := task.exception())]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    sentences = [s for error in failed if isinstance(error, SettingsError) for s in error.sentences]
    if sentences:
        raise SettingsError(sentences)
    if failed:
        raise failed[0]


def _check_scopes(granted: str) -> None:
    missing = sorted(SCOPES - {scope.strip() for scope in granted.split(",")}) if granted else []
    if missing:
        _log.warning(
            "the app lacks the scopes %s; add them under OAuth & Permissions and reinstall it",
            ", ".join(missing),
        )


def _refused(why: str) -> SettingsError:
    return SettingsError(
        [
            f"SLACK_BOT_TOKEN is refused by Slack ({why}); copy the Bot User OAuth Token (xoxb-…) "
            "from OAuth & Permissions, and install the app to the workspace if it is not."
        ]
    )
