"""What Bolt hands over, kept and acknowledged; what is done about it comes afterwards.

`build_app` knows nothing of the transport: Socket Mode and HTTP both feed it, and both have made
sure before that the payload is Slack's.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from bot.adapters.common.log_once import describe
from bot.adapters.slack.client import Installations, WebClients, quiet
from bot.adapters.slack.inbound import team_of
from bot.core.errors import RetryLater
from bot.core.installation import Installation

_log = logging.getLogger("aiwork.slack")

Ack = Callable[..., Awaitable[Any]]
Body = dict[str, Any]

Take: TypeAlias = "Callable[[Body], Awaitable[bool]]"
"""Keeps a payload, so that it is handled whatever happens to this process; whether it is new."""

Submit: TypeAlias = "Callable[[Body], Awaitable[Body]]"
"""The same, and what to acknowledge a submission with."""

_ANY = re.compile(r".*", re.DOTALL)


class Dispatcher:
    """One method for each of Bolt's kinds. `not_installed` is said where no token is known to say
    anything else."""

    def __init__(
        self, installations: Installations, take: Take, submit: Submit, not_installed: str
    ) -> None:
        self._installations, self._not_installed = installations, not_installed
        self._take, self._submit = take, submit

    async def command(self, ack: Ack, body: Body) -> None:
        if not await self._installed(body):
            await ack(text=self._not_installed, response_type="ephemeral")
            return
        await self._take(body)
        await ack()

    async def interaction(self, ack: Ack, body: Body) -> None:
        if await self._installed(body):
            await self._take(body)
        await ack()

    async def event(self, body: Body) -> None:
        """What nobody waits for ends here, acknowledged too."""
        if await self._installed(body):
            await self._take(body)

    async def submission(self, ack: Ack, body: Body) -> None:
        """The one request whose acknowledgement says something: mistakes, at their field."""
        await ack(**(await self._submit(body) if await self._installed(body) else {}))

    async def options(self, ack: Ack) -> None:
        await ack(options=[])

    async def closed(self, ack: Ack) -> None:
        await ack()

    async def _installed(self, body: Body) -> bool:
        return await self._installations.of(team_of(body)) is not None


def build_app(web: WebClients, installations: Installations, dispatcher: Dispatcher) -> AsyncApp:
    """A Bolt app with our listeners; construct it inside the running loop."""

    async def authorize(
        team_id: str | None, enterprise_id: str | None, user_id: str | None
    ) -> AuthorizeResult:
        found = await installations.of(team_id or "")
        # To `None` Bolt would answer by itself, in words of its own.
        return _authorized(found or Installation("", ""), enterprise_id, user_id)

    with _own_settings():
        app = AsyncApp(
            name="slack_bolt.app",  # Bolt sets the level of the logger of that name
            logger=quiet,
            client=web.client(None),
            authorize=authorize,
            process_before_response=True,  # an event, too, is kept before it is acknowledged
            request_verification_enabled=False,  # done by the webhook, over the raw body
            ssl_check_enabled=False,
        )
    app.error(_broken)
    app.command(_ANY)(dispatcher.command)
    app.shortcut(_ANY)(dispatcher.interaction)
    app.action(_ANY)(dispatcher.interaction)
    app.view(_ANY)(dispatcher.submission)
    app.view_closed(_ANY)(dispatcher.closed)
    app.options(_ANY)(dispatcher.options)
    app.event(_ANY)(dispatcher.event)
    return app


async def _broken(error: Exception) -> BoltResponse:
    """Bolt would log the whole request, and answer 500. A signed payload that breaks a listener
    is malformed; while installations cannot be read, Slack shall come again."""
    _log.error("a signed payload is not understood: %s", describe(error))
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
