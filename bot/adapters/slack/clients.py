"""From a workspace to the client that speaks for us there."""

from __future__ import annotations

from typing import Any

from bot.adapters.slack.errors import DEAD_TOKEN, FAULTS, send_error
from bot.adapters.slack.installations import Installations
from bot.adapters.slack.tasks import Troubles
from bot.adapters.slack.web import Client, Web
from bot.core.command import Person
from bot.core.errors import Gone, RetryLater, SendError
from bot.core.installation import Installation


class Clients:
    def __init__(self, web: Web, installations: Installations, troubles: Troubles) -> None:
        self.web, self.installations, self.troubles = web, installations, troubles

    async def installation(self, team: str) -> Installation | None:
        return await self.installations.of(team)

    async def of(self, team: str) -> Client:
        """The workspace's client. Raises Gone when the app is not installed there."""
        installation = await self.installations.of(team)
        if installation is None:
            raise Gone("not_installed")
        return self.web.client(installation.bot_token)

    async def user(self, person: Person) -> dict[str, Any]:
        """users.info, with the language. Raises what the SDK raises."""
        team = person.home.workspace if person.home else ""
        answer = await (await self.of(team)).users_info(user=person.id, include_locale=True)
        return dict(answer.get("user") or {})

    async def post(self, team: str, message: dict[str, Any]) -> str:
        """chat.postMessage; gives the message's `ts`. Raises SendError and nothing else."""
        token = ""
        try:
            client = await self.of(team)
            token = client.token or ""
            answer = await client.chat_postMessage(**SAFE, **message)
        except FAULTS as error:
            raise await self._believed(send_error(error), team, token) from None
        return str(answer.get("ts") or "")

    async def _believed(self, error: SendError, team: str, token: str) -> SendError:
        """A refused token ends a workspace's chats, unless another process has a newer one."""
        if isinstance(error, Gone) and error.why in DEAD_TOKEN and token:
            try:
                if await self.installations.doubted(team, token):
                    return RetryLater("the token has just been replaced", 1.0)
            except SendError as doubt:
                return doubt
        return error


SAFE: dict[str, Any] = {"mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
"""On every post: nothing in `text` is markup, and links bring no pictures of their own."""
