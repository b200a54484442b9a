"""The phrases by which people wish for something, as patterns over what they type."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SLOTS = (
    "topic",
    "topics",
    "speaker",
    "name",
    "when",
    "schedule",
    "clock",
    "zone",
    "pause",
    "language",
    "country",
)

_SLOT = re.compile(r"\{(\w+)\}")
_NAME = re.compile(r"<(\w+)>")
_PLAIN = re.compile(r"[.+^$\\]")
_UNNAMED = re.compile(r"\(\?P<\w+>")
_WORD_END = re.compile(r"[a-z](?=[ |)\]]|$)")
"""Where a word of a phrase ends, so that `[to] {zone}` does not take the To of Tokyo."""


@dataclass(frozen=True, slots=True)
class Wish:
    """`line` is the command that says the same, its slot in braces; `always`: it is meant even
    where the words also stand in a quotation."""

    line: str
    any_pattern: re.Pattern[str]
    patterns: tuple[re.Pattern[str], ...]
    such_as: tuple[str, ...] = ()
    always: bool = False

    @property
    def slot(self) -> str:
        found = _SLOT.search(self.line)
        return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """One language's: in the order of the file, and the politeness to take off."""

    wishes: tuple[Wish, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


def read_wishes(data: Mapping[str, Any]) -> Wishes:
    """A file's content as patterns. Raises ValueError, naming the phrase, for an unknown slot or
    name and for brackets that do not match."""
    words = dict(data.get("words", {}))
    polite = data.get("polite", {})
    return Wishes(
        tuple(_wish(entry, words) for entry in data["wishes"]),
        _longest_first(polite.get("before", ())),
        _longest_first(polite.get("after", ())),
    )


def _longest_first(words: Sequence[Any]) -> tuple[str, ...]:
    return tuple(sorted(map(str, words), key=len, reverse=True))


def _wish(entry: Mapping[str, Any], words: Mapping[str, str]) -> Wish:
    patterns = [_regex(pattern, words) for pattern in entry["say"]]
    return Wish(
        entry["line"],
        re.compile("|".join(f"(?:{_UNNAMED.sub('(?:', one)})" for one in patterns)),
        tuple(map(re.compile, patterns)),
        tuple(entry.get("such_as", ())),
        bool(entry.get("always", False)),
    )


def _regex(pattern: str, words: Mapping[str, str]) -> str:
    """`[the] (a|b) {slot}` as a regular expression; white space may be missing."""
    try:
        told = _NAME.sub(lambda found: words[found[1]], pattern)
        told = _NAME.sub(lambda found: words[found[1]], told)  # a name inside a name
    except KeyError as error:
        raise ValueError(f"{pattern!r}: there is no <{error.args[0]}> under `words`") from None
    if unknown := [slot for slot in _SLOT.findall(told) if slot not in SLOTS]:
        raise ValueError(f"{pattern!r}: there is no slot {{{unknown[0]}}}; known: {SLOTS}")
    made = _PLAIN.sub(lambda found: "\\" + found[0], told).replace("(", "(?:")
    made = _WORD_END.sub(r"\g<0>\\b", made)
    made = made.replace("[", "(?:").replace("]*", ")*").replace("]", ")?")
    made = re.sub(r"\s+", r"\\s*", made)
    made = _SLOT.sub(r"(?P<\1>.+?)", made)
    try:
        re.compile(made)
    except re.error as error:
        raise ValueError(f"{pattern!r}: {error}") from None
    return made


def slot_values(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    """(slot, what was typed for it)."""
    for name, value in match.groupdict().items():
        if value is not None:
            yield name, value.strip()


Read = Callable[[str], str | None]
"""What stands in the command line for what was typed into a slot; `None` when it is no such thing.
"""
