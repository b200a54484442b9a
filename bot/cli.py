"""The command line: `python -m bot`, or `aiwork` once installed.

Exit codes: 0 done, 1 nothing found or a check failed, 2 wrong settings, content or database.
Imports stand in the functions: `ask` answers within 0.7 s, and importing everything takes as long.
"""

from __future__ import annotations

import asyncio
import functools
import json
import os
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click

from bot import __version__
from bot.core.errors import AiworkError
from bot.core.reply import Outcome

P = ParamSpec("P")
R = TypeVar("R")

LANGUAGES = click.Choice(["en", "zh-Hans", "zh-Hant", "both"])


def _sentences(run: Callable[P, R]) -> Callable[P, R]:
    """Errors of ours become their sentence on standard error, and exit code 2."""

    @functools.wraps(run)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return run(*args, **kwargs)
        except AiworkError as error:
            click.echo(str(error), err=True)
            sys.exit(2)

    return wrapped


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="aiwork")
def main() -> None:
    """A chat bot about AI work culture, for teams on Slack and Telegram.

    With no token set, `run` is a chat in the terminal on the real content.
    """


@main.command()
@click.option(
    "--role",
    type=click.Choice(["all", "web", "worker"]),
    default="all",
    show_default=True,
    help="web answers over HTTP, worker delivers and holds connections.",
)
@click.option("--lang", type=LANGUAGES, help="Language of the terminal chat.")
@_sentences
def run(role: str, lang: str | None) -> None:
    """Start the bot: the platforms whose tokens are set, else a chat in the terminal."""
    from bot.settings import read_settings

    settings = read_settings()
    if not settings.platforms:
        from bot.app.terminal import chat

        sys.exit(asyncio.run(chat(settings, lang or _hint())))
    from bot.app.adapters import Role
    from bot.app.service import serve

    asyncio.run(serve(settings, Role(role), _announce))


@main.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--lang", type=LANGUAGES, help="Language of the answer.")
@click.option("--json", "as_json", is_flag=True, help="Print the neutral reply as JSON.")
@_sentences
def ask(words: tuple[str, ...], lang: str | None, as_json: bool) -> None:
    """Answer one line, such as `ask quote 996`, and exit: 0, or 1 when nothing was found."""
    from bot.app.terminal import ask as answer
    from bot.core.plain import to_json
    from bot.settings import read_settings

    reply = asyncio.run(answer(read_settings(), " ".join(words), lang or _hint()))
    if as_json:
        click.echo(json.dumps(to_json(reply), ensure_ascii=False, indent=1))
    else:
        from bot.adapters.console import ConsoleAdapter

        ConsoleAdapter().show(reply)
    sys.exit(0 if reply.outcome is Outcome.ANSWERED else 1)


def _announce(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()


def _hint() -> str | None:
    """The terminal's own language, as a platform would hint it."""
    return next(
        (v for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(name))), None
    )
