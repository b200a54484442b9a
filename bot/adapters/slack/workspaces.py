"""Many workspaces: their installations at hand without a wait, their tokens renewed in time."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.adapters.slack.errors import FAULTS
from bot.adapters.slack.exchange import Exchange, refusal
from bot.adapters.slack.tasks import Troubles, log
from bot.core.errors import RetryLater, StoreError
from bot.core.installation import Installation, InstallationStore

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

TURN = timedelta(seconds=30)
"""For which one process has the renewal to itself."""


INSISTENCE = 10
"""Times that a write is tried, a second apart."""


@dataclass(slots=True)
class _Entry:
    install: Installation
    read_at: float


class ManyWorkspaces:
    """The `Installations` port over what the store remembers. Known installations cost no
    question; that there is none is never remembered, so that a new one counts at once."""

    def __init__(
        self,
        installs: InstallationStore,
        exchange: Exchange,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        mono: Callable[[], float] = time.monotonic,
    ) -> None:
        self._installs, self._exchange = installs, exchange
        self._clock, self._mono = clock, mono
        self._known: OrderedDict[str, _Entry] = OrderedDict()
        self._reading: dict[str, asyncio.Task[Installation | None]] = {}
        self._renewing: dict[str, asyncio.Task[Installation | None]] = {}
        self._hopeless: dict[str, str] = {}
        self._troubles = Troubles()

    async def of(self, team: str, enterprise: str = "") -> Installation | None:
        """Raises RetryLater while the store cannot be read and the installation is not at hand."""
        install = await self._at_hand(team)
        if install is not None and self._expires_within(install, AHEAD):
            install = await self._renewed(install)
        return install

    async def removed(self, team: str, why: str, at: float) -> bool:
        """Forget the workspace, unless it installed the app again after that moment (Unix time):
        Slack repeats events, and may be late with them."""
        install = await self._read(team)
        since = install.installed_at if install else None
        if install and since and since.timestamp() > at and await self._works(install):
            log.info("an old %s of %s is passed over", why, team)
            return False
        await _insist(lambda: self._installs.remove(team))
        self._drop(team)
        return True

    async def doubted(self, team: str, token: str) -> bool:
        """Whether there is another token than this one, which Slack refuses."""
        install = await self._read(team)
        return install is not None and install.bot_token != token

    async def installed(self, install: Installation) -> None:
        """Keep it, and use it from now on. Raises StoreError."""
        await self._installs.save(install)
        self._drop(install.workspace)

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
        self._known.move_to_end(team)
        if self._mono() - entry.read_at > FRESH:
            self._read_soon(team)
        return entry.install

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
            install = await self._installs.find(team)
        except StoreError as error:
            self._troubles.began("store", f"installations cannot be read: {error}")
            raise RetryLater("installations cannot be read") from None
        self._troubles.ended("store", "installations can be read again")
        if install is None:
            self._drop(team)
        else:
            self._keep(install)
        return install

    def _keep(self, install: Installation) -> None:
        before = self._known.pop(install.workspace, None)
        if before is not None and before.install.bot_token != install.bot_token:
            self._exchange.web.forget(before.install.bot_token)
        self._known[install.workspace] = _Entry(install, self._mono())
        if len(self._known) > MOST:
            _, oldest = self._known.popitem(last=False)
            self._exchange.web.forget(oldest.install.bot_token)

    def _drop(self, team: str) -> None:
        entry = self._known.pop(team, None)
        if entry is not None:
            self._exchange.web.forget(entry.install.bot_token)

    async def _works(self, install: Installation) -> bool:
        try:
            await self._exchange.web.client(install.bot_token).auth_test()
        except FAULTS:
            return False
        return True

    def _expires_within(self, install: Installation, span: timedelta) -> bool:
        return (
            bool(install.refresh_token)
            and install.expires_at is not None
            and install.expires_at - self._clock() < span
        )

    async def _renewed(self, install: Installation) -> Installation | None:
        """The same while there is time, and the renewal goes on beside; else the next one."""
        team = install.workspace
        if self._hopeless.get(team) == install.refresh_token:
            return install
        if team not in self._renewing:
            task = asyncio.get_running_loop().create_task(self._renew(install))
            self._renewing[team] = task
            task.add_done_callback(lambda done: _ended(self._renewing, team, done))
        if not self._expires_within(install, URGENT):
            return install
        return await asyncio.shield(self._renewing[team])

    async def _renew(self, install: Installation) -> Installation | None:
        """Raises RetryLater for what is worth another try."""
        try:
            if not await self._installs.may_renew(install, self._clock() + TURN):
                return await self._by_another(install)
            following = await self._exchange.renew(install)
            # Before it is used: Slack may have spent the refresh token that we know.
            await _insist(lambda: self._installs.renewed(following))
        except FAULTS as error:
            return await self._not_renewed(install, error)
        except StoreError:
            raise RetryLater("installations cannot be written") from None
        self._troubles.ended(_trouble(install), f"{install.workspace} has its next token")
        self._keep(following)
        return following

    async def _not_renewed(self, install: Installation, error: Exception) -> Installation | None:
        if isinstance(error, RetryLater):
            raise error
        why = refusal(error)
        advice = "install the app there again" if why else "trying again soon"
        self._troubles.began(
            _trouble(install),
            f"the token of {install.workspace} is not renewed "
            f"({why or type(error).__name__}); {advice}",
        )
        if not why:
            raise RetryLater("the token is not renewed yet")
        self._hopeless[install.workspace] = install.refresh_token
        return await self._ask(install.workspace)

    async def _by_another(self, install: Installation) -> Installation | None:
        """Another process is renewing, or has; wait for it only when the token is done for."""
        found = await self._ask(install.workspace)
        for _ in range(20):
            if found is None or not self._expires_within(found, URGENT):
                return found
            await asyncio.sleep(0.25)
            found = await self._ask(install.workspace)
        raise RetryLater("the token is not renewed yet")


def _trouble(install: Installation) -> str:
    return f"renew {install.workspace}"


async def _insist(write: Callable[[], Awaitable[None]]) -> None:
    """Slack says it once: a database that is away for some seconds must not lose it."""
    for _ in range(INSISTENCE):
        try:
            await write()
        except StoreError:
            await asyncio.sleep(1.0)
        else:
            return
    await write()


def _ended(
    group: dict[str, asyncio.Task[Installation | None]],
    team: str,
    task: asyncio.Task[Installation | None],
) -> None:
    """Its error belongs to whoever waits; when nobody does, it was told already."""
    group.pop(team, None)
    if not task.cancelled():
        task.exception()
