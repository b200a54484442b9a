"""What runs beside the read loops: kept, watched, and finished before the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger("aiwork.slack")


class Tasks:
    """Running listeners. Bolt starts its own with a bare `ensure_future` that nobody awaits, so
    that a stop loses what they were about to say; these are awaited by `drain`."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run it beside everything else; what it raises is logged, by type and never by text."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def drain(self, seconds: float) -> None:
        """Wait until all are done, and those which they start; after `seconds` cancel the rest."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while self._running and (left := deadline - loop.time()) > 0:
            await asyncio.wait(self._running, timeout=left)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("a Slack listener broke: %s", told(error))


def told(error: BaseException) -> str:
    """What was raised and where; not what it says, which may be what somebody wrote."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "nowhere"
    return f"{type(error).__name__} in {where}"


class Troubles:
    """Says each kind of trouble once, and once more when it is over."""

    def __init__(self) -> None:
        self._active: set[str] = set()

    def began(self, kind: str, sentence: str) -> None:
        if kind not in self._active:
            self._active.add(kind)
            log.warning("%s", sentence)

    def ended(self, kind: str, sentence: str) -> None:
        if kind in self._active:
            self._active.discard(kind)
            log.info("%s", sentence)
