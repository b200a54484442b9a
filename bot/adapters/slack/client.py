"""Slack's Web API and response URLs over one shared session; no retry behind our back."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Protocol
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.common.http import proxy_for
from bot.adapters.common.retry import Patience
from bot.adapters.slack.errors import DEAD_TOKEN, FAULTS, answered, parse_retry_after, send_error
from bot.core.command import Person
from bot.core.errors import Gone, RetryLater, SendError
from bot.core.installation import Installation
from bot.core.reply import File

API = "https://slack.com/api/"

TIMEOUT = aiohttp.ClientTimeout(total=20, sock_connect=5)
"""Seconds. Slack answers within one or two; behind twenty an answer counts as lost."""

PATIENCE = Patience(seconds=90.0, longest=30.0, tries=3)
"""An answer to a person is tried three times while it surely did not arrive. Nobody waits longer
than 30 seconds for one; the response URL is good for 30 minutes."""

SAFE: dict[str, Any] = {"mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
"""On every post: nothing in `text` is markup, and links bring no pictures of their own."""

_WITHOUT_UNFURLS: dict[str, Any] = {"mrkdwn": False}
"""chat.postEphemeral shows no previews, and knows no way to say so."""

quiet = logging.getLogger("aiwork.slack.sdk")
quiet.setLevel(logging.ERROR)  # below it, slack_sdk and Bolt print whole requests, texts included


class WebClient(AsyncWebClient):
    """A Web API client that survives an answer that is not JSON (a gateway's 502 in plain text
    makes slack_sdk 3.47 raise AttributeError, and hides a 429's Retry-After)."""

    async def _request(
        self, *, http_verb: str, api_url: str, req_args: dict[str, Any]
    ) -> dict[str, Any]:
        answer = await super()._request(http_verb=http_verb, api_url=api_url, req_args=req_args)
        if not isinstance(answer["data"], dict):
            answer["data"] = {}
        return answer


class WebClients:
    """Makes clients that share one session; opened by the first of them, inside the loop."""

    def __init__(self, base_url: str = API) -> None:
        self.base_url = base_url.rstrip("/") + "/"
        self._session: aiohttp.ClientSession | None = None
        self._clients: dict[str, WebClient] = {}
        self._proxies: dict[str, str | None] = {}  # by host, of which Slack has a handful

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=TIMEOUT)
        return self._session

    def client(self, token: str | None) -> WebClient:
        """A client for that token, the same one each time."""
        key = token or ""
        if key not in self._clients:
            client = WebClient(
                token=token,
                base_url=self.base_url,
                session=self.session,
                retry_handlers=[],  # slack_sdk repeats a post whose answer was lost: two messages
                logger=quiet,
            )
            client.proxy = self._proxy(self.base_url)  # slack_sdk itself ignores NO_PROXY
            self._clients[key] = client
        return self._clients[key]

    def forget(self, token: str) -> None:
        """The token is of no use any more."""
        self._clients.pop(token, None)

    async def respond(self, url: str, message: dict[str, Any]) -> None:
        """Post to a response URL. Raises SendError."""
        try:
            async with self.session.post(url, json=message, proxy=self._proxy(url)) as answer:
                await answer.read()
        except FAULTS as error:
            raise send_error(error) from None
        if answer.status != 200:
            after = parse_retry_after(answer.headers.get("Retry-After"))
            raise answered(f"http_{answer.status}", answer.status, after)

    async def put(self, url: str, content: bytes) -> None:
        """Post a file's bytes to the address that Slack gave for it. Raises SendError."""
        try:
            async with self.session.post(url, data=content, proxy=self._proxy(url)) as answer:
                await answer.read()
        except FAULTS as error:
            raise send_error(error) from None
        if answer.status != 200:
            raise answered(f"http_{answer.status}", answer.status, None)

    def _proxy(self, url: str) -> str | None:
        """Asked of the environment once for each host."""
        host = urlsplit(url).netloc
        if host not in self._proxies:
            self._proxies[host] = proxy_for(url)
        return self._proxies[host]

    async def close(self) -> None:
        if self._session:
            await self._session.close()
            # aiohttp closes its transports in the next turns of the loop.
            await asyncio.sleep(0)
        self._session = None
        self._clients.clear()


