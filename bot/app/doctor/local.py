"""What this machine has: the data folder, the disk, the content, the database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.app.backups import OLD, newest
from bot.app.capacity import forecasts_of
from bot.app.doctor.findings import Finding, Trouble, found
from bot.app.services import database_url, folder, workdays
from bot.core.address import Address
from bot.core.chats import DeliveryState
from bot.core.errors import AiworkError, ContentError, StoreError
from bot.core.language import Language
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.store.database.engine import Database
    from bot.store.store import Store

MEGABYTE = 1_000_000
LOW_DISK = 500 * MEGABYTE
"""Free bytes below which somebody should make room: SQLite needs as much again as its database for
a backup, and logs go on growing. What a busy day writes is a tenth of it."""

SHOWN = 3
"""Problems of the content that are shown here; `aiwork content check` has all."""


def check_folder(settings: Settings, free: Callable[[Path], int]) -> Iterator[Finding]:
    place = settings.data_dir.absolute()
    there = next(one for one in (place, *place.parents) if one.exists())
    if not there.is_dir() or not os.access(there, os.R_OK | os.W_OK | os.X_OK):
        yield found(Trouble.FOLDER, folder=place)
        return
    if there == place:
        for one in (place, place / "aiwork.db"):
            if one.exists() and one.stat().st_mode & 0o007:
                yield found(Trouble.FOLDER_OPEN, path=one)
    if (left := free(there)) < LOW_DISK:
        yield found(Trouble.DISK, folder=place, free=left // MEGABYTE)


def check_backups(settings: Settings, now: datetime) -> Iterator[Finding]:
    if settings.backup_dir is None:
        return
    place = settings.backup_dir.absolute()
    try:
        last = newest(place, now)
    except OSError as error:
        yield found(Trouble.BACKUP, folder=place, last=error.strerror)
        return
    if last is None or now - last > OLD:
        yield found(Trouble.BACKUP, folder=place, last=f"{last:%Y-%m-%d %H:%M}Z" if last else "–")


def check_content(settings: Settings, language: Language) -> list[Finding]:
    """What keeps edits from being served; `aiwork content check` tells more, to editors."""
    from bot.library.load import load

    chosen = Language.EN if language is Language.EN else Language.HANS
    try:
        load(folder("content", settings.content_dir), chosen)
    except ContentError as error:
        shown = "\n  ".join(map(str, error.problems[:SHOWN]))
        return [found(Trouble.CONTENT, count=len(error.problems), why=shown)]
    except (AiworkError, OSError) as error:
        return [found(Trouble.CONTENT, count=1, why=error)]
    return []


async def check_database(settings: Settings) -> tuple[list[Finding], list[Address]]:
    """Findings, and the rooms that get digests."""
    from bot.store.database.engine import Database, parse_url, sqlite_path

    try:
        url = database_url(settings)
        path = sqlite_path(url)
        if path is not None and not path.exists():
            return [found(Trouble.DATABASE_NEW, path=path.absolute())], []
        database = Database(parse_url(url))
    except StoreError as error:
        return [found(Trouble.DATABASE, why=error)], []
    try:
        return await _look_inside(settings, database)
    except (StoreError, OSError) as error:
        return [found(Trouble.DATABASE, why=error)], []
    finally:
        await database.close()


async def _look_inside(
    settings: Settings, database: Database
) -> tuple[list[Finding], list[Address]]:
    from bot.store.database import schema
    from bot.store.store import Store

    version = await schema.version(database)
    if version is None or version < schema.SCHEMA:
        return [found(Trouble.DATABASE_OLD, version=version or "–", needed=schema.SCHEMA)], []
    if version > schema.SCHEMA:
        return [found(Trouble.DATABASE_NEWER, version=version, needed=schema.SCHEMA)], []
    store = Store(database, lambda: datetime.now(UTC), workdays=workdays())
    rooms = await store.chats.rooms_with_digest()
    zones = {settings.zone, *await store.schedules.zones()}
    findings = [*_zones(zones), *(await _deliveries(store))]
    return findings, rooms


def _zones(zones: set[str]) -> Iterator[Finding]:
    if unknown := sorted(zone for zone in zones if not _is_known(zone)):
        yield found(Trouble.ZONES, zones=", ".join(unknown))


def _is_known(zone: str) -> bool:
    try:
        return bool(ZoneInfo(zone))
    except (KeyError, ValueError, OSError):
        return False


async def _deliveries(store: Store) -> list[Finding]:
    findings: list[Finding] = []
    recent = store.now() - timedelta(days=1)
    for state in (DeliveryState.FAILED, DeliveryState.UNKNOWN, DeliveryState.EXPIRED):
        troubled = [one for one in await store.deliveries.list(state) if one.slot.due >= recent]
        if troubled:
            why = next((one.reason for one in troubled if one.reason), "–")
            findings.append(found(Trouble.DELIVERIES, count=len(troubled), state=state, why=why))
    if waiting := await store.chats.limited():
        findings.append(found(Trouble.LIMITED, count=waiting))
    tight = [one for one in await forecasts_of(store, timedelta(days=1)) if one.tight]
    if tight:
        findings.append(found(Trouble.CAPACITY, count=len(tight)))
    return findings
