"""The scheduled backup of an SQLite database: one a day, seven kept, each read through before it
gets its name."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.core.errors import StoreError
from bot.store.database.backup import copy

_log = logging.getLogger("aiwork.backups")

EVERY = timedelta(days=1)
KEPT = 7

OLD = timedelta(days=2)
"""What `aiwork doctor` calls old: one may fail, and the next one a day later is there."""

AGAIN = timedelta(hours=1)
"""After one that failed: a full disk is not stormed, and one that was mended is found the same day.
"""

LOOK_SECONDS = 60.0

AHEAD = timedelta(hours=1)
"""A name that lies further ahead was given by a clock that was wrong, and counts as the oldest."""

_STAMP = "%Y%m%d-%H%M%S"
_NAME = re.compile(r"aiwork-(\d{8}-\d{6})\.db")

Report = Callable[[str], Awaitable[None]]
"""Told why a backup failed; '' when the newest one is as it should be."""


class Backups:
    """`run` until cancelled; nothing that goes wrong with a backup disturbs the bot."""

    def __init__(
        self, database: Path, folder: Path, now: Callable[[], datetime], report: Report
    ) -> None:
        self._database, self._folder, self._now = database, folder, now
        self._report = report
        self._not_before: datetime | None = None

    async def run(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """One round: a backup if it is time for one."""
        now = self._now()
        if self._not_before and now < self._not_before <= now + AGAIN:
            return
        try:
            last = newest(self._folder, now)
            if last is None or last <= now - EVERY:
                made = await asyncio.to_thread(make, self._database, self._folder, now)
                _log.info("backed up to %s", made)
            why, self._not_before = "", None
        except (StoreError, OSError) as error:
            why, self._not_before = self._why(error), now + AGAIN
            _log.error("the daily backup failed: %s", why)
        await self._tell(why)

    def _why(self, error: StoreError | OSError) -> str:
        if isinstance(error, StoreError):
            return str(error)
        return (
            f"{self._folder}: {error.strerror}; give this user the right to write there, or set"
            " AIWORK_BACKUP_DIR to another folder"
        )

    async def _tell(self, why: str) -> None:
        try:
            await self._report(why)
        except StoreError as error:
            _log.warning("operators could not be told of the backup: %s", error)


def newest(folder: Path, now: datetime) -> datetime | None:
    """When the newest backup of that folder was made; `None` when there is none. Raises OSError for
    a folder that cannot be read."""
    if not folder.exists():
        return None
    made = (at for at, _ in _found(folder) if at <= now + AHEAD)
    return max(made, default=None)


def make(database: Path, folder: Path, now: datetime) -> Path:
    """One more backup; of all, the KEPT newest stay. Raises StoreError or OSError, and then those
    that were there still are."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob(".aiwork-*.db.part"):  # of a process that was killed
        left.unlink()
    to = folder / f"aiwork-{now:{_STAMP}}.db"
    copy(database, to)
    made = sorted((at if at <= now + AHEAD else datetime.min.replace(tzinfo=UTC), path)
                  for at, path in _found(folder))  # fmt: skip
    for _, path in made[:-KEPT]:
        path.unlink()
    return to


def _found(folder: Path) -> list[tuple[datetime, Path]]:
    """Only what we named: whatever else lies there is somebody's."""
    named = ((_NAME.fullmatch(path.name), path) for path in folder.iterdir() if path.is_file())
    return [(_moment(name[1]), path) for name, path in named if name]


def _moment(stamp: str) -> datetime:
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:  # 99 o'clock: no name of ours after all, and the oldest
        return datetime.min.replace(tzinfo=UTC)
