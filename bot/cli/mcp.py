"""`aiwork mcp`: the library for an assistant on this machine."""

from __future__ import annotations

import asyncio

import click

from bot.cli.common import sentences


@click.command()
@sentences
def mcp() -> None:
    """Serve the library to an assistant over MCP on standard input and output.

    The assistant's program starts this itself; docs/setup/mcp.md has its settings.
    """
    from bot.app.mcp import serve_stdio
    from bot.log import set_up
    from bot.settings import read_settings, secrets_of

    settings = read_settings()
    set_up("WARNING", "text", secrets=secrets_of(settings))
    asyncio.run(serve_stdio(settings))
