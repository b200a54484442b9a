"""`aiwork alerts`: whether operators would be told."""

from __future__ import annotations

import asyncio
import sys

import click

from bot.cli.common import Exit, sentences


@click.group()
def alerts() -> None:
    """Messages to operators (AIWORK_OPERATORS) when something needs a person."""


@alerts.command()
@sentences
def test() -> None:
    """Send a message to each operator, and say for each whether it arrived.

    Exit code 1 unless all did. It counts for nothing else, and may run beside the bot.
    """
    from bot.app.alerts import try_alerts
    from bot.log import set_up
    from bot.settings import read_settings, secrets_of

    settings = read_settings()
    set_up("ERROR", "text", secrets=secrets_of(settings))
    told = asyncio.run(try_alerts(settings))
    for at, why in told:
        click.echo((why and f"did not arrive at {why}") or f"arrived at {at}")
    sys.exit(Exit.FAILED if any(why for _, why in told) else Exit.DONE)
