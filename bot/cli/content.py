"""`aiwork content`: for people who write it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.app.services import open_store
from bot.cli.common import (
    CONTENT_FOLDER,
    LANGUAGES,
    Lazy,
    content_folder,
    in_folder,
    sentences,
    table,
)
from bot.core.chats import Report
from bot.core.language import Language
from bot.settings import Settings, read_settings


@click.group(
    cls=Lazy,
    lazy={
        "check": "bot.cli.check:check",
        "publish": "bot.cli.publish:publish",
        "review": "bot.cli.review:review",
    },
)
def content() -> None:
    """Check, count and describe the content; read what readers report."""


@content.command()
@CONTENT_FOLDER
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON.")
@sentences
def stats(path: Path | None, as_json: bool) -> None:
    """Count the content, by topic, speaker and language, and show how full the cards are."""
    from bot.editor.stats import stats as count
    from bot.library.load import load

    numbers = asdict(count(load(content_folder(path))))
    if as_json:
        click.echo(json.dumps(numbers, ensure_ascii=False, indent=1))
        return
    plain = {key: value for key, value in numbers.items() if isinstance(value, int)}
    table("Content", [{"what": key, "count": str(value)} for key, value in plain.items()])
    for key, values in numbers.items():
        if isinstance(values, dict):
            rows = [{"which": one, "count": str(count)} for one, count in values.items()]
            table(key.replace("_", " "), rows)
    budgets = [{key: str(value) for key, value in one.items()} for one in numbers["budgets"]]
    table("fullest of their budgets", budgets)


@content.command()
@click.argument("name", metavar="ID")
@in_folder
@sentences
def new(name: str, path: Path | None) -> None:
    """Begin an article: write an annotated draft to content/articles/ID.yaml."""
    from bot.editor.entries import begin

    written = begin(content_folder(path), name, datetime.now(UTC).date())
    click.echo(f"{written}: a draft, which nobody is shown yet; fill it in, then")
    click.echo(f"  aiwork content check\n  aiwork content show {name}")


@content.command()
@click.argument("name", metavar="ID")
@in_folder
@click.option(
    "--as",
    "platform",
    type=click.Choice(["terminal", "slack", "telegram"]),
    default="terminal",
    show_default=True,
    help="As which platform draws it.",
)
@click.option(
    "--lang", type=LANGUAGES, default="en", show_default=True, help="Language of the card."
)
@sentences
def show(name: str, path: Path | None, platform: str, lang: str) -> None:
    """Draw an article, a quote or a fact as people will see it, drafts too.

    For Slack it is the message as JSON, which the Block Kit Builder takes; for Telegram the HTML.
    """
    from bot.app.services import read_words
    from bot.cli.drawing import draw
    from bot.core.words import Voice
    from bot.editor.entries import look_up

    found = look_up(content_folder(path), name)
    draw(found.entry, found.article, Voice(read_words(), Language(lang)), platform)


@content.command()
@click.argument("name", metavar="ID")
@click.option("--why", required=True, help="Kept beside the entry, for who asks later.")
@in_folder
@sentences
def withdraw(name: str, why: str, path: Path | None) -> None:
    """Take an entry out of answers and digests at once; its id stays, never to be used again."""
    from bot.editor.entries import withdraw as take_out

    file, line = take_out(content_folder(path), name, why, datetime.now(UTC).date())
    click.echo(f"{file}:{line}: {name} is withdrawn")


@content.command(name="import")
@click.argument("given", nargs=-1, required=True, metavar="FILE|URL|FEED...")
@click.option("--as", "name", default="", help="The id of the draft; for one article.")
@in_folder
@sentences
def import_(given: tuple[str, ...], name: str, path: Path | None) -> None:
    """Begin drafts from articles: what is quoted, who says it, which figures, what is known.

    Exit code 1 when nothing could be used of any of them. A draft leaves open what a person has to
    write, and has a comment wherever something is doubtful.
    """
    from bot.editor.importer.run import import_one
    from bot.fetch import fetch

    if name and len(given) > 1:
        raise click.UsageError("--as names one draft: give one article with it")
    settings, today = read_settings(), datetime.now(UTC).date()
    get = fetch if settings.fetch else None
    missed = False
    for one in _with_progress(given):
        for done in asyncio.run(import_one(one, content_folder(path), today, name=name, get=get)):
            click.echo(done.told, err=done.path is None)
            missed = missed or done.path is None
    sys.exit(1 if missed else 0)


def _with_progress(given: tuple[str, ...]) -> Iterable[str]:
    """A bar in a terminal, for more than one."""
    if len(given) < 2 or not sys.stderr.isatty():
        return given
    from rich.console import Console
    from rich.progress import track

    return track(given, "importing", console=Console(stderr=True))


@content.command()
@click.argument("name", metavar="ID")
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@in_folder
@sentences
def prove(name: str, source: Path, path: Path | None) -> None:
    """Keep a proof of the article ID's source text, from which the text cannot be had.

    From then on `check` holds its quotes and evidence to the source, letter for letter.
    """
    from bot.editor.clean import clean as repair
    from bot.editor.clean.read import read_text
    from bot.editor.entries import look_up
    from bot.library.proof import make_proof, write_proof

    article = look_up(content_folder(path), name).article.id
    text = repair(read_text(source.read_bytes())).text
    click.echo(
        f"{write_proof(content_folder(path), make_proof(article, text))}: the proof of {article}"
    )


@content.command()
@click.option("--report", is_flag=True, help="Say what was repaired, on standard error.")
@click.option("--json", "as_json", is_flag=True, help="Print text and repairs as JSON.")
@click.option("--keep-script", is_flag=True, help="Leave traditional characters traditional.")
@sentences
def clean(report: bool, as_json: bool, keep_script: bool) -> None:
    """Undo what a page did to a text: `aiwork content clean < dirty > clean`.

    A text without damage comes out byte for byte. What had to be guessed is for a person to look
    at; --report lists it.
    """
    from bot.editor.clean import clean as repair
    from bot.editor.clean.read import read_text

    done = repair(read_text(sys.stdin.buffer.read()), keep_script=keep_script)
    if as_json:
        repairs = [asdict(one) for one in done.repairs]
        click.echo(json.dumps({"text": done.text, "repairs": repairs}, ensure_ascii=False))
        return
    sys.stdout.buffer.write(done.text.encode("utf-8"))
    sys.stdout.buffer.flush()
    for one in done.repairs if report else ():
        click.echo(
            f"{one.line}: {one.kind}, {one.confidence}: {one.before} → {one.after}", err=True
        )


@content.command()
@CONTENT_FOLDER
@sentences
def schema(path: Path | None) -> None:
    """Write the JSON Schemas that editors' programs read (content/schema/)."""
    from bot.editor.schema import write_schemas

    for written in write_schemas(content_folder(path) / "schema"):
        click.echo(written)


