"""Receiving without loss: an update is stored, then confirmed, handled once, then erased."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeAlias

from bot.adapters.telegram.lanes import Lanes
from bot.adapters.telegram.marks import Marks
from bot.adapters.telegram.trouble import Clock, Trouble, log
from bot.core.ports import Inbox

RawUpdate: TypeAlias = "Mapping[str, Any]"

TEND_SECONDS = 5.0
ABANDONED = timedelta(seconds=20)
"""An update that nobody has held for four rounds belongs to a process that died."""

MAX_HELD = 5000
"""Updates in memory; beyond this the poller waits and the webhook answers 503, and Telegram keeps
what comes (for 24 hours)."""


class Intake:
    """From "an update came" to "it is answered".

    `glance` sees each new update at once, before it waits in its lane; `serve` answers it.
    """

    def __init__(
        self,
        inbox: Inbox,
        source: str,
        glance: Callable[[RawUpdate], None],
        serve: Callable[[RawUpdate], Awaitable[None]],
        trouble: Trouble,
    ) -> None:
        self._inbox = inbox
        self._source = source
        self._glance = glance
        self._serve = serve
        self._marks = Marks(inbox, source, trouble)
        self._lanes: Lanes[RawUpdate] = Lanes(self._work, self._refill)
        self._in_hand: set[str] = set()
        self._spilled: set[str] = set()
        self._closing = False
        self._room = asyncio.Event()
        self._room.set()

    @property
    def full(self) -> bool:
        return not self._room.is_set()

    async def has_room(self) -> None:
        await self._room.wait()

    async def resume(self, idle: timedelta | None = None) -> None:
        """Take up what an earlier run stored and did not finish; with `idle`, what a sibling
        process left behind so long ago that it must have died."""
        for _, payload in await self._inbox.waiting(self._source, idle):
            self._take(json.loads(payload))

    async def tend(self, clock: Clock) -> None:
        """Beside siblings that hear the same webhook: say what is in hand here, and take over
        what has been in nobody's hand. Until cancelled."""
        while True:
            try:
                await self._inbox.hold(self._source, sorted(self._in_hand))
                await self.resume(ABANDONED)
            except Exception as error:  # noqa: BLE001  the store's own errors are not ours to know
                log.warning("telegram: the inbox cannot be tended (%s); trying again", error)
            await clock.sleep(TEND_SECONDS)

    async def accept(self, updates: Sequence[RawUpdate]) -> None:
        """Store the updates; from here on they may be confirmed. Known ones are passed over."""
        rows = [(str(u["update_id"]), json.dumps(u, ensure_ascii=False)) for u in updates]
        new = set(await self._inbox.keep(self._source, rows))
        for update in updates:
            if str(update["update_id"]) in new:
                self._take(update)

    async def close(self, seconds: float) -> None:
        """Finish what is in hand, for so long at most; what is left stays in the inbox."""
        self._closing = True
        await self._lanes.drain(seconds)
        await self._marks.close()

    def _take(self, update: RawUpdate) -> None:
        event, lane = str(update["update_id"]), lane_of(update)
        if event in self._in_hand or self._closing:
            return
        if lane in self._spilled or not self._lanes.put(lane, update):
            self._spilled.add(lane)  # stays in the inbox, in its order, until the lane is empty
            return
        self._in_hand.add(event)
        self._glance(update)
        if self._lanes.held >= MAX_HELD:
            self._room.clear()

    async def _work(self, update: RawUpdate) -> None:
        event = str(update["update_id"])
        try:
            await self._serve(update)
        except Exception:  # noqa: BLE001  one odd update must neither stop its chat nor come back
            log.exception("telegram: update %s could not be handled; it is skipped", event)
        await self._marks.done(event)
        self._in_hand.discard(event)
        if self._lanes.held < MAX_HELD:
            self._room.set()

    async def _refill(self, lane: str) -> None:
        if lane not in self._spilled or self._closing:
            return
        try:
            waiting = await self._inbox.waiting(self._source)
        except Exception as error:  # noqa: BLE001  the store's own errors are not ours to know
            log.error("telegram: waiting updates cannot be read (%s); look at the database", error)
            waiting = []  # what has spilled is answered after the next start
        self._spilled.discard(lane)
        for update in (json.loads(payload) for _, payload in waiting):
            if lane_of(update) == lane:
                self._take(update)


def lane_of(update: RawUpdate) -> str:
    """Whose turn it is part of: a chat's, an inline message's, or a person's inline searches."""
    for kind in ("message", "my_chat_member", "channel_post"):
        if (chat := _dig(update, kind, "chat", "id")) is not None:
            return str(chat)
    press = update.get("callback_query")
    if isinstance(press, Mapping):
        chat = _dig(press, "message", "chat", "id")
        return str(chat if chat is not None else press.get("inline_message_id"))
    return f"inline {_dig(update, 'inline_query', 'from', 'id')}"


def _dig(value: object, *keys: str) -> object:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