class Installations(Protocol):
    """Known without asking Slack: Bolt authorizes before a listener runs, and a slow answer there
    would eat the three seconds."""

    async def of(self, team: str) -> Installation | None:
        """The installation of that workspace, `None` when there is none (any more)."""

    async def removed(self, team: str, why: str, at: float) -> bool:
        """The workspace uninstalled the app or revoked its token at that moment (Unix time).
        `False` when it has installed the app again since."""

    async def doubted(self, team: str, token: str) -> bool:
        """Whether there is a newer token than this one, which Slack refuses."""


class SingleWorkspace:
    """The single workspace whose token the operator gave. Every request is its own: a press by
    somebody of another organisation in a shared channel carries that one's team id."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.installation: Installation | None = None

    async def of(self, team: str) -> Installation | None:
        return self.installation

    async def removed(self, team: str, why: str, at: float) -> bool:
        """The token stays: installing again revives it only with a new one, given by the
        operator; until then Slack refuses each post, and the chats are gone."""
        return True

    async def doubted(self, team: str, token: str) -> bool:
        return False


class Client:
    """Speaks for us in each workspace where the app is installed."""

    def __init__(self, web: WebClients, installations: Installations) -> None:
        self._web, self.installations = web, installations

    async def of(self, team: str) -> WebClient:
        """The workspace's client. Raises Gone when the app is not installed there."""
        installation = await self.installations.of(team)
        if installation is None:
            raise Gone("not_installed")
        return self._web.client(installation.bot_token)

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

    async def whisper(self, team: str, user: str, message: dict[str, Any]) -> None:
        """chat.postEphemeral: seen by that person alone. Raises SendError and nothing else."""
        try:
            client = await self.of(team)
            await client.chat_postEphemeral(user=user, **_WITHOUT_UNFURLS, **message)
        except FAULTS as error:
            raise send_error(error) from None

    async def upload(self, team: str, file: File) -> str:
        """Give Slack the file, which nobody sees yet; its id. Raises SendError (`Refused` where the
        app may not: the right `files:write` is an optional one)."""
        content = file.text.encode()
        try:
            client = await self.of(team)
            way = await client.files_getUploadURLExternal(filename=file.name, length=len(content))
        except FAULTS as error:
            raise send_error(error) from None
        await self._web.put(str(way.get("upload_url") or ""), content)
        return str(way.get("file_id") or "")

    async def share_file(
        self, team: str, file: str, room: str, blocks: list[dict[str, Any]], thread: str = ""
    ) -> None:
        """files.completeUploadExternal: show an uploaded file under these blocks in a room, or
        (`room` is then a person's id) in somebody's direct messages. Raises SendError."""
        fields = {"files": [{"id": file}], "channels": room, "blocks": blocks}
        where = {"thread_ts": thread} if thread else {}
        try:
            client = await self.of(team)
            await client.api_call("files.completeUploadExternal", json={**fields, **where})
        except FAULTS as error:
            raise send_error(error) from None

    async def _believed(self, error: SendError, team: str, token: str) -> SendError:
        """A refused token ends a workspace's chats, unless another process has a newer one."""
        if isinstance(error, Gone) and error.why in DEAD_TOKEN and token:
            try:
                if await self.installations.doubted(team, token):
                    return RetryLater("the token has just been replaced", 1.0)
            except SendError as doubt:
                return doubt
        return error

    async def respond(self, url: str, message: dict[str, Any]) -> None:
        """Post to a response URL. Raises SendError."""
        await self._web.respond(url, message)