@content.command()
@CONTENT_FOLDER
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder that the pages go into.",
)
@click.option("--url", help="Public address of the site; AIWORK_PUBLIC_URL without it.")
@click.option("--pictures", is_flag=True, help="A picture of each quote, for links that unfurl.")
@sentences
def site(path: Path | None, out: Path, url: str | None, pictures: bool) -> None:
    """Write the reading room: static pages, feeds and a search index of all that is published.

    Only what changed is written; what is withdrawn becomes a page that says so.
    """
    from bot.adapters.picture import has_pictures
    from bot.app.services import read_words
    from bot.library.load import load
    from bot.settings.values import https_address
    from bot.site.shelf import day_of
    from bot.site.site import Site
    from bot.site.write import SiteError, write_site

    try:
        address = https_address(url) if url else read_settings().public_url or ""
    except ValueError as error:
        raise SiteError(f"--url: {error}") from None
    if pictures and not has_pictures():
        raise SiteError("--pictures needs what draws them: pip install 'aiwork[pictures]'")
    library = load(content_folder(path))
    made = Site(library, read_words(), address, pictures)
    done = write_site(made, out, datetime.now(UTC).date())
    click.echo(
        f"{out}: {done.pages} files, {done.changed} written, {done.deleted} deleted"
        + ("" if address else "; give --url, so that shared links unfurl")
    )
    if undated := [one.id for one in library.articles.values() if not day_of(one)]:
        click.echo(f"in no feed, for want of a day (`added`): {', '.join(undated)}")


@content.command()
@click.option("--json", "as_json", is_flag=True, help="Print the reports as JSON.")
@sentences
def reports(as_json: bool) -> None:
    """List what readers found wrong (`report <id> <words>`), newest first."""
    rows = [
        {"at": f"{one.at:%Y-%m-%d %H:%M}", "item": one.item, "words": one.words}
        for one in asyncio.run(_reports(read_settings()))
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        table("Reports", rows)


async def _reports(settings: Settings) -> tuple[Report, ...]:
    store = await open_store(settings)
    try:
        return await store.reports.latest()
    finally:
        await store.close()
