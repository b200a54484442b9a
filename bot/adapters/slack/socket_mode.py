"""Socket Mode: connections to Slack that always come back.

slack_sdk's own client was measured to hang for good after one failed handshake (it repeats the
same single-use address), to retry a refused token for ever, and to log a traceback for each try.
This loop asks for a new address each time, and its pings are answered or the connection is dropped.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from itertools import chain, repeat
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.adapters.common.http import proxy_for
from bot.adapters.common.log_once import LogOnce
from bot.adapters.common.retry import retry
from bot.adapters.common.tasks import Tasks
from bot.adapters.slack.client import WebClients
from bot.adapters.slack.errors import FAULTS, refused_for_good, retry_after, send_error
from bot.core.errors import SettingsError

_log = logging.getLogger("aiwork.slack")

CONNECTIONS = 2
"""Slack spreads what comes in over all of them: one may drop unnoticed by anybody."""

HEARTBEAT = 5.0
"""Seconds between pings; half of it without the pong, and the connection counts as dead."""

HANDSHAKE = 3.0
"""Seconds for an address and a handshake together; Slack takes half of one."""

WAITS = (0.0, 0.5, 1.0, 1.5)
"""Seconds before the next tries; the last one goes on. People get their commands back within five
seconds of Slack's return; a 429 with Retry-After is obeyed instead."""

YOUNG = 2.0
"""Seconds below which a connection's life counts as a failed try: Slack's own last for hours."""

LINGER = 10.0
"""Seconds for which a connection is read on after Slack announced to close it."""

REFUSALS = 3
"""So many refusals of the token in a row are believed."""

Headers = dict[str, str | Sequence[str]]

Acknowledge = Callable[[dict[str, Any], Headers], Awaitable[dict[str, Any]]]
"""Payload and headers in; the acknowledgement's payload out."""

_DOWN = "connection"


