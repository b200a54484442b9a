"""`aiwork db`, `aiwork deliveries`, `aiwork digest`: for operators, beside a running bot."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import click

from bot.app.services import database_url, open_library, open_store, read_words
from bot.cli.common import LANGUAGES, sentences, table
from bot.core.address import Address
from bot.core.chats import Cadence, Delivery, DeliveryState
from bot.core.errors import AiworkError, StoreError
from bot.core.language import Language
from bot.core.words import Voice
from bot.digest.choose import DigestPreferences, choose
from bot.digest.render import render
from bot.library.library import Library
from bot.settings import Settings, read_settings
from bot.store.database.backup import check_file
from bot.store.database.engine import sqlite_path
from bot.store.store import Store

T = TypeVar("T")


@click.group()
def db() -> None:
    """The database: bring it up to date, back it up, check it."""


@db.command()
@sentences
def upgrade() -> None:
    """Bring the schema up to this version; safe to run again."""
    from bot.store.database import schema

    asyncio.run(schema.upgrade(database_url(read_settings())))
    click.echo(f"{_which()} is up to date")


@db.command()
@click.argument("to", type=click.Path(path_type=Path, dir_okay=False))
@sentences
def backup(to: Path) -> None:
    """Copy the SQLite database while the bot runs (for PostgreSQL, use pg_dump)."""
    from bot.store.database.backup import copy

    copy(_sqlite_file("pg_dump --format=custom"), to)
    click.echo(f"backed up to {to}")


@db.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@sentences
def restore(file: Path) -> None:
    """Put a backup in the place of the SQLite database; what was there is kept beside it.

    The bot must be stopped. Digests that were sent since the backup, and fell due within the last
    six hours, are sent again; they are listed. For PostgreSQL, use pg_restore.
    """
    from bot.store.database.backup import restore as put_back

    done = put_back(file, _sqlite_file("pg_restore --clean"), datetime.now(UTC))
    click.echo(
        f"restored {file}" + (f"; the database of before is {done.kept}" if done.kept else "")
    )
    for one in done.again:
        click.echo(f"will be sent again: {one}")


@db.command(name="rotate-keys")
@sentences
def rotate_keys() -> None:
    """Seal all stored Slack tokens with the newest key of AIWORK_SECRET_KEY."""
    count = asyncio.run(_with_store(lambda store: store.installations.rotate_keys()))
    click.echo(f"{count} tokens sealed anew; the older keys can go")


@db.command(name="check")
@sentences
def check_() -> None:
    """Read all of the database, and count what needs an operator's eye. Exit code 2 when it is
    damaged or cannot be opened; nothing is ever created."""
    settings = read_settings()
    if (path := sqlite_path(database_url(settings))) is not None:
        check_file(path)
    troubles = asyncio.run(_with_store(lambda store: store.deliveries.troubles()))
    counted = ", ".join(f"{count} {state}" for state, count in sorted(troubles.items()))
    click.echo(f"{_which()} is sound; {counted or 'no delivery is in trouble'}")


@click.command()
@click.option(
    "--state", type=click.Choice([state.value for state in DeliveryState]), help="Only this state."
)
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=50,
    show_default=True,
    help="So many at most.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the deliveries as JSON.")
@sentences
def deliveries(state: str | None, limit: int, as_json: bool) -> None:
    """List deliveries, newest first: when, to whom, what became of them and why."""
    wanted = DeliveryState(state) if state else None
    found = asyncio.run(_with_store(lambda store: store.deliveries.list(wanted, limit=limit)))
    rows = list(map(_row, found))
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        table("Deliveries", rows)


@click.group()
def digest() -> None:
    """Digests, as they would be sent."""


@digest.command()
@click.option("--chat", "chat", help="Address such as telegram:/42; any chat without it.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Today without it.")
@click.option("--weekly", is_flag=True, help="As a weekly digest.")
@click.option("--topics", help="Of a chat that follows these, such as layoffs,pay.")
@click.option("--lang", type=LANGUAGES, help="In this language.")
@click.option("--json", "as_json", is_flag=True, help="Print the neutral reply as JSON.")
@sentences
def preview(
    chat: str | None,
    day: datetime | None,
    weekly: bool,
    topics: str | None,
    lang: str | None,
    as_json: bool,
) -> None:
    """Show what a chat would get on a day; nothing is sent, nothing counts as seen."""
    from bot.adapters.console import ConsoleAdapter
    from bot.core.reply_json import to_json

    settings = read_settings()
    library = open_library(settings).edition.library
    when = day.date() if day else datetime.now(UTC).date()
    preferences, language = asyncio.run(_preferences_of(settings, chat, weekly))
    if topics is not None:
        preferences = replace(preferences, topics=tuple(_slugs(library, topics)))
    language = Language(lang) if lang else language
    items = choose(library, preferences, when)
    reply = render(library, items, Voice(read_words(), language), when, preferences)
    if reply is None:
        click.echo("nothing to say: the chat has seen everything lately")
    elif as_json:
        click.echo(json.dumps(to_json(reply), ensure_ascii=False, indent=1))
    else:
        ConsoleAdapter().show(reply)


def _slugs(library: Library, topics: str) -> Iterator[str]:
    for words in filter(None, re.split("[,，、]", topics)):
        if (topic := library.topic_of(words)) is None:
            near = ", ".join(one.slug for one in library.nearest_topics(words))
            ways = f"did you mean {near}?" if near else f"there are {', '.join(library.topics)}"
            raise UnknownTopic(f"there is no topic {words.strip()}; {ways}")
        yield topic.slug


def _which() -> str:
    """Which database was read: beside a service that is seldom the one of this folder."""
    from bot.store.database.engine import parse_url

    url = parse_url(database_url(read_settings()))
    file = sqlite_path(database_url(read_settings()))
    return f"the database {file.resolve() if file else url.render_as_string(hide_password=True)}"


def _sqlite_file(instead: str) -> Path:
    path = sqlite_path(database_url(read_settings()))
    if path is None:
        raise StoreError(f"PostgreSQL has its own tool: run `{instead}` instead")
    return path


async def _with_store(ask: Callable[[Store], Awaitable[T]]) -> T:
    async with _opened(read_settings()) as store:
        return await ask(store)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Store]:
    store = await open_store(settings)
    try:
        yield store
    finally:
        await store.close()


async def _preferences_of(
    settings: Settings, chat: str | None, weekly: bool
) -> tuple[DigestPreferences, Language]:
    if chat is None:
        return DigestPreferences(weekly=weekly), Language(settings.language)
    async with _opened(settings) as store:
        found = await store.chats.find(_address(chat))
        if found is None:
            raise UnknownChat(f"no chat {chat} is remembered; `aiwork deliveries` shows addresses")
        schedule = await store.schedules.of(found)
        weekly = weekly or bool(schedule and schedule.cadence is Cadence.WEEKLY)
        topics, seen = await store.chats.topics(found), await store.deliveries.seen(found)
        return DigestPreferences(topics, seen, weekly), found.language or Language(
            settings.language
        )


class UnknownChat(AiworkError):
    pass


class UnknownTopic(AiworkError):
    pass


def _address(text: str) -> Address:
    try:
        return Address.parse(text)
    except ValueError as error:
        raise UnknownChat(str(error)) from None


def _row(one: Delivery) -> dict[str, str]:
    sent = f"{one.sent_at:%Y-%m-%d %H:%M}Z" if one.sent_at else ""
    return {
        "id": str(one.id),
        "chat": str(one.at),
        "date": one.slot.date.isoformat(),
        "state": one.state,
        "sent": sent,
        "attempts": str(one.attempts),
        "reason": one.reason,
    }
