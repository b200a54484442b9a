"""The same session over standard input and output, and over HTTP."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from bot.core.errors import SettingsError
from bot.library.reload import LiveLibrary
from bot.settings import read_settings
from tests.cli.process import ROOT
from tests.index import put_index
from tests.mcp.conftest import TOKENS, listening, over_http
from tests.mcp.script import session
from tests.whole import running

MODES = ("auto", "legacy")
"""Clients of the newest protocol, and those that shake hands first."""


async def test_a_session_over_stdio(cache: Path) -> None:
    put_index(cache)
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "bot", "mcp"],
        env={"PATH": os.environ["PATH"], "AIWORK_DATA_DIR": str(cache)},
        cwd=ROOT,
    )
    async with Client(stdio_client(server), mode="legacy") as client:
        await session(client)
    assert not (cache / "aiwork.db").exists(), "nothing is remembered"


@pytest.mark.parametrize("mode", MODES)
async def test_a_session_over_http(library: LiveLibrary, mode: str) -> None:
    async with listening(library) as url, over_http(url, TOKENS[1], mode) as client:
        await session(client)


@pytest.mark.parametrize(
    "header", ["", "Bearer wrong-token-0123456789", "Bearer", f"Basic {TOKENS[0]}"]
)
async def test_without_a_token_nothing_is_served(library: LiveLibrary, header: str) -> None:
    async with listening(library) as url, httpx2.AsyncClient() as http:
        answer = await http.post(url, json={}, headers={"Authorization": header} if header else {})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"jsonrpc":"2.0"}', b"\xff" * 99])
async def test_noise_is_refused_and_the_next_is_served(library: LiveLibrary, body: bytes) -> None:
    async with listening(library) as url:
        async with httpx2.AsyncClient() as http:
            headers = {"Authorization": f"Bearer {TOKENS[0]}", "Content-Type": "application/json"}
            assert 400 <= (await http.post(url, content=body, headers=headers)).status_code < 500
            assert (await http.get(url, headers=headers)).status_code == 405
        async with over_http(url, TOKENS[0]) as client:
            assert not (await client.call_tool("today", {})).is_error


async def test_each_token_has_its_own_limit(library: LiveLibrary) -> None:
    async with listening(library, limit_mcp=4) as url:
        async with over_http(url, TOKENS[0]) as client:
            answers = [(await client.call_tool("today", {})).is_error for _ in range(4)]
            assert answers == [False, False, True, True]
        async with over_http(url, TOKENS[1]) as client:
            assert not (await client.call_tool("today", {})).is_error


def test_a_short_token_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIWORK_MCP_TOKENS", "long-enough-token-0,short")
    with pytest.raises(SettingsError, match=r"AIWORK_MCP_TOKENS.*16 ASCII characters") as told:
        read_settings()
    assert "short" not in str(told.value)


def test_a_bot_without_it_imports_none_of_it() -> None:
    """Whole service included: what runs imports MCP only where a token is set."""
    code = (
        "import asyncio, sys\n"
        "import bot.app.service, bot.app.mcp\n"
        "from bot.app.roles import Role\n"
        "from bot.settings import Settings\n"
        "async def main():\n"
        "    async with bot.app.mcp.mcp_routes(Settings(), Role.ALL, None) as routes:\n"
        "        assert routes == []\n"
        "asyncio.run(main())\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('mcp', 'mcp_types', 'httpx2')"
        " or m.startswith('bot.mcp')])"
    )
    kept = {k: v for k, v in os.environ.items() if not k.startswith("AIWORK_")}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=kept, capture_output=True)
    assert done.stdout.decode().strip() == "[]", done.stderr.decode()


async def test_the_web_role_serves_it_without_any_platform(cache: Path) -> None:
    settings = {"AIWORK_MCP_TOKENS": TOKENS[0], "PORT": "0"}
    async with running(cache / "web", settings, "run", "--role", "web") as bot:
        assert (await bot.ready()).startswith("ready: mcp; HTTP on port ")
        async with over_http(f"http://127.0.0.1:{bot.port}/mcp", TOKENS[0]) as client:
            assert not (await client.call_tool("today", {})).is_error
        assert await bot.stop() == 0
        assert "Traceback" not in bot.errors
        assert TOKENS[0] not in bot.errors
