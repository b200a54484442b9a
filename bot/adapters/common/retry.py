"""Trying again: how long to wait, what is given up, and how long an answer is tried."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from bot.adapters.common.clock import Clock
from bot.core.errors import RetryLater, SendError, Unknown

T = TypeVar("T")


def backoff(first: float = 1.0, most: float = 30.0) -> Iterator[float]:
    """Seconds: 1, 2, 4 … 30, 30 …"""
    wait = first
    while True:
        yield wait
        wait = min(wait * 2, most)


async def retry(
    call: Callable[[], Awaitable[T]],
    *,
    failed: Callable[[Exception], float | None],
    waits: Iterable[float],
    sleep: Callable[[float], Awaitable[None]],
) -> T:
    """The call's result, tried again after each of `waits` seconds. `failed` hears each error: it
    raises what must not be tried again, and may name other seconds to wait. When `waits` ends, so
    do the tries: the last error is raised."""
    for wait in waits:
        try:
            return await call()
        except Exception as error:  # noqa: BLE001 - `failed` raises what it does not know
            asked = failed(error)
        await sleep(wait if asked is None else asked)
    return await call()


@dataclass(frozen=True, slots=True)
class Patience:
    """How long something is tried that did not arrive: `seconds` from the first failure on and
    `tries` at most, the waits growing from `first` to `most`, none longer than `longest`; `blind`
    times what may have arrived is sent again."""

    seconds: float
    longest: float = math.inf
    first: float = 0.5
    most: float = 8.0
    tries: int = 1_000
    blind: int = 0

    async def send(
        self,
        attempt: Callable[[], Awaitable[T]],
        as_send_error: Callable[[Exception], SendError],
        clock: Clock,
    ) -> T:
        """What the attempt gives. Raises SendError when it is pointless to go on."""
        until, waits, blind = math.inf, backoff(self.first, self.most), self.blind
        for number in range(1, self.tries + 1):
            try:
                return await attempt()
            except Exception as error:  # noqa: BLE001 - every error has a translation
                problem = as_send_error(error)
            until = min(until, clock.now() + self.seconds)
            match problem:
                case RetryLater(after=after):
                    wait = next(waits) if after is None else after
                case Unknown() if blind:
                    blind, wait = blind - 1, next(waits)
                case _:
                    raise problem from None
            late = wait > self.longest or clock.now() + wait > until
            if late or number == self.tries:
                raise problem from None
            await clock.sleep(wait)
        raise AssertionError("a try returns or raises")
