"""A typed line as the wish that it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.commands.understand.slots import readers
from bot.commands.understand.wishes import Read, Wish, Wishes, slot_values
from bot.core.command_line import CommandLine, parse
from bot.core.text import is_chinese
from bot.library.aliases import simplify
from bot.library.library import Library

LONGEST = 80
"""Characters of a wish; who types more is telling something, and looks it up."""

_PUNCTUATION = re.compile(r"[\s.!?…~。！？～,，;；、\"“”「」()（）*]+")
_ENDS = re.compile(r"^[\s,.!?…~。！？～，;；、:：]+|[\s,.!?…~。！？～，;；、:：]+$")
_TWICE = 4
"""Layers of politeness that are taken off at either end."""


@dataclass(frozen=True, slots=True)
class Understood:
    """The line that says the same, and whether it is meant whatever else stands there."""

    line: CommandLine
    always: bool


class Grammar:
    """The wishes of both languages over one library."""

    def __init__(self, english: Wishes, chinese: Wishes) -> None:
        self.english, self.chinese = english, chinese

    def read(self, typed: str, library: Library) -> Understood | None:
        """What is wished for; `None` for anything that no pattern fits from end to end."""
        found = self._first(typed, library)
        return Understood(parse(found[1]), found[0].always) if found else None

    def wish_of(self, typed: str, library: Library) -> str | None:
        """The `line` of the wish that these words are taken for, as it stands in the file."""
        found = self._first(typed, library)
        return found[0].line if found else None

    def _first(self, typed: str, library: Library) -> tuple[Wish, str] | None:
        if not typed or len(typed) > LONGEST:
            return None
        chinese = is_chinese(typed)
        wishes = self.chinese if chinese else self.english
        known = readers(library)
        for tried in _peeled(_plain(typed, chinese=chinese), wishes, chinese=chinese):
            for wish in wishes.wishes:
                if line := _line(wish, tried, known):
                    return wish, line
        return None


def _line(wish: Wish, tried: str, known: Mapping[str, Read]) -> str | None:
    if wish.any_pattern.fullmatch(tried) is None:
        return None
    if not wish.slot:
        return wish.line
    for match in filter(None, (pattern.fullmatch(tried) for pattern in wish.patterns)):
        for slot, typed in slot_values(match):
            if value := known[slot](typed):
                if wish.line.startswith("topics"):
                    value = typed  # the very word is what they want explained
                return wish.line.replace(f"{{{wish.slot}}}", value)
    return None


def _plain(typed: str, *, chinese: bool) -> str:
    """Small letters, no punctuation that a wish would not need; Chinese in simplified characters
    and without spaces."""
    text = unicodedata.normalize("NFKC", typed).casefold().replace("’", "'").replace("‘", "'")
    if chinese:
        return simplify(_PUNCTUATION.sub("", text))
    return " ".join(_ENDS.sub("", text).replace(",", " ").split())


def _peeled(text: str, wishes: Wishes, *, chinese: bool) -> Iterator[str]:
    """The text, then with less and less politeness around it."""
    seen: set[str] = set()
    for start in _layers(text, wishes.before, front=True, chinese=chinese):
        for inner in _layers(start, wishes.after, front=False, chinese=chinese):
            if inner and inner not in seen:
                seen.add(inner)
                yield inner


def _layers(text: str, polite: tuple[str, ...], *, front: bool, chinese: bool) -> Iterator[str]:
    yield text
    gap = "" if chinese else " "
    for _ in range(_TWICE):
        found = next((word for word in polite if _stands(text, word, gap, front=front)), None)
        if found is None:
            return
        text = text[len(found) :] if front else text[: -len(found)]
        text = _ENDS.sub("", text)
        yield text


def _stands(text: str, word: str, gap: str, *, front: bool) -> bool:
    if len(text) <= len(word):
        return False
    return text.startswith(word + gap) if front else text.endswith(gap + word)
