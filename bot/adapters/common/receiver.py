"""Receiving without loss: a payload is stored, then confirmed, handled once and in its chat's
order, then erased."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeAlias

from bot.adapters.common.clock import Clock
from bot.adapters.common.log_once import LogOnce, describe
from bot.adapters.common.recent import Recent
from bot.adapters.common.tasks import Tasks
from bot.core.ports import Inbox

Payload: TypeAlias = "Mapping[str, Any]"

TEND_SECONDS = 5.0
"""Between two looks at what siblings left behind, and two signs of life for what is held here."""

ABANDONED = timedelta(seconds=20)
"""A payload that nobody has held for four rounds belongs to a process that died."""

MAX_HELD = 5000
"""Payloads in memory, some 10 MB; beyond this Telegram's poller waits and its webhook answers 503,
and Telegram keeps what comes (for 24 hours)."""

MAX_QUEUE = 100
"""Payloads of one chat in memory; what comes on top stays in the inbox until there is room."""

SEEN = 20_000
"""Events known here without asking the store: for the copy that comes a second later."""


class Receiver:
    """From "a payload came" to "it is answered".

    `event_of` names a payload, `queue_of` says in whose order it is handled; `glance` sees each
    new one at once, before it waits in its queue; `serve` answers it.
    """

    def __init__(
        self,
        inbox: Inbox,
        source: str,
        *,
        event_of: Callable[[Payload], str],
        queue_of: Callable[[Payload], str],
        glance: Callable[[Payload], None],
        serve: Callable[[Payload], Awaitable[None]],
        logger: logging.Logger,
        log_once: LogOnce,
    ) -> None:
        self._inbox, self._source, self._logger = inbox, source, logger
        self._event_of, self._queue_of = event_of, queue_of
        self._glance, self._serve = glance, serve
        self._done = _DoneWriter(inbox, source, log_once)
        self._log_once = log_once
        self._seen: Recent[str, bool] = Recent(SEEN)
        self._queues: dict[str, deque[Payload]] = {}
        self._tasks = Tasks(logger)
        self._held: set[str] = set()
        self._spilled: set[str] = set()
        self._closing = False
        self._has_room = asyncio.Event()
        self._has_room.set()

    @property
    def full(self) -> bool:
        return not self._has_room.is_set()

    async def wait_for_room(self) -> None:
        await self._has_room.wait()

    async def accept(self, payloads: Sequence[Payload]) -> None:
        """Store them; from here on they may be confirmed. Known ones are passed over. Raises
        what the inbox raises, and then nothing was taken."""
        rows = [(self._event_of(payload), _stored(payload)) for payload in payloads]
        new = set(await self._inbox.keep(self._source, rows))
        for payload in payloads:
            if self._event_of(payload) in new:
                self._take(payload)

    def accept_unstored(self, payloads: Sequence[Payload]) -> None:
        """Handle them from memory, where the store has failed for a while: what needs no writing
        is answered, and of the rest people hear what is wrong."""
        for payload in payloads:
            if (event := self._event_of(payload)) not in self._seen:
                self._seen.put(event, True)
                self._take(payload, stored=False)

    async def accept_promptly(self, payload: Payload, seconds: float) -> bool:
        """Store it, but wait no longer than that; then, and while the store fails, it is handled
        from memory, since answering matters more. Whether it is new."""
        event = self._event_of(payload)
        if event in self._seen:
            return False
        self._seen.put(event, True)
        new, stored = True, True
        try:
            async with asyncio.timeout(seconds):
                row = (event, _stored(payload))
                new = event in await self._inbox.keep(self._source, [row])
        except Exception as error:  # noqa: BLE001 - the store's own errors are not ours to know
            stored = False
            self._log_once.begin("inbox", f"the inbox does not answer ({type(error).__name__})")
        else:
            self._log_once.end("inbox", "the inbox answers again")
        if new:
            self._take(payload, stored=stored)
        return new

    async def resume(self, idle: timedelta | None = None) -> None:
        """Take up what an earlier run stored and did not finish; with `idle`, what a sibling
        process left behind so long ago that it must have died."""
        for _, payload in await self._inbox.waiting(self._source, idle):
            self._take(json.loads(payload))

    async def resume_patiently(self) -> None:
        """The same, where a store that is away must not keep a platform from starting."""
        try:
            await self.resume()
        except Exception as error:  # noqa: BLE001 - the store's own errors are not ours to know
            self._logger.warning(
                "waiting payloads cannot be read (%s); look at the database", error
            )

    async def tend(self, clock: Clock) -> None:
        """Beside siblings that hear the same: say what is in hand here, and take over what has
        been in nobody's hand. Until cancelled."""
        while True:
            try:
                await self._inbox.hold(self._source, sorted(self._held))
                await self.resume(ABANDONED)
            except Exception as error:  # noqa: BLE001 - the store's own errors are not ours to know
                self._logger.warning("the inbox cannot be tended (%s); trying again", error)
            await clock.sleep(TEND_SECONDS)

    async def close(self, seconds: float) -> None:
        """Finish what is in hand, for so long at most; what is left stays in the inbox."""
        self._closing = True
        await self._tasks.drain(seconds)
        await self._done.close()

    def _take(self, payload: Payload, *, stored: bool = True) -> None:
        event, queue = self._event_of(payload), self._queue_of(payload)
        if event in self._held or self._closing:
            return
        waiting = self._queues.get(queue)
        crowded = waiting is not None and len(waiting) >= MAX_QUEUE
        if stored and (queue in self._spilled or crowded):
            self._spilled.add(queue)  # stays in the inbox, in its order, until the queue is empty
            return
        self._held.add(event)
        try:
            self._glance(payload)
        except Exception as error:  # noqa: BLE001 - an odd one must not hold up those behind it
            self._logger.error("%s cannot be looked at (%s)", event, describe(error))
        if waiting is None:
            self._queues[queue] = deque([payload])
            self._tasks.start(self._run(queue))
        else:
            waiting.append(payload)
        if len(self._held) >= MAX_HELD:
            self._has_room.clear()

    async def _run(self, queue: str) -> None:
        """One chat in order, different chats side by side: a task each while it has work."""
        waiting = self._queues[queue]
        try:
            while waiting:
                while waiting:
                    await self._handle(waiting[0])
                    waiting.popleft()
                await self._refill(queue)
        finally:
            del self._queues[queue]

    async def _handle(self, payload: Payload) -> None:
        event = self._event_of(payload)
        try:
            await self._serve(payload)
        except Exception as error:  # noqa: BLE001 - it must not stop its chat, nor come back
            # Not what it says, which may be what somebody wrote.
            self._logger.error(
                "%s could not be handled (%s); it is skipped", event, describe(error)
            )
        await self._done.write(event)
        self._held.discard(event)
        if len(self._held) < MAX_HELD:
            self._has_room.set()

    async def _refill(self, queue: str) -> None:
        if queue not in self._spilled or self._closing:
            return
        try:
            waiting = await self._inbox.waiting(self._source)
        except Exception as error:  # noqa: BLE001 - the store's own errors are not ours to know
            self._logger.error("waiting payloads cannot be read (%s); look at the database", error)
            waiting = []  # what has spilled is answered after the next start
        self._spilled.discard(queue)
        for payload in (json.loads(text) for _, text in waiting):
            if self._queue_of(payload) == queue:
                self._take(payload)


def _stored(payload: Payload) -> str:
    """As ASCII: a lone surrogate, which no database takes, is an escape like any other."""
    return json.dumps(payload)


class _DoneWriter:
    """Marks payloads as done: whatever is done while the last transaction is under way goes into
    the next one.

    Measured with 200 commands at once on SQLite: 200 transactions, one after the other, made
    each answer's chat wait 75 ms for the next; in this way there are about ten.
    """

    _KIND = "marking payloads as done"

    def __init__(self, inbox: Inbox, source: str, log_once: LogOnce) -> None:
        self._inbox, self._source, self._log_once = inbox, source, log_once
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, event: str) -> None:
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
                self._log_once.end(self._KIND)
            except Exception as error:  # noqa: BLE001 - the store's own errors are not ours to know
                self._log_once.begin(
                    self._KIND,
                    f"answered payloads could not be marked ({error}); they may be answered again "
                    "after a restart. Look at the database.",
                )
            for _, stored in batch:
                if not stored.done():
                    stored.set_result(None)
        self._writing = None
