"""Names that look like settings and are none: a typo would otherwise be silently nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from pathlib import Path

import yaml

PREFIXES = ("AIWORK_", "SLACK_", "TELEGRAM_")
"""Whatever begins so is meant for us."""

NEAR = 84.0
"""Out of 100: DATABASE_URI is near DATABASE_URL, DATABASE is not."""

FOREIGN = frozenset({"POSTGRES_PASSWORD"})
"""What compose.yaml reads out of the same `.env`."""


def unknown_variables(names: Iterable[str], known: Set[str], where: str) -> Iterator[str]:
    """A sentence for each name that is meant for us and is no setting."""
    for name in sorted(set(names) - known - FOREIGN):
        ours = name.startswith(PREFIXES)
        near = _nearest(name, known) if ours or name.startswith("DATABASE") else None
        if ours or near:
            ways = f"did you mean {near}?" if near else "remove it, or see docs/settings.md"
            yield f"{name} in {where} is no setting; {ways}"


def unknown_keys(path: Path, known: Set[str], secrets: Set[str]) -> Iterator[str]:
    """A sentence for each key of a YAML file of settings that is none, or is a secret."""
    held = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
    for key in map(str, held):
        if key.lower() in secrets:
            yield f"{path}: {key} is a secret; keep it in .env or the environment alone"
        elif key not in known:
            near = _nearest(key, known)
            ways = f"did you mean {near}?" if near else "remove it, or see docs/settings.md"
            yield f"{path}: {key} is no setting; {ways}"


def names_in(path: Path) -> Iterator[str]:
    """The variables that a `.env` file sets to something."""
    from dotenv import dotenv_values

    values: Mapping[str, str | None] = dotenv_values(path, interpolate=False)
    yield from (name for name, value in values.items() if value)


def _nearest(name: str, known: Set[str]) -> str | None:
    from rapidfuzz import fuzz, process

    found = process.extractOne(name, sorted(known), scorer=fuzz.ratio, score_cutoff=NEAR)
    return str(found[0]) if found else None
