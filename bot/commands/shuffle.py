"""Random quotes without repeats: a shuffled pool for each chat."""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TYPE_CHECKING, Protocol

from bot.core.address import Address
from bot.core.command import RoomKind

if TYPE_CHECKING:
    from bot.store.store import Store

CHATS = 10_000
"""Chats whose bags are kept in memory; the one asked longest ago is forgotten first."""


class Shuffle(Protocol):
    async def draw(self, at: Address, kind: RoomKind, pool: Collection[str]) -> str:
        """One id of the pool: each comes once before any comes again, and a new round does not
        begin with what the last one ended on. Raises ValueError for an empty pool."""
        ...


class MemoryShuffle:
    """Bags that live as long as the process; for `ask` and for tests of the order."""

    def __init__(self, rng: random.Random | None = None) -> None:
        self._rng = rng or random.Random()  # noqa: S311 - a pleasant order, not a secret
        self._shown: OrderedDict[Address, list[str]] = OrderedDict()

    async def draw(self, at: Address, kind: RoomKind, pool: Collection[str]) -> str:
        shown = self._shown.pop(at, [])
        drawn, afresh = draw(shown, pool, self._rng)
        self._shown[at] = [drawn] if afresh else [*shown, drawn]
        if len(self._shown) > CHATS:
            self._shown.popitem(last=False)
        return drawn


class StoreShuffle:
    """Bags that outlive the process and are shared by all of its siblings."""

    def __init__(
        self, open_store: Callable[[], Awaitable[Store]], rng: random.Random | None = None
    ) -> None:
        self._open = open_store
        self._rng = rng or random.Random()  # noqa: S311 - a pleasant order, not a secret

    async def draw(self, at: Address, kind: RoomKind, pool: Collection[str]) -> str:
        store = await self._open()
        chat = await store.chats.ensure(at, kind)
        drawn, afresh = draw(await store.shown.items(chat), pool, self._rng)
        await store.shown.remember(chat, [drawn], afresh=afresh)
        return drawn


def draw(shown: Sequence[str], pool: Collection[str], rng: random.Random) -> tuple[str, bool]:
    """What to show next, given what was shown in this round (in order), and whether a new round
    begins with it."""
    if not pool:
        raise ValueError("nothing to draw from")
    left = sorted(set(pool) - set(shown))
    if left:
        return rng.choice(left), False
    return rng.choice(sorted(set(pool) - set(shown[-1:])) or sorted(pool)), True
