"""Many workspaces: their installations at hand without a wait, their tokens renewed in time."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import repeat

from bot.adapters.common.clock import Clock
from bot.adapters.common.log_once import LogOnce
from bot.adapters.common.recent import Recent
from bot.adapters.common.retry import retry
from bot.adapters.slack.errors import FAULTS
from bot.adapters.slack.oauth.tokens import TokenClient, refusal
from bot.core.errors import RetryLater, StoreError
from bot.core.installation import Installation, InstallationStore

_log = logging.getLogger("aiwork.slack")

FRESH = 60.0
"""Seconds for which what was read counts; then another process may have changed it."""

USABLE = 3600.0
"""Seconds for which it is given out while it is read again: Slack waits three seconds for an
acknowledgement, and a database may be slow. A token that is out of date does no harm, since
`doubted` is asked before a refusal is believed."""

MOST = 5_000
"""Installations at hand; the least used ones are read again when they are needed."""

AHEAD = timedelta(hours=2)
"""Before its expiry a token is renewed; Slack's last twelve hours, and Bolt takes two as well."""

URGENT = timedelta(seconds=30)
"""So close to its expiry a token is not given out any more."""

RENEWAL = timedelta(seconds=30)
"""For which one process has the renewal to itself."""


INSISTENCE = 10
"""Times that a write is tried, a second apart."""


@dataclass(slots=True)
class _Entry:
    installation: Installation
    read_at: float


