"""The order in which a day picks from the library: the same everywhere, new every round."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from bot.library.library import Library
from bot.library.models.entries import QuoteEntry


def quote_of_the_day(library: Library, day: date) -> QuoteEntry:
    """The quote of a date: every quote once in as many days as there are quotes, then anew in
    another order. Raises LookupError for an empty library."""
    if not library.quotes:
        raise LookupError("the library has no quotes")
    round_, turn = divmod(day.toordinal(), len(library.quotes))
    return library.quotes[order_of_round(tuple(library.quotes), round_)[turn]]


@lru_cache(maxsize=4)  # fourteen days of a feed are one round, or two; a morning's chats one day
def order_of_round(ids: tuple[str, ...], number: int) -> tuple[str, ...]:
    """`shuffled`, remembered."""
    return tuple(shuffled(ids, number))


def shuffled(ids: Iterable[str], round_: int) -> list[str]:
    """The ids in the order of that round; the same on every machine and Python version."""
    return sorted(ids, key=lambda one: hashlib.sha256(f"{round_}:{one}".encode()).digest())
