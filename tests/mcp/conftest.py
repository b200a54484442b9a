from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from pydantic import SecretStr

from bot.app.mcp import mcp_routes
from bot.app.roles import Role
from bot.http import make_http, serve
from bot.library.reload import LiveLibrary
from bot.mcp.server import make_server
from bot.settings import Settings
from tests.index import CONTENT, live_library

TOKENS = ("first-planted-token-1234", "second-planted-token-123")
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def everybody(_caller: str) -> bool:
    return True


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where edited content keeps its index."""
    return tmp_path_factory.mktemp("index")


@pytest.fixture(scope="session")
def library() -> LiveLibrary:
    return live_library()


@pytest.fixture
def own_content(tmp_path: Path) -> Path:
    """Content that a test may edit."""
    shutil.copytree(CONTENT, tmp_path / "content")
    return tmp_path / "content"


@asynccontextmanager
async def talking(
    library: LiveLibrary, allow: Callable[[str], bool] = everybody
) -> AsyncIterator[Client]:
    """The SDK's own client, in this process."""
    async with Client(make_server(library, lambda: NOON, allow, "0")) as client:
        yield client


@asynccontextmanager
async def listening(library: LiveLibrary, **given: Any) -> AsyncIterator[str]:
    """`/mcp` behind the bot's own HTTP server; its address."""
    settings = Settings(mcp_tokens=SecretStr(",".join(TOKENS)), **given)
    async with mcp_routes(settings, Role.WEB, library) as routes:
        app = make_http(routes, ready={}, metrics=bytes)
        async with serve(app, 0, "127.0.0.1") as port:
            yield f"http://127.0.0.1:{port}/mcp"


@asynccontextmanager
async def over_http(url: str, token: str, mode: str = "auto") -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        Client(streamable_http_client(url, http_client=http), mode=mode) as client,
    ):
        yield client