class ManyWorkspaces:
    """`Installations` over what the store remembers. Known installations cost no
    question; that there is none is never remembered, so that a new one counts at once."""

    def __init__(
        self,
        store: InstallationStore,
        tokens: TokenClient,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        mono: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._tokens = store, tokens
        self._now, self._mono = now, mono
        self._known: Recent[str, _Entry] = Recent(MOST)
        self._reading: dict[str, asyncio.Task[Installation | None]] = {}
        self._renewing: dict[str, asyncio.Task[Installation | None]] = {}
        self._hopeless: dict[str, str] = {}
        self._log_once = LogOnce(_log, Clock())

    async def of(self, team: str) -> Installation | None:
        """Raises RetryLater while the store cannot be read and the installation is not at hand."""
        installation = await self._at_hand(team)
        if installation is not None and self._expires_within(installation, AHEAD):
            installation = await self._renewed(installation)
        return installation

    async def removed(self, team: str, why: str, at: float) -> bool:
        """Forget the workspace, unless it installed the app again after that moment (Unix time):
        Slack repeats events, and may be late with them."""
        installation = await self._read(team)
        since = installation.installed_at if installation else None
        if installation and since and since.timestamp() > at and await self._works(installation):
            _log.info("an old %s of %s is passed over", why, team)
            return False
        await _insist(lambda: self._store.remove(team))
        self._drop(team)
        return True

    async def doubted(self, team: str, token: str) -> bool:
        """Whether there is another token than this one, which Slack refuses."""
        installation = await self._read(team)
        return installation is not None and installation.bot_token != token

    async def installed(self, installation: Installation) -> None:
        """Keep it, and use it from now on. Raises StoreError."""
        await self._store.save(installation)
        self._drop(installation.workspace)

    async def close(self) -> None:
        """Let renewals in hand be written down."""
        running = [*self._renewing.values(), *self._reading.values()]
        if running:
            await asyncio.wait(running, timeout=5.0)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _at_hand(self, team: str) -> Installation | None:
        entry = self._known.get(team)
        if entry is None or self._mono() - entry.read_at > USABLE:
            return await self._read(team)
        if self._mono() - entry.read_at > FRESH:
            self._read_soon(team)
        return entry.installation

    async def _read(self, team: str) -> Installation | None:
        return await asyncio.shield(self._read_soon(team))

    def _read_soon(self, team: str) -> asyncio.Task[Installation | None]:
        """One question at a time for each workspace."""
        if team not in self._reading:
            task = asyncio.get_running_loop().create_task(self._ask(team))
            self._reading[team] = task
            task.add_done_callback(lambda done: _ended(self._reading, team, done))
        return self._reading[team]

    async def _ask(self, team: str) -> Installation | None:
        try:
            installation = await self._store.find(team)
        except StoreError as error:
            self._log_once.begin("store", f"installations cannot be read: {error}")
            raise RetryLater("installations cannot be read") from None
        self._log_once.end("store", "installations can be read again")
        if installation is None:
            self._drop(team)
        else:
            self._keep(installation)
        return installation

    def _keep(self, installation: Installation) -> None:
        before = self._known.pop(installation.workspace)
        if before is not None and before.installation.bot_token != installation.bot_token:
            self._tokens.web.forget(before.installation.bot_token)
        oldest = self._known.put(installation.workspace, _Entry(installation, self._mono()))
        if oldest is not None:
            self._tokens.web.forget(oldest.installation.bot_token)

    def _drop(self, team: str) -> None:
        entry = self._known.pop(team)
        if entry is not None:
            self._tokens.web.forget(entry.installation.bot_token)

    async def _works(self, installation: Installation) -> bool:
        try:
            await self._tokens.web.client(installation.bot_token).auth_test()
        except FAULTS:
            return False
        return True

    def _expires_within(self, installation: Installation, span: timedelta) -> bool:
        return (
            bool(installation.refresh_token)
            and installation.expires_at is not None
            and installation.expires_at - self._now() < span
        )

    async def _renewed(self, installation: Installation) -> Installation | None:
        """The same while there is time, and the renewal goes on beside; else the next one."""
        team = installation.workspace
        if self._hopeless.get(team) == installation.refresh_token:
            return installation
        if team not in self._renewing:
            task = asyncio.get_running_loop().create_task(self._renew(installation))
            self._renewing[team] = task
            task.add_done_callback(lambda done: _ended(self._renewing, team, done))
        if not self._expires_within(installation, URGENT):
            return installation
        return await asyncio.shield(self._renewing[team])

    async def _renew(self, installation: Installation) -> Installation | None:
        """Raises RetryLater for what is worth another try."""
        try:
            if not await self._store.may_renew(installation, self._now() + RENEWAL):
                return await self._by_another(installation)
            following = await self._tokens.renew(installation)
            # Before it is used: Slack may have spent the refresh token that we know.
            await _insist(lambda: self._store.renewed(following))
        except FAULTS as error:
            return await self._not_renewed(installation, error)
        except StoreError:
            raise RetryLater("installations cannot be written") from None
        self._log_once.end(_trouble(installation), f"{installation.workspace} has its next token")
        self._keep(following)
        return following

    async def _not_renewed(
        self, installation: Installation, error: Exception
    ) -> Installation | None:
        if isinstance(error, RetryLater):
            raise error
        why = refusal(error)
        advice = "install the app there again" if why else "trying again soon"
        self._log_once.begin(
            _trouble(installation),
            f"the token of {installation.workspace} is not renewed "
            f"({why or type(error).__name__}); {advice}",
        )
        if not why:
            raise RetryLater("the token is not renewed yet")
        self._hopeless[installation.workspace] = installation.refresh_token
        return await self._ask(installation.workspace)

    async def _by_another(self, installation: Installation) -> Installation | None:
        """Another process is renewing, or has; wait for it only when the token is done for."""
        found = await self._ask(installation.workspace)
        for _ in range(20):
            if found is None or not self._expires_within(found, URGENT):
                return found
            await asyncio.sleep(0.25)
            found = await self._ask(installation.workspace)
        raise RetryLater("the token is not renewed yet")


def _trouble(installation: Installation) -> str:
    return f"renew {installation.workspace}"


async def _insist(write: Callable[[], Awaitable[None]]) -> None:
    """Slack says it once: a database that is away for some seconds must not lose it."""

    def failed(error: Exception) -> None:
        if not isinstance(error, StoreError):
            raise error

    await retry(write, failed=failed, waits=repeat(1.0, INSISTENCE), sleep=asyncio.sleep)


def _ended(
    group: dict[str, asyncio.Task[Installation | None]],
    team: str,
    task: asyncio.Task[Installation | None],
) -> None:
    """Its error belongs to whoever waits; when nobody does, it was told already."""
    group.pop(team, None)
    if not task.cancelled():
        task.exception()
