"""What is looked at for operators, every few seconds, and what reports itself."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

from bot.app.alerts.kinds import Alert
from bot.app.alerts.tell import Teller
from bot.app.doctor import Finding, Trouble
from bot.app.doctor.local import LOW_DISK, MEGABYTE
from bot.core.chats import DeliveryState
from bot.core.errors import SettingsError, StoreError
from bot.core.words import Voice
from bot.digest.choose import Entry
from bot.library.library import Library
from bot.library.reload import LiveLibrary
from bot.store.store import Store

_log = logging.getLogger("aiwork.alerts")

LOOK_SECONDS = 5.0
"""Between two looks: all but the counting of doubts is memory and one system call."""

ROOM_AGAIN = 1.25
"""Times what is low, before the disk counts as well again."""

PLATFORM_SECONDS = 300.0
"""Between two looks at what platforms say of our tokens, scopes, clock and webhook."""

AWAY_SECONDS = 60.0
"""A database that restarts is back by then."""

OUTAGES = 3
"""Of the database, told within a day: nothing remembers them but this process."""

TOKENS = (Trouble.TOKEN, Trouble.APP_TOKEN)
SETUP = (
    Trouble.SCOPES, Trouble.CLOCK, Trouble.WEBHOOK_ADDRESS, Trouble.WEBHOOK_IN_THE_WAY,
    Trouble.WEBHOOK_SECRET, Trouble.WEBHOOK_ERROR,
)  # fmt: skip
"""Asked about only where the token is taken."""

FAREWELL_SECONDS = 5.0
"""For the message of a bot that has to end."""

DAY = timedelta(days=1)

Look: TypeAlias = "Callable[[], Awaitable[list[Finding]]]"
"""What `aiwork doctor` finds on one platform."""


class Alerts:
    """`report` what reports itself; `run` looks at the rest: the disk, the content, digests in
    doubt, what platforms say of tokens and settings, topics that ran dry, work that stopped."""

    def __init__(
        self,
        store: Store,
        teller: Teller,
        library: LiveLibrary,
        folder: Path,
        *,
        platforms: Mapping[str, Look],
        voice: Voice,
        stopped: Callable[[], Sequence[str]],
        free: Callable[[Path], int],
        now: Callable[[], float],
    ) -> None:
        """`voice` says what was found on platforms; `now` gives seconds that never jump."""
        self._store, self._teller, self._library, self._folder = store, teller, library, folder
        self._platforms, self._voice = platforms, voice
        self._stopped, self._free, self._now = stopped, free, now
        self._standing: dict[tuple[str, str], Mapping[str, str]] | None = None
        self._dry: set[str] = set()
        self._asked_at: float | None = None
        self._away_since: float | None = None
        self._outages: list[float] = []
        self._outage_told = False
        self._here = "" if store.database.sqlite else socket.gethostname()[:160]

    def ran_dry(self, topics: Iterable[str]) -> None:
        """A digest found nothing more on the topics that its chat follows."""
        self._dry.update(topics)

    async def report(self, alert: Alert, subject: str, so: bool, **values: object) -> None:
        """Whether it is so, now. Raises StoreError."""
        standing = await self._known()
        if ((alert, subject) in standing) is so:
            return
        if so:
            shown = {name: str(value) for name, value in values.items()}
            await self._store.alerts.begin(alert, subject, shown)
            standing[alert, subject] = shown
        else:
            await self._store.alerts.end(alert, subject)
            del standing[alert, subject]

    async def _known(self) -> dict[tuple[str, str], Mapping[str, str]]:
        if self._standing is None:
            self._standing = await self._store.alerts.standing()
        return self._standing

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
        while True:
            await self.round()
            await asyncio.sleep(LOOK_SECONDS)

    async def round(self) -> None:
        """A look, whatever comes of it."""
        try:
            await self.look()
            if self._away_since is not None:
                await self._database_is_back()
        except StoreError as error:
            await self._database_is_away(error)
        except Exception:  # noqa: BLE001 - whatever it is, the bot goes on
            _log.exception("looking for operators failed; going on")

    async def _database_is_away(self, error: StoreError) -> None:
        """Told from memory: what is stored cannot be asked."""
        now = self._now()
        if self._away_since is None:
            self._away_since = now
            _log.warning("operators cannot be told what is stored: %s", error)
        self._outages = [one for one in self._outages if now - one < DAY.total_seconds()]
        late = now - self._away_since >= AWAY_SECONDS
        if late and not self._outage_told and len(self._outages) < OUTAGES:
            self._outage_told = await self._teller.say(f"alert.{Alert.DATABASE}", str(error))
            self._outages += [now] if self._outage_told else []

    async def _database_is_back(self) -> None:
        self._away_since = None
        if self._outage_told:
            self._outage_told = False
            await self._teller.say(f"alert.{Alert.DATABASE}_over", "")

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
        await self._ask_platforms()
        await self._teller.tell()

    async def _look_at_disk(self) -> None:
        low = (Alert.DISK, self._here) in await self._known()
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
        standing = {
            subject: values
            for (kind, subject), values in (await self._known()).items()
            if kind == Alert.DRY
        }
        if not dry and not standing:
            return
        sizes = _sizes(library)
        for slug, was in standing.items():
            if sizes[slug] > int(was.get("count", 0)) or slug not in library.topics:
                await self.report(Alert.DRY, slug, False)
        for slug in sorted(dry - standing.keys()):
            name = library.topics[slug].name
            await self.report(
                Alert.DRY, slug, True, topic=slug, name=name.en, hans=name.hans, count=sizes[slug]
            )

    async def _ask_platforms(self) -> None:
        if self._asked_at is not None and self._now() - self._asked_at < PLATFORM_SECONDS:
            return
        self._asked_at = self._now()
        for name, look in self._platforms.items():
            await self._judge(name, {one.trouble: one for one in await look()})
        self._standing = None  # other processes report, too

    async def _judge(self, name: str, found: Mapping[Trouble, Finding]) -> None:
        """What was not asked, since the platform is away or refuses the token, is as it was."""
        away = Trouble.UNREACHABLE in found
        refused = any(one in found for one in TOKENS)
        for trouble in (*TOKENS, *SETUP):
            subject, one = f"{name}:{trouble}", found.get(trouble)
            if one is not None and trouble in TOKENS:
                await self.report(Alert.TOKEN, subject, True, **one.values)
            elif one is not None:
                what, fix = one.what(self._voice), one.fix(self._voice)
                await self.report(Alert.SETUP, subject, True, what=what, fix=fix)
            elif not away and (trouble in TOKENS or not refused):
                await self.report(Alert.TOKEN if trouble in TOKENS else Alert.SETUP, subject, False)


def _sizes(library: Library) -> Counter[str]:
    """How many entries each topic has."""
    entries: list[Entry] = [*library.quotes.values(), *library.facts.values()]
    return Counter(topic for one in entries for topic in one.topics)
