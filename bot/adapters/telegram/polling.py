"""getUpdates without python-telegram-bot's Updater, which confirms a batch before it is handled
(measured: kill -9 after the first of five answers loses three for ever)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.adapters.common.clock import Clock
from bot.adapters.common.log_once import LogOnce
from bot.adapters.common.receiver import Receiver
from bot.adapters.common.retry import backoff
from bot.adapters.telegram.client import Client
from bot.adapters.telegram.errors import seconds
from bot.adapters.telegram.inbound import ALLOWED
from bot.core.errors import SettingsError

CALM = 60.0
"""Seconds without a 409 after which this poller is the established one."""

CONFLICTS = 3
"""Conflicts that a newcomer takes before it gives way."""

STORE_TRIES = 4
"""Tries at storing the same updates, some seven seconds: a database that restarts is back by then,
and nobody waits longer for a lookup."""

TWO_POLLERS = (
    "TELEGRAM_BOT_TOKEN: another process is already polling with this token (or has set a webhook "
    "for it); stop the other one, or give this one a bot of its own."
)

_CONFLICT = "polling (another process uses the same token)"
_AWAY = "polling"


class Poller:
    """Asks for updates until it is cancelled. Raises SettingsError when it has to give way."""

    def __init__(
        self,
        client: Client,
        receiver: Receiver,
        log_once: LogOnce,
        clock: Clock,
        reconnected: Callable[[], None] = lambda: None,
    ) -> None:
        self._reconnected, self._away = reconnected, False
        self._client = client
        self._receiver = receiver
        self._log_once = log_once
        self._clock = clock
        self._established = False
        self._unstored = 0
        self._conflicts = 0
        self._conflict_waits = backoff(1.0, 20.0)
        self._calm_since: float | None = None
        self.answered_at = clock.now()
        """When Telegram last answered, whatever it said; a gateway's error is no answer of its."""

    async def run(self) -> None:
        offset: int | None = None
        waits = backoff()
        while True:
            await self._receiver.wait_for_room()
            if self._calm_since is None:
                self._calm_since = self._clock.now()
            try:
                updates = await self._client.updates(offset, ALLOWED)
                self.answered_at = self._clock.now()
                await self._accept(updates)
            except Conflict:
                await self._conflict()
            except Exception as error:  # noqa: BLE001 - neither Telegram nor the store may stop it
                await self._trouble_with(error, next(waits))
            else:
                waits = backoff()
                self._went_well()
                if updates:
                    offset = max(u["update_id"] for u in updates) + 1

    async def _accept(self, updates: list[dict[str, Any]]) -> None:
        """Stored before they are confirmed; when the store has failed for some tries (a full
        disk), answered from memory."""
        try:
            await self._receiver.accept(updates)
        except Exception:
            self._unstored += 1
            if self._unstored < STORE_TRIES:
                raise
            self._receiver.accept_unstored(updates)
        else:
            self._unstored = 0

    async def _conflict(self) -> None:
        """A newcomer gives way at its third 409; an established poller backs off (20 s at most, so
        that a newcomer never has 60 s to itself) and goes on."""
        if self._is_calm():
            self._established = True
        self._calm_since = None
        self.answered_at = self._clock.now()
        self._conflicts += 1
        if not self._established and self._conflicts >= CONFLICTS:
            raise SettingsError([TWO_POLLERS])
        self._log_once.begin(
            _CONFLICT,
            "another process polls with the same token, or a webhook is set for it; "
            "stop the other one. Trying again.",
            logging.ERROR,
        )
        await self._clock.sleep(next(self._conflict_waits))

    async def _trouble_with(self, error: Exception, wait: float) -> None:
        self._away = True
        if isinstance(error, RetryAfter | InvalidToken):
            self.answered_at = self._clock.now()
        if isinstance(error, RetryAfter):
            wait = seconds(error)
        if isinstance(error, InvalidToken):
            say = "TELEGRAM_BOT_TOKEN is not accepted any more; get a new one from @BotFather"
        elif isinstance(error, TelegramError):
            say = f"Telegram does not answer ({error}); trying again until it does"
        else:
            say = f"updates cannot be stored ({error}); look at the database. Trying again"
        self._log_once.begin(_AWAY, f"{say}.")
        await self._clock.sleep(wait)

    def _went_well(self) -> None:
        self._log_once.end(_AWAY)
        if self._away:
            self._away = False
            self._reconnected()
        if self._is_calm():
            self._established, self._conflict_waits = True, backoff(1.0, 20.0)
            self._log_once.end(_CONFLICT)

    def _is_calm(self) -> bool:
        return self._calm_since is not None and self._clock.now() - self._calm_since >= CALM
