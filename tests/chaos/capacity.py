"""A million chats in sixteen zones on three tokens, one digest after the other, against what
`aiwork capacity` foretells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.delivery.capacity import foresee
from bot.delivery.rate_limit import TELEGRAM
from tests.delivery.simulation import Simulated, zones_of_the_world

TOKENS = 3


@dataclass(frozen=True, slots=True)
class CapacityVerdict:
    """`unforeseen`: digests that expired beyond those foretold, slot by slot. `late`: the longest
    that the last digest of a slot came after the time foretold, in seconds."""

    chats: int
    foretold: int
    expired: int
    unforeseen: int
    late: float
    examples: tuple[str, ...] = ()

    @property
    def kept(self) -> bool:
        return not self.unforeseen and self.late <= 5 and self.expired > 0


def capacity_test(chats: int, *, progress: Callable[[], object] = lambda: None) -> CapacityVerdict:
    start = datetime(2026, 3, 2, tzinfo=UTC)
    limits = {"telegram": TELEGRAM}
    loads = zones_of_the_world(chats, TOKENS, start)
    foretold = {(one.lane, one.due): one for one in foresee(loads, limits, start)}
    progress()
    seen = Simulated(loads, limits).run()
    return CapacityVerdict(
        chats,
        sum(one.expired for one in foretold.values()),
        sum(slot.expired for slot in seen.values()),
        sum(max(0, slot.expired - foretold[key].expired) for key, slot in seen.items()),
        max((slot.last - foretold[key].last).total_seconds() for key, slot in seen.items()),
    )
