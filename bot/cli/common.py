"""What the subcommands share."""

from __future__ import annotations

import functools
import importlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any, ParamSpec, TypeVar

import click

from bot.core.errors import AiworkError, StoreAway

P = ParamSpec("P")
R = TypeVar("R")


class Exit(IntEnum):
    """What a supervisor or a script can tell by the exit code; docs/self-hosting.md has them all.
    A supervisor tries again after AWAY, and not after WRONG."""

    DONE = 0
    FAILED = 1
    WRONG = 2
    AWAY = 3


LANGUAGES = click.Choice(["en", "zh-Hans", "zh-Hant", "both"])

CONTENT_FOLDER = click.argument(
    "path", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False)
)


in_folder = click.option(
    "--in",
    "path",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Content folder; without it the one that the bot reads.",
)


class Lazy(click.Group):
    """A group whose subcommands are imported when they are called: `ask` needs none of them."""

    def __init__(self, *args: Any, lazy: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *self._lazy])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._lazy:
            return super().get_command(ctx, cmd_name)
        module, _, name = self._lazy[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


def content_folder(path: Path | None) -> Path:
    """The folder that was named, else that of the settings. Raises SettingsError for none."""
    from bot.app.services import folder
    from bot.settings import read_settings

    return path or folder("content", read_settings().content_dir)


def environment_language() -> str | None:
    """What the terminal's environment says of its language, as it stands there."""
    return next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), None)


def sentences(run: Callable[P, R]) -> Callable[P, R]:
    """Errors of ours become their sentences on standard error, and an exit code that says whether
    trying again may help."""

    @functools.wraps(run)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return run(*args, **kwargs)
        except AiworkError as error:
            click.echo(str(error), err=True)
            sys.exit(Exit.AWAY if isinstance(error, StoreAway) else Exit.WRONG)

    return wrapped


def show_what_can_be(*streams: IO[str]) -> str:
    """Where a stream's encoding has no Chinese, print a `?` for what it cannot show, rather than
    end in the middle of an answer; the sentence that says what to do about it, if so."""
    poor = [one for one in streams if isinstance(one, TextIOWrapper) and not _has_chinese(one)]
    for one in poor:
        one.reconfigure(errors="replace")
    if not poor:
        return ""
    return (
        f"This terminal's encoding ({poor[0].encoding}) has no Chinese: set PYTHONIOENCODING=utf-8"
    )


def _has_chinese(stream: TextIOWrapper) -> bool:
    try:
        "中│".encode(stream.encoding)
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def table(title: str, rows: Sequence[Mapping[str, str]]) -> None:
    """Print rows with equal keys; an empty list prints its title and a dash. In a pipe each row is
    a line with tabs, whole, so that it can be searched and cut."""
    if not sys.stdout.isatty():
        for row in rows:
            click.echo("\t".join(" ".join(value.split()) for value in row.values()))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for key in rows[0] if rows else ():
        shown.add_column(key, overflow="fold")
    for row in rows:
        shown.add_row(*(Text(value) for value in row.values()))
    Console().print(shown if rows else Text(f"{title}: –"))
