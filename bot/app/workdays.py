"""`config/workdays.yaml`, read again when it changes, and the digests that then move."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bot.core.errors import SettingsError, StoreError
from bot.core.workdays import COUNTRIES, DECEMBER, LIBRARY_ALONE, Workdays

if TYPE_CHECKING:
    from bot.store.store import Store

_log = logging.getLogger(__name__)

LOOK_SECONDS = 3600.0
"""How soon an edited file moves what is planned; a day off is known by weeks."""

_KEYS = {"known", "free", "worked"}


class WorkdaysFile:
    """Call it for the workdays of now. A file that is broken keeps what was read before it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._workdays = LIBRARY_ALONE

    def __call__(self) -> Workdays:
        try:
            stat = self._path.stat()
        except OSError:
            return self._workdays
        if (stamp := (stat.st_mtime_ns, stat.st_size)) != self._stamp:
            self._stamp = stamp
            try:
                self._workdays = read_workdays(self._path)
            except SettingsError as error:
                _log.error("%s; the days known before stay in force", error)
        return self._workdays


async def follow_calendars(store: Store, workdays: Callable[[], Workdays]) -> None:
    """Until cancelled: move what is planned when time zones or holidays change, and in December
    tell the operator whose next year is not known."""
    told: set[tuple[str, int]] = set()
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            await look_at_calendars(store, workdays(), told)
        except StoreError as error:
            _log.warning("the calendars were not followed: %s", error)


async def look_at_calendars(store: Store, workdays: Workdays, told: set[tuple[str, int]]) -> None:
    """One look; `told` are the countries and years that were told already, and grows."""
    if moved := await store.schedules.follow_calendars():
        _log.info("%d digests are planned anew: the calendars have changed", moved)
    now = store.now()
    countries = await store.schedules.countries() if now.month == DECEMBER else ()
    for one in sorted(countries):
        year = (one, now.year + 1)
        if not workdays.is_known(*year) and year not in told:
            told.add(year)
            _log.warning(
                "the public holidays of %s in %d are not known: digests that keep them go by"
                " weekdays until a newer version, or config/workdays.yaml, has them",
                *year,
            )


def read_workdays(path: Path) -> Workdays:
    """Raises SettingsError that names what is wrong and what to write."""
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError([f"{path.name} cannot be read: {error}"]) from None
    if not isinstance(told, dict) or set(told) - _KEYS:
        raise SettingsError([f"{path.name} holds known, free and worked, each by country"])
    known = frozenset((c, year) for c, year in _listed(path, told.get("known")) if _is_year(year))
    free = ((c, _day(path, day), False) for c, day in _listed(path, told.get("free")))
    worked = ((c, _day(path, day), True) for c, day in _listed(path, told.get("worked")))
    return Workdays((*free, *worked), known)


def _listed(path: Path, by_country: Any) -> Iterator[tuple[str, Any]]:
    for country, values in (by_country or {}).items():
        if country not in COUNTRIES or not isinstance(values, list):
            wanted = ", ".join(COUNTRIES)
            raise SettingsError([f"{path.name}: write a list under one of {wanted}"])
        yield from ((country, value) for value in values)


def _is_year(value: Any) -> bool:
    return isinstance(value, int)


def _day(path: Path, value: Any) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(value)
    except (TypeError, ValueError):
        raise SettingsError([f"{path.name}: {value} is no day such as '2027-02-20'"]) from None
