"""What Slack knows of a person: language, time zone, role. Asked once in a while, never waited
for long."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.adapters.slack.errors import FAULTS, send_error
from bot.adapters.slack.tasks import Tasks, Troubles
from bot.core.address import Address
from bot.core.command import Person
from bot.core.errors import RetryLater

FRESH = 600.0
"""Seconds for which a profile is believed: somebody who flies changes their zone rarely."""

KNOWN = 10_000
"""People remembered; users.info allows about a hundred calls a minute in each workspace."""


@dataclass(frozen=True, slots=True)
class Profile:
    locale: str | None = None
    zone: str | None = None
    admin: bool = False
    name: str = ""


Ask = Callable[[Person], Awaitable[dict[str, Any]]]


class People:
    """Profiles, cached; `ask` is users.info."""

    def __init__(self, ask: Ask, tasks: Tasks, troubles: Troubles) -> None:
        self._ask, self._tasks, self._troubles = ask, tasks, troubles
        self._known: OrderedDict[Address | None, tuple[float, Profile]] = OrderedDict()
        self._asking: dict[Address | None, asyncio.Task[Profile | None]] = {}
        self._silent_until = 0.0

    async def profile(self, person: Person, patience: float = 5.0) -> Profile | None:
        """What is known of them, `None` when Slack does not say within `patience` seconds."""
        if (found := self._cached(person)) or time.monotonic() < self._silent_until:
            return found
        task = self._asking.get(person.home)
        if task is None:
            task = self._asking[person.home] = self._tasks.start(self._fetch(person))
        done, _ = await asyncio.wait({task}, timeout=patience)
        return task.result() if done and not task.cancelled() else None

    def _cached(self, person: Person) -> Profile | None:
        at, profile = self._known.get(person.home, (0.0, None))
        return profile if profile and time.monotonic() - at < FRESH else None

    async def _fetch(self, person: Person) -> Profile | None:
        try:
            user = await self._ask(person)
        except FAULTS as error:
            self._failed(error)
            return None
        finally:
            self._asking.pop(person.home, None)
        self._troubles.ended("users.info", "Slack tells about its people again")
        profile = Profile(
            user.get("locale") or None,
            user.get("tz") or None,
            bool(user.get("is_admin") or user.get("is_owner")),
            user.get("real_name") or user.get("name") or "",
        )
        self._remember(person, profile)
        return profile

    def _remember(self, person: Person, profile: Profile) -> None:
        self._known[person.home] = (time.monotonic(), profile)
        self._known.move_to_end(person.home)
        if len(self._known) > KNOWN:
            self._known.popitem(last=False)

    def _failed(self, error: Exception) -> None:
        reason = send_error(error)
        if isinstance(reason, RetryLater):
            self._silent_until = time.monotonic() + (reason.after or 5.0)
        self._troubles.began(
            "users.info",
            f"Slack does not tell about its people ({reason.why}); "
            "languages and time zones are guessed until it does",
        )
