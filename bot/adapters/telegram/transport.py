"""HTTP for python-telegram-bot over aiohttp, with errors that say whether a call was sent.

Measured: 200 answers to 50 chats cost 0.2 s of CPU here and 0.95 s over httpx, whose pool looks
at every connection for every request. And the SDK's own `TimedOut` is any kind of timeout.
"""

from __future__ import annotations

import ssl
from functools import lru_cache
from urllib.parse import urlencode

import httpx
from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    FormData,
    InvalidURL,
    TCPConnector,
)
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}

_CONNECT = 10.0
"""Seconds for a connection, waiting for a free one included."""


class NotSent(NetworkError):
    """No connection came about: Telegram surely did not see the call."""


class MaybeSent(NetworkError):
    """The connection broke before an answer came: Telegram may have acted on the call."""


class Transport(BaseRequest):
    """A pool of `connections`; `read_timeout` seconds for an answer. Timeouts of single calls are
    not looked at: each purpose has a pool of its own. Needs no `initialize`."""

    def __init__(self, connections: int, read_timeout: float, proxy: str | None = None) -> None:
        self._connections = connections
        self._read_timeout = read_timeout
        self._proxy = proxy
        self._session: ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._read_timeout

    async def initialize(self) -> None:
        if self._session is None:
            self._session = ClientSession(
                connector=TCPConnector(limit=self._connections, ssl=_certificates()),
                timeout=ClientTimeout(None, _CONNECT, self._read_timeout, _CONNECT),
                headers={"User-Agent": self.USER_AGENT},
                proxy=self._proxy,
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = None,
        write_timeout: object = None,
        connect_timeout: object = None,
        pool_timeout: object = None,
    ) -> tuple[int, bytes]:
        """Status and body. Raises NotSent, MaybeSent or TimedOut (which may have been sent)."""
        await self.initialize()
        assert self._session is not None
        files = bool(request_data and request_data.contains_files)
        fields = request_data.json_parameters if request_data else {}
        try:
            async with self._session.request(
                method,
                URL(url, encoded=True),
                data=_multipart(request_data) if request_data and files else urlencode(fields),
                headers=None if files else _FORM,
                allow_redirects=False,
            ) as answer:
                return answer.status, await answer.read()
        except (ClientConnectorError, ConnectionTimeoutError, InvalidURL) as error:
            raise NotSent(_without_address(error)) from None
        except TimeoutError:
            raise TimedOut(f"no answer within {self._read_timeout:.0f} s") from None
        except (ClientError, OSError) as error:
            raise MaybeSent(_without_address(error)) from None


def _multipart(data: RequestData) -> FormData:
    form = FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form


def _without_address(error: Exception) -> str:
    """Without the address, which holds the token."""
    if isinstance(error, ClientConnectorError):
        return f"cannot connect to {error.host}: {error.os_error.strerror or 'no connection'}"
    return "the address is not valid" if isinstance(error, InvalidURL) else f"{error}"


@lru_cache
def _certificates() -> ssl.SSLContext:
    """Read once: it takes 30 ms. Those that httpx brings, as images without any are common."""
    return httpx.create_ssl_context()
