"""Where the store gets its time from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

Clock: TypeAlias = "Callable[[], datetime]"
"""The current instant, aware and in UTC."""


def wall_clock() -> datetime:
    return datetime.now(UTC)
