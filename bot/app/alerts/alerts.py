"""What is looked at for operators, every few seconds, and what reports itself."""

from __future__ import annotations

import asyncio
import logging
import shutil
import socket
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

from bot.app.alerts.kinds import Alert
from bot.app.alerts.tell import Teller
from bot.app.credentials import Rejected, Unreachable, Verdict
from bot.app.doctor.local import LOW_DISK, MEGABYTE
from bot.core.chats import DeliveryState
from bot.core.errors import SettingsError, StoreError
from bot.digest.choose import Entry
from bot.library.library import Library
from bot.library.reload import LiveLibrary
from bot.store.store import Store

_log = logging.getLogger("aiwork.alerts")

LOOK_SECONDS = 5.0
"""Between two looks: all but the counting of doubts is memory and one system call."""

ROOM_AGAIN = 1.25
"""Times what is low, before the disk counts as well again."""

TOKEN_SECONDS = 300.0
"""Between two questions to a platform whether it still takes its token."""

FAREWELL_SECONDS = 5.0
"""For the message of a bot that has to end."""

DAY = timedelta(days=1)

Ask: TypeAlias = "Callable[[], Verdict]"
"""A question to a platform, which blocks."""


def free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


class Alerts:
    """`report` what reports itself; `run` looks at the rest: the disk, the content, digests in
    doubt, tokens, topics that ran dry, work that stopped."""

    def __init__(
        self,
        store: Store,
        teller: Teller,
        library: LiveLibrary,
        folder: Path,
        *,
        tokens: Mapping[str, Ask],
        stopped: Callable[[], Sequence[str]],
        free: Callable[[Path], int],
        now: Callable[[], float],
    ) -> None:
        """`tokens` are asked by the name of their variable; `now` gives seconds that never jump."""
        self._store, self._teller, self._library, self._folder = store, teller, library, folder
        self._tokens, self._stopped, self._free, self._now = tokens, stopped, free, now
        self._known: dict[tuple[Alert, str], bool] = {}
        self._dry: set[str] = set()
        self._asked_at: float | None = None
        self._here = "" if store.database.sqlite else socket.gethostname()[:160]

    def ran_dry(self, topics: Iterable[str]) -> None:
        """A digest found nothing more on the topics that its chat follows."""
        self._dry.update(topics)

    async def report(self, alert: Alert, subject: str, so: bool, **values: object) -> None:
        """Whether it is so, now. Raises StoreError."""
        if self._known.get((alert, subject)) is so:
            return
        if so:
            shown = {name: str(value) for name, value in values.items()}
            await self._store.alerts.begin(alert, subject, shown)
        else:
            await self._store.alerts.end(alert, subject)
        self._known[alert, subject] = so

    async def farewell(self, error: SettingsError) -> None:
        """The bot ends by itself: said before its senders stop."""
        try:
            async with asyncio.timeout(FAREWELL_SECONDS):
                await self.report(Alert.ENDED, "", True, why=error)
                await self._teller.tell()
        except (StoreError, TimeoutError) as trouble:
            _log.warning("operators could not be told (%s)", trouble)

    async def run(self) -> None:
        """Until cancelled."""
        failing = False
        while True:
            try:
                await self.look()
                failing = False
            except StoreError as error:
                if not failing:
                    _log.warning("operators cannot be told anything: %s", error)
                failing = True
            except Exception:  # noqa: BLE001 - whatever it is, the bot goes on
                _log.exception("looking for operators failed; going on")
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """One round. Raises StoreError."""
        await self.report(Alert.ENDED, "", False)
        await self._look_at_disk()
        problems = self._library.problems
        first = str(problems[0]) if problems else ""
        await self.report(Alert.CONTENT, "", bool(problems), count=len(problems), why=first)
        still = self._stopped()
        await self.report(Alert.STOPPED, self._here, bool(still), what="; ".join(still))
        since = self._store.now() - DAY
        doubts = await self._store.deliveries.count_since(DeliveryState.UNKNOWN, since)
        await self.report(Alert.DOUBT, "", doubts > 0, count=doubts)
        await self._look_at_topics()
        await self._ask_for_tokens()
        await self._teller.tell()

    async def _look_at_disk(self) -> None:
        low = bool(self._known.get((Alert.DISK, self._here)))
        try:
            free = self._free(self._folder)
        except OSError:
            return  # `aiwork doctor` and the store have more to say of a folder that is gone
        full = free < LOW_DISK * (ROOM_AGAIN if low else 1)
        await self.report(
            Alert.DISK, self._here, full, free=free // MEGABYTE, folder=self._folder.absolute()
        )

    async def _look_at_topics(self) -> None:
        """What ran dry is over when more has been written on it."""
        library = self._library.edition.library
        dry, self._dry = self._dry & set(library.topics), set()
        if not dry and self._known.get((Alert.DRY, "")) is False:
            return
        sizes = _sizes(library)
        standing = await self._store.alerts.standing(Alert.DRY)
        for slug, was in standing.items():
            if sizes[slug] > int(was.get("count", 0)) or slug not in library.topics:
                await self.report(Alert.DRY, slug, False)
        for slug in sorted(dry - standing.keys()):
            self._known.pop((Alert.DRY, slug), None)
            name = library.topics[slug].name
            await self.report(
                Alert.DRY, slug, True, topic=slug, name=name.en, hans=name.hans, count=sizes[slug]
            )
        self._known[Alert.DRY, ""] = bool(dry or standing)

    async def _ask_for_tokens(self) -> None:
        if self._asked_at is not None and self._now() - self._asked_at < TOKEN_SECONDS:
            return
        self._asked_at = self._now()
        for variable, ask in self._tokens.items():
            verdict = await asyncio.to_thread(ask)
            if not isinstance(verdict, Unreachable):
                wrong = isinstance(verdict, Rejected)
                why = verdict.why if isinstance(verdict, Rejected) else ""
                await self.report(Alert.TOKEN, variable, wrong, variable=variable, why=why)


def _sizes(library: Library) -> Counter[str]:
    """How many entries each topic has."""
    entries: list[Entry] = [*library.quotes.values(), *library.facts.values()]
    return Counter(topic for one in entries for topic in one.topics)
