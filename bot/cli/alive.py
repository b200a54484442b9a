"""`aiwork alive`: what health checks run beside the bot; it imports nothing that takes time."""

from __future__ import annotations

import os
import signal
import sys
import urllib.error
import urllib.request
from contextlib import suppress

import click

from bot.cli.common import Exit

SECONDS = 4.0
"""For the answer; a health check that waits longer is no health check."""


@click.command()
@click.option("--port", type=int, envvar="PORT", default=8080, show_default=True, help="Its port.")
@click.option(
    "--end",
    "process",
    type=click.IntRange(1),
    metavar="PID",
    help="End this process when its work has stopped, for a supervisor that only restarts what"
    " has ended (1 in a container).",
)
def alive(port: int, process: int | None) -> None:
    """Ask the bot on this machine whether its work goes on (/livez). Exit code 1 when not."""
    # The bot is on this machine: no proxy stands between.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/livez", timeout=SECONDS) as answer:
            click.echo(answer.read(1000).decode(errors="replace"))
        return
    except urllib.error.HTTPError as error:
        with error:
            click.echo(error.read(1000).decode(errors="replace"), err=True)
        if error.code == 503 and process:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGTERM)
    except OSError as error:
        click.echo(f"nobody answers on port {port} ({error}); is PORT set?", err=True)
    sys.exit(Exit.FAILED)
