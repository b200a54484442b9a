"""Phrases of `config/understand.*.yaml` that two wishes claim: the first in the file would get
them, and whoever wrote the second would never know why it is not understood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.commands.understand.grammar import Grammar
from bot.core.errors import Problem
from bot.core.language import Language
from bot.library.library import Library

_SAID = {
    False: (
        "“{phrase}” is claimed by “{wish}” in line {line} as well",
        "keep it under one of them",
    ),
    True: ("“{phrase}”已由第 {line} 行的“{wish}”认领", "只留在其中一处"),
}


@dataclass(frozen=True, slots=True)
class _Phrase:
    """`example`: a line that must be understood so, rather than a pattern."""

    wish: str
    text: str
    line: int
    example: bool


def find_conflicts(
    path: Path, grammar: Grammar, library: Library, language: Language
) -> list[Problem]:
    """Patterns that stand under two wishes, and examples that the grammar takes for another wish
    than their own, each with its line."""
    phrases = list(_phrases(path))
    lines = {one.wish: one.line for one in reversed(phrases)}
    found: list[Problem] = []
    first: dict[str, _Phrase] = {}
    for one in phrases:
        if one.example:
            taken = grammar.wish_of(one.text, library)
            if taken is not None and taken != one.wish:
                found.append(_problem(path, one, taken, lines[taken], language))
        elif (other := first.setdefault(one.text, one)).wish != one.wish:
            found.append(_problem(path, one, other.wish, other.line, language))
    return found


def _problem(path: Path, one: _Phrase, wish: str, line: int, language: Language) -> Problem:
    what, hint = _SAID[language.chinese]
    told = what.format(phrase=one.text, wish=wish, line=line)
    return Problem(f"config/{path.name}", one.line, one.wish, told, hint)


def _phrases(path: Path) -> Iterator[_Phrase]:
    root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    assert isinstance(root, yaml.MappingNode)
    wishes = next(value for key, value in root.value if key.value == "wishes")
    for wish in wishes.value:
        parts = {key.value: value for key, value in wish.value}
        for name in ("say", "such_as"):
            for node in parts[name].value if name in parts else ():
                line = node.start_mark.line + 1
                yield _Phrase(parts["line"].value, node.value, line, name == "such_as")
