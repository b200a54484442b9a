"""What is wrong with the content, as data; and as sentences in the editor's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bot.core.errors import Problem
from bot.core.language import Language
from bot.core.text import cut

MESSAGES = Path(__file__).with_name("messages.yaml")

WHOLE_FILE = "file"
"""Stands for the key where a problem concerns no key."""

_LONGEST_VALUE = 80
"""Characters of the editor's own text that a sentence repeats: enough to recognise it."""

_OURS = ("example", "line", "meant")
"""Values that are what to write instead: shown whole."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing wrong: where, which kind (`code`, a key of messages.yaml), and the values that
    its sentences name. `file` begins with the content folder's own name."""

    file: str
    line: int
    key: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


def problems(diagnostics: Iterable[Diagnostic], language: Language) -> list[Problem]:
    """The diagnostics as sentences, each once, in the order of files and lines; Chinese for either
    Chinese script, English for everything else."""
    ordered = sorted(diagnostics, key=lambda f: (f.file, f.line))
    return list(dict.fromkeys(_problem(f, "zh" if language.chinese else "en") for f in ordered))


@cache
def messages() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """code → language (en, zh) → `what` and `hint`; read only when there is a problem to tell."""
    import yaml

    loaded: dict[str, dict[str, dict[str, str]]] = yaml.load(
        MESSAGES.read_bytes(), Loader=yaml.CSafeLoader
    )
    return loaded


def _problem(diagnostic: Diagnostic, language: str) -> Problem:
    sentences = messages()[diagnostic.code][language]
    values = {name: _shown(name, value) for name, value in diagnostic.values.items()}
    what, hint = (sentences[part].format_map(values) for part in ("what", "hint"))
    key = _shown("key", diagnostic.key)
    return Problem(_shown("file", diagnostic.file), diagnostic.line, key, what, hint)


def _shown(name: str, value: str) -> str:
    """Fit for one line of a terminal: escapes for what cannot be seen, and not too long."""
    shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in value)
    return shown if name in _OURS else cut(shown, _LONGEST_VALUE)
