"""What was repaired, where, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Certainty(StrEnum):
    """`EXACT`: nothing else can have stood there. `GUESSED`: what the language makes likely; a
    person has to look at it."""

    EXACT = "exact"
    GUESSED = "guessed"


@dataclass(frozen=True, slots=True)
class TextRepair:
    """One repair: the line of the damaged text (from 1), its kind, what stood there and what
    stands there now; empty for what was cut."""

    line: int
    kind: str
    confidence: Certainty
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`origins` are the lines of the damaged text (from 1) that the lines which hold anything come
    from."""

    text: str
    repairs: tuple[TextRepair, ...]
    origins: tuple[int, ...] = ()

    @property
    def guessed(self) -> tuple[TextRepair, ...]:
        return tuple(one for one in self.repairs if one.confidence is Certainty.GUESSED)