class SocketMode:
    def __init__(
        self,
        web: WebClients,
        app_token: str,
        acknowledge: Acknowledge,
        tasks: Tasks,
        log_once: LogOnce,
        reconnected: Callable[[], None] = lambda: None,
    ) -> None:
        self._reconnected = reconnected
        self._web, self._token = web, app_token
        self._acknowledge, self._tasks = acknowledge, tasks
        self._log_once = log_once
        self._connections: list[asyncio.Task[None]] = []
        self._down: set[int] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._open: set[aiohttp.ClientWebSocketResponse] = set()
        self._connected = asyncio.Event()
        self._first_address = ""
        self._answered_at: float | None = None

    @property
    def answered_at(self) -> float | None:
        """When Slack last answered: now, while a connection stands, since each of its pings is
        answered within seconds or it falls. `None` before the first stood."""
        if any(not ws.closed for ws in self._open):
            self._answered_at = time.monotonic()
        return self._answered_at

    async def check(self) -> None:
        """Raises SettingsError when Slack refuses the app token; a Slack that is away is waited
        for, and the log says so once."""
        self._first_address = await self._address_for_sure()

    async def start(self) -> None:
        """Return when commands arrive. Raises SettingsError as `check` does."""
        self._connections = [asyncio.create_task(self._connection(n)) for n in range(CONNECTIONS)]
        await self._first(self._connected.wait())

    async def watch(self) -> None:
        """Raises what made a connection give up for good; returns after `stop_reading`."""
        done, _ = await asyncio.wait(self._connections, return_when=asyncio.FIRST_EXCEPTION)
        for one in done:
            if not one.cancelled():
                one.result()

    async def stop_reading(self) -> None:
        """Take no more; what was taken can still be acknowledged."""
        reading = [*self._connections, *self._closing]
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)

    async def close(self) -> None:
        await asyncio.gather(*(ws.close() for ws in list(self._open)), return_exceptions=True)
        self._open.clear()

    async def _first(self, ready: Any) -> None:
        waiter = asyncio.ensure_future(ready)
        try:
            await asyncio.wait({waiter, *self._connections}, return_when=asyncio.FIRST_COMPLETED)
            for one in self._connections:
                if one.done():
                    one.result()
        finally:
            waiter.cancel()

    async def _address_for_sure(self) -> str:
        def failed(error: Exception) -> float | None:
            if not isinstance(error, FAULTS):
                raise error
            if refused_for_good(error):
                raise _refused(error) from None
            return self._say_away(error)

        waits = chain(WAITS, repeat(WAITS[-1]))
        return await retry(self._address, failed=failed, waits=waits, sleep=asyncio.sleep)

    async def _connection(self, number: int) -> None:
        """One connection after the other, each from a new address."""
        tries = refusals = 0
        stood = False
        while True:
            try:
                async with asyncio.timeout(HANDSHAKE):
                    ws = await self._connect()
            except FAULTS as error:
                self._down.add(number)
                refused = refused_for_good(error)
                refusals = refusals + 1 if refused else 0
                if refused or _retry_after(error) is not None:
                    self._answered_at = time.monotonic()
                if refusals >= REFUSALS:
                    raise _refused(error) from None
                await self._wait(tries, error)
                tries += 1
                continue
            refusals = 0
            self._connected.set()
            if stood:
                self._reconnected()
            stood = True
            self._down.discard(number)
            if not self._down:
                self._log_once.end(_DOWN, "connected to Slack again")
            tries = await self._live(ws, tries)

    async def _live(self, ws: aiohttp.ClientWebSocketResponse, tries: int) -> int:
        """Read until it ends; the tries that count on. One that dies young counts as failed, so
        that a Slack which accepts and drops is not asked a thousand times."""
        clock = asyncio.get_running_loop().time
        began = clock()
        await self._read(ws)
        if clock() - began > YOUNG:
            return 0
        await asyncio.sleep(WAITS[min(tries, len(WAITS) - 1)])
        return tries + 1

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        address, self._first_address = self._first_address, ""
        address = address or await self._address()
        ws = await self._web.session.ws_connect(
            address, heartbeat=HEARTBEAT, max_msg_size=16_000_000, proxy=proxy_for(address)
        )
        self._open.add(ws)
        return ws

    async def _address(self) -> str:
        client = self._web.client(None)
        answer = await client.apps_connections_open(app_token=self._token)
        return str(answer["url"])

    async def _read(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        """Until it closes, or until Slack says that it will: then it is read on in the background
        while the next one is opened, so that nothing falls between them."""
        async for message in ws:
            envelope = _parsed(message)
            if envelope.get("type") == "disconnect":
                last = asyncio.create_task(self._linger(ws))
                self._closing.add(last)
                last.add_done_callback(self._closing.discard)
                return
            self._take(ws, envelope)
        self._open.discard(ws)
        await ws.close()

    async def _linger(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        try:
            async with asyncio.timeout(LINGER):
                async for message in ws:
                    self._take(ws, _parsed(message))
        except TimeoutError:
            pass
        finally:
            self._open.discard(ws)
            await ws.close()

    def _take(self, ws: aiohttp.ClientWebSocketResponse, envelope: dict[str, Any]) -> None:
        if "envelope_id" in envelope and isinstance(envelope.get("payload"), dict):
            self._tasks.start(self._answer(ws, envelope))

    async def _answer(self, ws: aiohttp.ClientWebSocketResponse, envelope: dict[str, Any]) -> None:
        answer = await self._acknowledge(envelope["payload"], _retry_headers(envelope))
        said: dict[str, Any] = {"envelope_id": envelope["envelope_id"]}
        # A closed connection does no harm: Slack delivers it again, and it is known by then.
        with suppress(aiohttp.ClientError, ConnectionError):
            await ws.send_json(said | ({"payload": answer} if answer else {}))

    async def _wait(self, tries: int, error: Exception) -> None:
        asked = self._say_away(error)
        await asyncio.sleep(WAITS[min(tries, len(WAITS) - 1)] if asked is None else asked)

    def _say_away(self, error: Exception) -> float | None:
        """Log it once; the seconds that Slack asks us to wait."""
        self._log_once.begin(_DOWN, f"no connection to Slack ({_why(error)}); trying again")
        return _retry_after(error)


def _retry_after(error: Exception) -> float | None:
    return retry_after(error) if isinstance(error, SlackApiError) else None


def _why(error: Exception) -> str:
    if isinstance(error, aiohttp.WSServerHandshakeError):
        return f"handshake refused with {error.status}"
    return send_error(error).why


def _parsed(message: aiohttp.WSMessage) -> dict[str, Any]:
    if message.type is not aiohttp.WSMsgType.TEXT:
        return {}
    try:
        envelope = json.loads(message.data)
    except ValueError:
        _log.warning("Slack sent an envelope that is not JSON; it is passed over")
        return {}
    return envelope if isinstance(envelope, dict) else {}


def _retry_headers(envelope: dict[str, Any]) -> Headers:
    if not envelope.get("retry_attempt"):
        return {}
    return {
        "x-slack-retry-num": str(envelope["retry_attempt"]),
        "x-slack-retry-reason": str(envelope.get("retry_reason") or ""),
    }


def _refused(error: Exception) -> SettingsError:
    return SettingsError(
        [
            f"SLACK_APP_TOKEN is refused by Slack ({send_error(error).why}); make an app-level "
            "token with the scope connections:write under Basic Information, and copy it whole "
            "(xapp-…)."
        ]
    )
