"""`aiwork content publish`: an edition for running bots to take up."""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.app.services import CACHE
from bot.cli.common import CONTENT_FOLDER, content_folder, sentences
from bot.core.errors import SettingsError
from bot.core.language import Language
from bot.settings import read_settings


@click.command()
@CONTENT_FOLDER
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The archive to write, such as edition.zip.",
)
@sentences
def publish(path: Path | None, out: Path) -> None:
    """Pack and sign what is published, for bots that follow AIWORK_CONTENT_URL.

    Writes the archive and, beside it, its signature (FILE.sig) by AIWORK_CONTENT_KEY: upload both
    to where that address leads. Articles that are drafts stay at home. Nothing is written while
    `content check` finds anything in what is served: exit code 1.
    """
    from bot.library.archive import pack, sign
    from bot.library.check import check_whole

    settings, where = read_settings(), content_folder(path)
    if settings.content_key is None:
        raise SettingsError(
            ["AIWORK_CONTENT_KEY is missing: make one with openssl rand -hex 24, and give it to"
             " the bots, too"]
        )  # fmt: skip
    now = datetime.now(UTC)
    checked = check_whole(where, Language.EN, now.date(), cache=settings.data_dir / CACHE)
    if wrong := [one for one in checked.problems if not one.draft]:
        click.echo("\n".join(map(str, wrong)), err=True)
        click.echo("nothing is published until this is right", err=True)
        sys.exit(1)
    archive = pack(where)
    key = settings.content_key.get_secret_value()
    _write(out, archive)
    _write(out.with_name(f"{out.name}.sig"), sign(archive, _made(now), key))
    click.echo(f"{out} and {out.name}.sig: {len(archive) // 1000} kB; upload both")


def _made(now: datetime) -> datetime:
    """SOURCE_DATE_EPOCH where it is set, so that the signature can be made again, too."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    known = seconds.isdecimal() and len(seconds) < 12
    return datetime.fromtimestamp(int(seconds), UTC) if known else now


def _write(path: Path, raw: bytes) -> None:
    """A whole file or none."""
    try:
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}")
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
        os.chmod(beside, 0o644)
        os.replace(beside, path)
    except OSError as error:
        raise SettingsError([f"{path} cannot be written: {error.strerror}"]) from None
