"""Marking updates as done, many in one transaction."""

from __future__ import annotations

import asyncio

from bot.adapters.telegram.trouble import Trouble
from bot.core.ports import Inbox

_KIND = "marking updates as done"


class Marks:
    """Whatever is done while the last transaction is under way goes into the next one.

    Measured with 200 commands at once on SQLite: 200 transactions, one after the other, made
    each answer's chat wait 75 ms for the next; in this way there are about ten.
    """

    def __init__(self, inbox: Inbox, source: str, trouble: Trouble) -> None:
        self._inbox = inbox
        self._source = source
        self._trouble = trouble
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def done(self, event: str) -> None:
        """Returns when it is stored; never raises because the store fails."""
        stored = asyncio.get_running_loop().create_future()
        self._waiting.append((event, stored))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        await stored

    async def close(self) -> None:
        if self._writing is not None:
            await self._writing

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                await self._inbox.done(self._source, *(event for event, _ in batch))
                self._trouble.over(_KIND)
            except Exception as error:  # noqa: BLE001  the store's own errors are not ours to know
                self._trouble.begins(
                    _KIND,
                    f"telegram: answered updates could not be marked ({error}); they may be "
                    "answered again after a restart. Look at the database.",
                )
            for _, stored in batch:
                if not stored.done():
                    stored.set_result(None)
        self._writing = None
