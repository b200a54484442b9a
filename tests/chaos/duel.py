"""Two workers on PostgreSQL: one is killed or frozen, the other takes over."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace

from bot.store.store import Store
from tests.chaos.kill import SUPPLY, Verdict, judge, running, settled, top_up, worker
from tests.chaos.platform import Platform

WORKSPACES = ("T1", "T2")
FROZEN = 14.0
"""Longer than PostgreSQL waits for a word (10 s)."""


async def duel(
    url: str,
    rounds: int,
    rng: random.Random,
    *,
    how: str,
    leave: bool = False,
    progress: Callable[[], object] = lambda: None,
) -> Verdict:
    """`how`: `kill`, `freeze` (SIGSTOP at a random moment) or `transaction` (SIGSTOP inside one).
    The takeover counts from the stop to the first message of the survivor on the lane that the
    other one served."""
    words = ("leave",) if leave else ()
    store = await Store.open(url)
    platform = Platform()
    await platform.start()
    longest, struck = 0.0, 0
    async with AsyncExitStack() as stack:
        survivor = await stack.enter_async_context(worker(url, platform, "survivor", *words))
        await running(survivor)
        for number in range(rounds):
            name = f"victim{number}"
            more = (*words, "freeze") if how == "transaction" else words
            async with worker(url, platform, name, *more) as victim:
                await running(victim)  # or the survivor takes both lanes before it looks
                await top_up(store, WORKSPACES, SUPPLY * 4)
                lane = await _served(platform, name)
                if lane is not None:
                    await asyncio.sleep(rng.random() * 0.5)
                    since = await _strike(victim, how)
                    struck += 1
                    longest = max(longest, await _takeover(store, platform, lane, since))
                    if how != "kill":
                        await asyncio.sleep(max(0.0, FROZEN - (time.monotonic() - since)))
                        victim.send_signal(signal.SIGCONT)
                        await asyncio.sleep(1)
            progress()
        await settled(store)
    what = "leave" if leave else "once more"
    verdict = await judge(store, platform, what, "postgres", struck)
    await platform.stop()
    await store.close()
    return replace(verdict, what=f"two workers, {how}, {what}", takeover_seconds=round(longest, 1))


async def _strike(victim: asyncio.subprocess.Process, how: str) -> float:
    if how == "kill":
        victim.kill()
    elif how == "freeze":
        victim.send_signal(signal.SIGSTOP)
    return time.monotonic()


async def _served(platform: Platform, name: str) -> str | None:
    """The lane (its workspace) on which a worker sends, once it does."""
    for _ in range(150):
        await asyncio.sleep(0.1)
        for arrival in reversed(platform.arrivals):
            if arrival.worker == name:
                return _lane(arrival.chat)
    return None


async def _takeover(store: Store, platform: Platform, lane: str, since: float) -> float:
    """Seconds until somebody else sends on the lane; there is always work for it."""
    async with asyncio.timeout(40):
        while True:
            await top_up(store, WORKSPACES, SUPPLY)
            for arrival in reversed(platform.arrivals):
                if arrival.at < since:
                    break
                if _lane(arrival.chat) == lane and arrival.worker == "survivor":
                    return arrival.at - since
            await asyncio.sleep(0.2)


def _lane(chat: str) -> str:
    return chat.partition(":")[2].partition("/")[0]
