"""What Bolt hands over, and what is done about it. The acknowledgement always goes first.

`build_app` knows nothing of the transport: Socket Mode and HTTP both feed it, and both have made
sure before that the payload is Slack's.
"""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from bot.adapters.slack.incoming import team_of
from bot.adapters.slack.installations import Installations
from bot.adapters.slack.life import Life
from bot.adapters.slack.requests import Requests
from bot.adapters.slack.tasks import Tasks, log, told
from bot.adapters.slack.web import Web, quiet
from bot.core.errors import RetryLater
from bot.core.installation import Installation

Ack = Callable[..., Awaitable[Any]]
Body = dict[str, Any]

_ANY = re.compile(r".*", re.DOTALL)


class Listeners:
    """One method for each kind of payload."""

    def __init__(
        self,
        installations: Installations,
        requests: Requests,
        life: Life,
        tasks: Tasks,
        not_installed: str,
    ) -> None:
        """`not_installed` is said where no token is known to say anything else."""
        self._installations, self._tasks, self._not_installed = installations, tasks, not_installed
        self._requests, self._life = requests, life

    async def command(self, ack: Ack, body: Body) -> None:
        if await self._installations.of(*team_of(body)) is None:
            await ack(text=self._not_installed, response_type="ephemeral")
            return
        await ack()
        await self._start(self._requests.slash, body)

    async def shortcut(self, ack: Ack, body: Body) -> None:
        await ack()
        await self._start(self._requests.shortcut, body)

    async def action(self, ack: Ack, body: Body) -> None:
        await ack()
        await self._start(self._requests.press, body)

    async def options(self, ack: Ack) -> None:
        await ack(options=[])

    async def closed(self, ack: Ack) -> None:
        await ack()

    async def event(self, body: Body) -> None:
        """Bolt has acknowledged already; what nobody waits for ends here, acknowledged too."""
        kind = str((body.get("event") or {}).get("type"))
        if kind in ("app_mention", "message"):
            await self._start(self._requests.message, body)
        elif kind == "app_home_opened":
            await self._start(self._requests.home, body)
        else:
            await self._start(self._life.event, body)

    async def submission(self, ack: Ack, body: Body) -> None:
        """The one request whose acknowledgement says something: mistakes, at their field."""
        installation = await self._installations.of(*team_of(body))
        if installation is None:
            await ack()
            return
        await self._tasks.start(self._requests.submission(ack, body, installation))

    async def _start(self, work: Callable[[Body, Installation], Any], body: Body) -> None:
        installation = await self._installations.of(*team_of(body))
        if installation is not None:
            self._tasks.start(work(body, installation))


def build_app(web: Web, installations: Installations, listeners: Listeners) -> AsyncApp:
    """A Bolt app with our listeners; construct it inside the running loop."""

    async def authorize(
        team_id: str | None, enterprise_id: str | None, user_id: str | None
    ) -> AuthorizeResult:
        found = await installations.of(team_id or "", enterprise_id or "")
        # To `None` Bolt would answer by itself, in words of its own.
        return _authorized(found or Installation("", "", ""), enterprise_id, user_id)

    with _own_settings():
        app = AsyncApp(
            name="slack_bolt.app",  # Bolt sets the level of the logger of that name
            logger=quiet,
            client=web.client(None),
            authorize=authorize,
            request_verification_enabled=False,  # done at the door, over the raw body
            ssl_check_enabled=False,
        )
    app.error(_broken)
    app.command(_ANY)(listeners.command)
    app.shortcut(_ANY)(listeners.shortcut)
    app.action(_ANY)(listeners.action)
    app.view(_ANY)(listeners.submission)
    app.view_closed(_ANY)(listeners.closed)
    app.options(_ANY)(listeners.options)
    app.event(_ANY)(listeners.event)
    return app


async def _broken(error: Exception) -> BoltResponse:
    """Bolt would log the whole request, and answer 500. A signed payload that breaks a listener
    is malformed; while installations cannot be read, Slack shall come again."""
    log.error("a signed payload is not understood: %s", told(error))
    return BoltResponse(status=503 if isinstance(error, RetryLater) else 400)


def _authorized(
    installation: Installation, enterprise: str | None, user: str | None
) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=enterprise,
        team_id=installation.workspace,
        bot_user_id=installation.bot_user,
        bot_id=installation.bot_id,
        bot_token=installation.bot_token,
        user_id=user,
    )


@contextmanager
def _own_settings() -> Iterator[None]:
    """Bolt reads the environment by itself: a client id and secret there switch its OAuth on and
    our token off. While it is built it sees none of them."""
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("SLACK_")}
    try:
        yield
    finally:
        os.environ.update(hidden)
