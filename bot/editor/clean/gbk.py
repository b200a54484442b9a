"""GBK as bytes: which two bytes a character is, and which characters two bytes may be."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

EURO = "€"
"""What byte 80 is shown as."""

WIDE = 0xA3
"""The first byte of full-width ASCII; the second is the ASCII code with its top bit set."""


def bytes_of(char: str) -> tuple[int, ...] | None:
    """The two bytes of a character, GB18030's two-byte user area among them; one for €; None for
    what has no such code."""
    if char == EURO:
        return (0x80,)
    try:
        raw = char.encode("gb18030")
    except UnicodeEncodeError:
        return None
    return tuple(raw) if len(raw) == 2 else None


@cache
def pairs() -> Mapping[int, str]:
    """`first << 8 | second` → the character, for every pair that is one."""
    found: dict[int, str] = {}
    for first in range(0x81, 0xFF):
        for second in (*range(0x40, 0x7F), *range(0x80, 0xFF)):
            try:
                char = bytes((first, second)).decode("gb18030")
            except UnicodeDecodeError:
                continue
            if len(char) == 1 and not "\ue000" <= char <= "\uf8ff":
                found[first << 8 | second] = char
    return found


@cache
def by_second(second: int) -> tuple[tuple[int, str], ...]:
    """Every character whose second byte is that one."""
    return tuple((key >> 8, char) for key, char in pairs().items() if key & 0xFF == second)


@cache
def by_first(first: int) -> tuple[tuple[int, str], ...]:
    """Every character whose first byte is that one."""
    return tuple((key & 0xFF, char) for key, char in pairs().items() if key >> 8 == first)
