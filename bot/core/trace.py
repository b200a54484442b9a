"""What a log line belongs to (a delivery, an incident), carried along by whatever runs for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_TRACE: ContextVar[Mapping[str, str | int]] = ContextVar("trace")


@contextmanager
def tracing(**names: str | int) -> Iterator[None]:
    """Every line that is logged inside, by whichever part, carries these names and values:
    identifiers of ours, never what people wrote or are called."""
    token = _TRACE.set({**traced(), **names})
    try:
        yield
    finally:
        _TRACE.reset(token)


def traced() -> Mapping[str, str | int]:
    """What is being worked on here."""
    return _TRACE.get({})
