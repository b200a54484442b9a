"""Which keys can be set at the desk, in which order and as what. Others are for $EDITOR."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.editor.yaml_edit import Value, one_line
from bot.editor.yaml_places import Path
from bot.library.models.fields import (
    Bound,
    Repair,
    SpeakerKind,
    TextLanguage,
    TitleStatus,
    Unit,
)


class FieldKind(StrEnum):
    LINE = "line"
    LONG = "long"
    CHOICE = "choice"
    FLAG = "flag"
    LIST = "list"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class DeskKey:
    """A key below an article or an entry. `name` is what people call it (`desk.field.…`),
    `language` that of the text it holds, if it holds one."""

    path: Path
    name: str
    kind: FieldKind = FieldKind.LINE
    choices: tuple[str, ...] = ()
    language: str = ""


def _both(name: str, *path: str, kind: FieldKind = FieldKind.LINE) -> tuple[DeskKey, ...]:
    return tuple(
        DeskKey((*path, language), name, kind, language=language) for language in ("zh-Hans", "en")
    )


def _choice(name: str, choices: Any, *path: str, empty: bool = False) -> DeskKey:
    return DeskKey(path, name, FieldKind.CHOICE, (*([""] if empty else []), *map(str, choices)))


ARTICLE = (
    *_both("title", "title"),
    _choice("title_status", TitleStatus, "title_status"),
    *_both("summary", "summary", kind=FieldKind.LONG),
    DeskKey(("topics",), "topics", FieldKind.LIST),
    DeskKey(("source", "original_outlet"), "original_outlet"),
    DeskKey(("source", "outlet"), "outlet"),
    DeskKey(("source", "url"), "url"),
    DeskKey(("source", "authors"), "authors", FieldKind.LIST),
    DeskKey(("source", "published"), "published"),
    *_both("published_note", "source", "published_note"),
    DeskKey(("pseudonyms",), "pseudonyms", FieldKind.LIST),
)
QUOTE = (
    DeskKey(("text",), "text", FieldKind.LONG),
    *_both("translation", "translation", kind=FieldKind.LONG),
    *_both("speaker", "speaker", "name"),
    _choice("kind", SpeakerKind, "speaker", "kind"),
    *_both("role", "speaker", "role"),
    *_both("organisation", "speaker", "organisation"),
    DeskKey(("attribution",), "attribution"),
    *_both("context", "context"),
    DeskKey(("topics",), "topics", FieldKind.LIST),
    _choice("language", TextLanguage, "language"),
    DeskKey(("translated",), "translated", FieldKind.FLAG, ("false", "true")),
    _choice("repair", Repair, "repair"),
    DeskKey(("id",), "id"),
)
FACT = (
    *_both("text", "text", kind=FieldKind.LONG),
    DeskKey(("evidence",), "evidence"),
    DeskKey(("topics",), "topics", FieldKind.LIST),
    DeskKey(("id",), "id"),
)
FIGURE = (
    DeskKey(("value",), "value", FieldKind.NUMBER),
    _choice("unit", Unit, "unit"),
    _choice("bound", Bound, "bound", empty=True),
    DeskKey(("as_of",), "as_of"),
    *_both("what", "what"),
    *_both("who_says", "who_says"),
)
NAMES = tuple(sorted({key.name for key in (*ARTICLE, *QUOTE, *FACT, *FIGURE)}))

_APART = re.compile(r"[,，、;；]")
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,6})?")


def keys_of(entry: Any, section: str) -> list[DeskKey]:
    """The keys of an entry as it stands: a translation is into the other language alone."""
    if section == "quotes":
        into = "en" if entry.get("language") != "en" else "zh-Hans"
        return [key for key in QUOTE if key.name != "translation" or key.language == into]
    figures = entry.get("figures") or []
    numbered = [
        DeskKey(("figures", number, *key.path), key.name, key.kind, key.choices, key.language)
        for number in range(len(figures))
        for key in FIGURE
    ]
    return [*FACT[:-1], *numbered, FACT[-1]]


def shown(value: Any) -> str:
    """A value of the file as it stands in its field."""
    match value:
        case None | dict():
            return ""
        case bool():
            return str(value).lower()
        case list():
            return ", ".join(map(shown, value))
        case float():
            return f"{value:.15g}"
        case _:
            return one_line(str(value))


def read(key: DeskKey, typed: str) -> Value:
    """What was typed as a value of the file; None for nothing."""
    plain = one_line(typed)
    match key.kind:
        case FieldKind.LIST:
            parts = [part.strip() for part in _APART.split(plain) if part.strip()]
            return parts if key.name == "authors" else sorted(set(parts))
        case FieldKind.FLAG:
            return plain == "true"
        case FieldKind.NUMBER if _NUMBER.fullmatch(plain):
            return float(plain) if "." in plain else int(plain)
        case _:
            return plain or None
