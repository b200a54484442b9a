"""Whether work goes on. When it does not, `/livez` says what stands still and systemd gets no sign
of life: a supervisor starts the process anew.

What a restart would not help is left to `/readyz`: a database that is away, a platform that refuses
a token. What is watched here are loops that stand still, and connections that nothing comes out of.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass

from bot.app.systemd import notify, watchdog_seconds
from bot.core.errors import StoreError
from bot.delivery.outbox import Outbox
from bot.store.store import Store

_log = logging.getLogger("aiwork.liveness")

ANSWER_SECONDS = 600.0
"""Without any answer of a platform to our polls or pings. Telegram's own outages are minutes, and a
start finds Telegram or Slack again by itself; what this ends is a connection that is stuck."""

DUE_SECONDS = 600.0
"""In which the digest that has waited longest stays the same, although it may be sent: at a
platform's pace it is another one each second."""

STUCK_SECONDS = 300.0
"""Without a round of a loop, or in one commit: the longest round takes seconds."""

LOOK_SECONDS = 10.0
"""Between two looks at what is due; a look itself is a SELECT."""

STALE_SECONDS = 60.0
"""Without a look: then nobody looks any more."""

Since = Callable[[], float | None]
"""The moment since which something has stood still; `None` while nothing is expected of it."""


@dataclass(frozen=True, slots=True)
class _Watched:
    what: str
    seconds: float
    since: Since


class Liveness:
    """`now` gives seconds that never jump; every `since` is read on the same clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._watched: list[_Watched] = []
        self._overdue: Overdue | None = None
        self._ready = False
        self._told: list[str] = []

    def watch(self, what: str, seconds: float, since: Since) -> None:
        """`what` is a sentence such as "slack has not answered"."""
        self._watched.append(_Watched(what, seconds, since))

    def watch_deliveries(self, outbox: Outbox, store: Store, platforms: Collection[str]) -> None:
        """`platforms` are those that can be reached here, at each moment."""
        self._overdue = Overdue(store, platforms, self._now)
        self.watch("a delivery loop has not come round", STUCK_SECONDS, lambda: outbox.turned_at)
        self.watch("a commit does not end", STUCK_SECONDS, lambda: outbox.writing_since)
        self.watch("a digest is due and does not go out", DUE_SECONDS, self._overdue.since)

    def stopped(self) -> list[str]:
        """What stands still, each with for how long; nothing while all goes on."""
        found = ((one, one.since()) for one in self._watched)
        still = ((one, self._now() - since) for one, since in found if since is not None)
        return [
            f"{one.what} for {seconds:.0f} s ({one.seconds:.0f} s are allowed)"
            for one, seconds in still
            if seconds > one.seconds
        ]

    def ready(self) -> None:
        """Everything runs: systemd's `systemctl start` may return."""
        self._ready = True
        notify("READY=1")

    async def run(self) -> None:
        """Look, and give systemd its sign of life, until cancelled."""
        wanted = watchdog_seconds()
        pause = min(LOOK_SECONDS, wanted / 3) if wanted else LOOK_SECONDS
        looked_at = self._now()
        self.watch("nobody has looked after the process", STALE_SECONDS, lambda: looked_at)
        while True:
            await self.look()
            looked_at = self._now()
            await asyncio.sleep(pause)

    async def look(self) -> None:
        """One round."""
        if self._overdue:
            await self._overdue.look()
        stopped = self.stopped()
        if stopped:
            notify(f"STATUS={'; '.join(stopped)}")
        else:
            notify("WATCHDOG=1" if self._ready else "WATCHDOG=1\nEXTEND_TIMEOUT_USEC=60000000")
        if stopped and not self._told:
            _log.error("work has stopped, a restart is due: %s", "; ".join(stopped))
        elif self._told and not stopped:
            _log.info("work goes on again")
        self._told = stopped


class Overdue:
    """Since when the same digest has been the one that waited longest, though it may go out."""

    def __init__(self, store: Store, platforms: Collection[str], now: Callable[[], float]) -> None:
        self._store, self._platforms, self._now = store, platforms, now
        self._longest: str | None = None
        self._since: float | None = None

    def since(self) -> float | None:
        return self._since

    async def look(self) -> None:
        """A database that is away says nothing of it; `/readyz` tells that."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                longest = await self._store.deliveries.longest_waiting(tuple(self._platforms))
        except (StoreError, TimeoutError):
            longest = None
        if longest != self._longest:
            self._longest, self._since = longest, self._now() if longest else None
