"""The library over MCP: by itself on standard input and output, or beside the bot at `/mcp`."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from bot import __version__
from bot.adapters.common.rate_limit import RateLimit, Verdict
from bot.app.roles import Role
from bot.app.services import open_library
from bot.core.address import Address
from bot.core.command import Command, Person
from bot.core.command_line import CommandLine
from bot.core.errors import SettingsError
from bot.library.reload import LiveLibrary
from bot.settings import Settings

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer


def mcp_tokens(settings: Settings, role: Role) -> list[str]:
    """Whose calls this process serves at `/mcp`; none when it is switched off, or a worker."""
    if settings.mcp_tokens is None or role is Role.WORKER:
        return []
    return [t.strip() for t in settings.mcp_tokens.get_secret_value().split(",") if t.strip()]


async def serve_stdio(settings: Settings) -> None:
    """Until the input ends. Edited content is followed."""
    library = open_library(settings)
    server = _make(settings, library)
    watching = asyncio.create_task(library.watch())
    try:
        await server.run_stdio_async()
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


@asynccontextmanager
async def mcp_routes(
    settings: Settings, role: Role, library: LiveLibrary
) -> AsyncIterator[list[Route]]:
    """The route of `/mcp`, served while the context is open; none when it is switched off."""
    tokens = mcp_tokens(settings, role)
    if not tokens:
        yield []
        return
    server = _make(settings, library)
    from bot.mcp.http import mcp_route

    route = mcp_route(server, tokens)
    async with server.session_manager.run():
        yield [route]


def _make(settings: Settings, library: LiveLibrary) -> MCPServer[Any]:
    if importlib.util.find_spec("mcp") is None:
        raise SettingsError(["MCP needs its library: run `pip install 'aiwork[mcp]'`"])
    from bot.mcp.server import make_server

    return make_server(library, lambda: datetime.now(UTC), _limit(settings), __version__)


def _limit(settings: Settings) -> Callable[[str], bool]:
    """A caller is limited as a person is in a chat, by its own setting."""
    pace = RateLimit(settings.limit_mcp)

    def allow(caller: str) -> bool:
        at = Address("mcp", caller)
        command = Command(CommandLine(""), Person(caller), at)
        return pace.judge(command) is Verdict.SERVED

    return allow
