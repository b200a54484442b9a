"""The cleaned source of a draft, on the machine of who reviews it: `content/.source/<id>.json`.

It is somebody else's text: the folder ignores itself for git, no image and no wheel takes it along,
and it goes when the last of the article is decided. What stays is the proof.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.editor.clean import Certainty, Cleaned, TextRepair

FOLDER = ".source"


@dataclass(frozen=True, slots=True)
class Passage:
    """A line of the source and what was repaired in it."""

    text: str
    repairs: tuple[TextRepair, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceCopy:
    """`cut` is what the page had around the article, and went."""

    passages: tuple[Passage, ...]
    cut: tuple[TextRepair, ...] = ()


def keep_source(content: Path, name: str, cleaned: Cleaned) -> Path:
    """Write the copy, readable by its user alone."""
    folder = content / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    path = folder / f"{name}.json"
    passages = [asdict(one) for one in passages_of(cleaned)]
    kept = {"passages": passages, "cut": [asdict(one) for one in _cut(cleaned)]}
    path.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    return path


def read_source_copy(content: Path, name: str) -> SourceCopy | None:
    """None where there is none, or it is none of ours."""
    try:
        kept = json.loads((content / FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        passages = tuple(
            Passage(p["text"], tuple(_repairs(p["repairs"]))) for p in kept["passages"]
        )
        return SourceCopy(passages, tuple(_repairs(kept["cut"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget_source(content: Path, name: str) -> None:
    with suppress(OSError):
        (content / FOLDER / f"{name}.json").unlink()


def passages_of(cleaned: Cleaned) -> list[Passage]:
    lines = [line.strip() for line in cleaned.text.splitlines() if line.strip()]
    origins = (*cleaned.origins, *(0 for _ in lines))
    return [
        Passage(line, tuple(one for one in cleaned.repairs if one.line == origin and one.after))
        for line, origin in zip(lines, origins, strict=False)
    ]


def letters(text: str) -> tuple[str, list[int]]:
    """Letters and digits alone, folded, and where each stands."""
    kept: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for one in unicodedata.normalize("NFKC", char).casefold():
            if one.isalnum():
                kept.append(one)
                places.append(place)
    return "".join(kept), places


def has_letters(text: str, words: str) -> bool:
    """Whether the words stand in the text; punctuation does not count, and alone is nowhere."""
    wanted = letters(words)[0]
    return bool(wanted) and wanted in letters(text)[0]


def _cut(cleaned: Cleaned) -> Iterator[TextRepair]:
    held = set(cleaned.origins)
    yield from (one for one in cleaned.repairs if not one.after and one.line not in held)


def _repairs(kept: list[dict[str, str]]) -> Iterator[TextRepair]:
    for one in kept:
        yield TextRepair(
            int(one["line"]), one["kind"], Certainty(one["confidence"]), one["before"], one["after"]
        )
