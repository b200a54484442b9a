"""How often something will come for a chat that wants nothing but its own topics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

from bot.digest.choose import DigestPreferences, choose
from bot.library.library import Library

DIGESTS = 60
"""Digests that are looked ahead: three rounds of a topic's entries and their rest of thirty days,
and some 40 ms."""


def days_with_something(
    library: Library, preferences: DigestPreferences, days: Sequence[date]
) -> int:
    """On how many of these days, each in its turn, the digest has an entry; what it brings counts
    as seen from then on."""
    seen, found = dict(preferences.seen), 0
    for day in days:
        items = choose(library, replace(preferences, seen=seen), day)
        if any(not item.startswith("article:") for item in items):
            found += 1
            seen |= dict.fromkeys(items, datetime.combine(day, time(12), UTC))
    return found
