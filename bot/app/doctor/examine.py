"""Looks at everything that an installation stands on. Nothing is changed, created or sent."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.app.doctor.findings import Finding, Trouble, found
from bot.app.doctor.local import check_backups, check_content, check_database, check_folder
from bot.core.address import Address
from bot.core.language import Language
from bot.settings import Settings


def _now() -> datetime:
    return datetime.now(UTC)


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What cannot be had otherwise in a test: this machine's clock and its free bytes."""

    now: Callable[[], datetime] = _now
    free: Callable[[Path], int] = _free


HERE = Surroundings()


async def examine(
    settings: Settings, language: Language = Language.EN, here: Surroundings = HERE
) -> list[Finding]:
    """Everything found, what must be done first. Takes a few seconds when a platform is away."""
    findings = list(check_folder(settings, here.free))
    findings += check_backups(settings, here.now())
    findings += await asyncio.to_thread(check_content, settings, language)
    database, rooms = await check_database(settings)
    findings += database
    findings += await _platforms(settings, rooms, here)
    return sorted(findings, key=lambda one: not one.must_be_done)


async def _platforms(settings: Settings, rooms: list[Address], here: Surroundings) -> list[Finding]:
    if not settings.platforms:
        return [found(Trouble.NO_PLATFORM)]
    looks = (look_at_platform(name, settings, rooms, here) for name in settings.platforms)
    findings = await asyncio.gather(*looks)
    return [one for each in findings for one in each]


async def look_at_platform(
    name: str, settings: Settings, rooms: list[Address], here: Surroundings = HERE
) -> list[Finding]:
    """What is found on one platform, and in those of the rooms that are there."""
    try:
        from bot.app.doctor import ask, slack, telegram  # with aiohttp, of the extras
    except ImportError:
        return [found(Trouble.NO_LIBRARY, extra=name)]
    checks = {"slack": ("Slack", slack.check), "telegram": ("Telegram", telegram.check)}
    title, check = checks[name]
    mine = [one for one in rooms if one.platform == name]
    return await ask.collect(title, lambda opened: check(opened, settings, mine, here.now))
