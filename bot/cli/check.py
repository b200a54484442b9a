"""`aiwork content check`: everything that is wrong with the content, or nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.app.services import CACHE
from bot.cli.common import CONTENT_FOLDER, content_folder, sentences
from bot.core.errors import Problem
from bot.core.language import Language
from bot.library.library import Library
from bot.settings import read_settings


@click.command()
@CONTENT_FOLDER
@click.option(
    "--lang",
    type=click.Choice(["en", "zh-Hans"]),
    default="en",
    show_default=True,
    help="Language of what is told.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
@click.option(
    "--fix", is_flag=True, help="First sort, unquote and widen what can be; comments stay."
)
@sentences
def check(path: Path | None, lang: str, as_json: bool, fix: bool) -> None:
    """Tell everything that is wrong, as file:line key: what; what to write instead.

    Exit code 1 when there is anything in what is served. Drafts are checked for what they have,
    and keep nothing from being served.
    """
    from bot.library.check import check_whole
    from bot.library.load import load

    where = content_folder(path)
    if fix:
        _fix(where)
    today, cache = datetime.now(UTC).date(), read_settings().data_dir / CACHE
    checked = check_whole(where, Language(lang), today, cache=cache)
    found = list(checked.problems)
    if path is None and not found:  # our own content, with the phrases that are read over it
        found += _phrases_claimed_twice(load(where, cache=cache), Language(lang))
    served = [one for one in found if not one.draft]
    if as_json:
        click.echo(json.dumps([asdict(problem) for problem in found], ensure_ascii=False, indent=1))
    else:
        _tell(where, served, [one for one in found if one.draft], checked.unproved)
    sys.exit(1 if served else 0)


def _phrases_claimed_twice(library: Library, language: Language) -> list[Problem]:
    from bot.app.services import phrase_files, read_grammar
    from bot.commands.understand.conflicts import find_conflicts

    grammar = read_grammar()
    return [
        problem
        for path in phrase_files()
        for problem in find_conflicts(path, grammar, library, language)
    ]


def _fix(where: Path) -> None:
    from bot.editor.fix import fix

    for one in fix(where):
        places = "one place" if one.places == 1 else f"{one.places} places"
        click.echo(f"{one.path}: {places} set right", err=True)


def _tell(
    where: Path, served: list[Problem], drafts: list[Problem], unproved: Iterable[str]
) -> None:
    click.echo("\n".join(map(str, served)) or f"{where}: nothing is wrong")
    if unproved:
        click.echo(f"not held to their source, for want of a proof: {', '.join(unproved)}")
    if drafts:
        click.echo("\nin drafts, which nobody is shown yet:")
        click.echo("\n".join(map(str, drafts)))
