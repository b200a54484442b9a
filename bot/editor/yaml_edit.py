"""Changes to a content file that leave all else as it stands, comments among it.

The characters of one node are replaced, or the lines of one entry moved or taken out, with the
comments above it; what comes out is read again, and must say what was asked for and nothing else.

ruamel.yaml was tried first. It writes `url: null` as `url:`, so that a diff shows what nobody
changed; and when an entry goes it keeps that entry's comment and drops the next one's, so that a
doubt would pass from one quotation to another.
"""

from __future__ import annotations

import copy
import os
import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path as File
from typing import Any, TypeAlias

from bot.core.errors import AiworkError
from bot.core.text import han
from bot.editor.yaml_places import Path, Places

Value: TypeAlias = "str | int | float | bool | list[str] | dict[str, Any] | None"
Order: TypeAlias = "Callable[[Path], Sequence[str]]"
"""The keys of the mapping at a path, in the order in which they are written."""

WIDTH = 96
"""Columns; English that is longer is folded, Chinese has no spaces to fold it at."""

_BOM = "\ufeff"
_PLAIN = re.compile(
    r"[A-Za-z\u4e00-\u9fff“「《][^:#\[\]{},&*!|>%@`\"'\\]*|\d[^:#\[\]{},&*!|>%@`\"'\\]*"
)
_NO_TEXT = re.compile(r"[-+\d._eE:]+|0[xob]\w+|true|false|null|yes|no|on|off", re.IGNORECASE)
_REST = re.compile(r"[ \t]*(?:#[^\r\n]*)?")
"""What may stand behind a value on its line."""

_HEADER = re.compile(r"[>|][-+\d]*(?P<note>[ \t]+#[^\r\n]*)?")


class NotEditable(AiworkError):
    """The file is written in a way that this cannot change; the sentence says where."""


def put(text: str, path: Path, value: Value, *, order: Order = lambda _: (), note: str = "") -> str:
    """The text with the value at the path, which is made where it is missing. `note` becomes the
    comment behind it; without one, the comment that is there stays. Raises NotEditable."""
    mark, document = _read(text)
    wanted = _with(document.data, path, value)
    if wanted == document.data and not note:
        return text
    comment = f" # {note}" if note else ""
    with suppress(NotEditable):
        return mark + _checked(_put(document, path, value, order, comment), wanted, path)
    made = _put(
        document, path, value, order, comment, fold=False
    )  # a comment below may be in its way
    return mark + _checked(made, wanted, path)


def drop(text: str, path: Path) -> str:
    """The text without the key or entry at the path, and the comments above it. Raises
    NotEditable."""
    mark, document = _read(text)
    wanted = copy.deepcopy(document.data)
    held: Any = _inside(wanted, path[:-1])
    del held[path[-1]]
    if document.is_flow(path[:-1]) or held == {}:
        kept = held if isinstance(held, list) else held or None
        return mark + _checked(_put(document, path[:-1], kept, lambda _: (), ""),
                               _with(wanted, path[:-1], kept), path)  # fmt: skip
    first, end = document.region(path)
    lines = [*document.lines[:first], *document.lines[end:]]
    made = "".join(lines)
    if held == []:
        key_end = document.behind_colon(path[:-1])
        made = (
            f"{document.text[:key_end]} []{document.text[key_end : document.at(first)]}"
            + "".join(document.lines[end:])
        )
    return mark + _checked(made, wanted, path)


def reorder(text: str, path: Path, places: Sequence[int]) -> str:
    """The text with the list's entries in another order: `places` are where each stood. Comments
    go along with the entry that they stand above. Raises NotEditable."""
    mark, document = _read(text)
    entries = _inside(document.data, path)
    wanted = _with(document.data, path, [entries[place] for place in places])
    spans = document.entry_spans(path)
    pieces = [document.text[start:end] for start, end in spans]
    if not document.is_flow(path):
        pieces = [one if one.endswith(("\n", "\r")) else one + document.eol for one in pieces]
    made, end = [], 0
    for (start, after), place in zip(spans, places, strict=True):
        made += [document.text[end:start], pieces[place]]
        end = after
    return mark + _checked("".join([*made, document.text[end:]]), wanted, path)


def put_each(text: str, paths: Iterable[Path], value: str) -> str:
    """The text with the same plain word at each of the paths, which are there and hold a word.
    Raises NotEditable."""
    mark, document = _read(text)
    made, wanted = document.text, document.data
    for path in sorted(paths, key=document.span, reverse=True):
        start, end = document.span(path)
        made = f"{made[:start]}{value}{made[end:]}"
        wanted = _with(wanted, path, value)
    return mark + _checked(made, wanted, ("status",))


def notes(text: str, paths: Iterable[Path]) -> list[list[str]]:
    """For each entry the comments that stand above it, without their signs."""
    _, document = _read(text)
    return [
        [one.strip().lstrip("#").strip() for one in document.lines[slice(*document.comments(path))]]
        for path in paths
    ]


def drop_note(text: str, path: Path, note: str) -> str:
    """The text without that comment above the entry; as it is, where there is none such."""
    mark, document = _read(text)
    first, line = document.comments(path)
    for number in range(first, line):
        if document.lines[number].strip().lstrip("#").strip() == note:
            made = [*document.lines[:number], *document.lines[number + 1 :]]
            return mark + _checked("".join(made), document.data, path)
    return text


def line_of(text: str, path: Path) -> int:
    """The line of a key or entry, from 1."""
    _, document = _read(text)
    return document.line(path) + 1


def read_text(path: File) -> str:
    """The file as it is, its line ends and its mark among it."""
    return path.read_bytes().decode("utf-8")


def write_text(path: File, text: str) -> None:
    """The whole file at once: who reads it meanwhile gets the old one or the new one. Raises
    NotEditable where it cannot be written."""
    target = path.resolve()
    beside = target.with_name(f".{target.name}.tmp")
    try:
        beside.write_bytes(text.encode("utf-8"))
        with suppress(OSError):
            beside.chmod(target.stat().st_mode & 0o777)
        os.replace(beside, target)
    except OSError as error:
        raise NotEditable(f"{path.name} cannot be written: {error.strerror}") from None


def scalar(text: str) -> str:
    """The text as YAML takes it on one line, in quotation marks where it must be; nothing for
    nothing."""
    plain = one_line(text)
    if not plain:
        return ""
    safe = _PLAIN.fullmatch(plain) and not _NO_TEXT.fullmatch(plain)
    return plain if safe else "'" + plain.replace("'", "''") + "'"


def one_line(text: str) -> str:
    """Without line breaks, double spaces and characters that nobody sees."""
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())


def _read(text: str) -> tuple[str, Places]:
    mark = _BOM if text.startswith(_BOM) else ""
    document = Places.read(text.removeprefix(mark))
    if document is None:
        raise NotEditable("YAML cannot read this file: correct it by hand first")
    return mark, document


def _put(
    document: Places, path: Path, value: Value, order: Order, note: str, *, fold: bool = True
) -> str:
    if not document.has(path):
        return _insert(document, path, value, order, note)
    if document.is_flow(path[:-1]):
        whole = _inside(_with(document.data, path, value), path[:-1])
        return _put(document, path[:-1], whole, order, note)
    text, (start, end) = document.text, document.span(path)
    written = _written(value, document.column(path) if fold else -1, text[start:end])
    tail = _HEADER.match(text[start:end]) if document.is_block_scalar(path) else None
    comment = (tail["note"] or "") if tail else ""
    if document.is_block(path) or start == end or written.startswith("\n"):
        start = document.behind_colon(path)
        if "#" in text[start:end] or (written.startswith("\n") and document.is_block(path)):
            raise NotEditable(f"line {document.line(path) + 1}: change this by hand")
        end = max(start, end)
        written = written if written.startswith("\n") else f" {written}"
    if tail is None:
        rest = _REST.match(text, end)
        assert rest is not None
        comment, end = rest[0].rstrip(), rest.end()
    first, joint, below = written.partition("\n")
    below = f"{joint}{below}".replace("\n", document.eol)
    return f"{text[:start]}{first}{note or comment}{below}{text[end:]}"


def _insert(document: Places, path: Path, value: Value, order: Order, note: str) -> str:
    above, key = path[:-1], path[-1]
    held = _inside(document.data, above) if document.has(above) else None
    if not isinstance(key, str):
        raise NotEditable("an entry is added by hand")
    if not isinstance(held, dict) or not held or document.is_flow(above):
        kept = held if isinstance(held, dict) else {}
        return _put(document, above, {**kept, key: value}, order, note)
    keys = list(order(above))
    before = keys[: keys.index(key)] if key in keys else list(held)
    after = [one for one in held if one in before] or list(held)[:1]
    last = max(after, key=lambda one: document.line((*above, one)))
    at = document.end_of_line_after((*above, last))
    indent = document.column((*above, last))
    line = f"{' ' * indent}{key}:{_joined(_written(value, indent, ''))}{note}"
    made = f"\n{line}".replace("\n", document.eol)
    return f"{document.text[:at]}{made}{document.text[at:]}"


def _joined(written: str) -> str:
    return written if written.startswith("\n") or not written else f" {written}"


def _written(value: Value, indent: int, old: str) -> str:
    """The value as it stands behind its key; a mapping begins on a line of its own. `old` is what
    stood there, whose manner is kept."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"{value:.15g}" if isinstance(value, float) else str(value)
        case str():
            return _text(value, indent, old)
        case list():
            if not all(isinstance(one, str) for one in value):
                raise NotEditable(
                    "a list in brackets that holds more than texts: change it by hand"
                )
            return f"[{', '.join(map(scalar, value))}]"
        case _:
            inner = " " * (indent + 2)
            return "".join(
                f"\n{inner}{key}:{_joined(_written(one, indent + 2, ''))}"
                for key, one in value.items()
            )


def _text(text: str, indent: int, old: str) -> str:
    plain = one_line(text)
    foldable = not han(plain) and " " in plain and indent >= 0
    if foldable and (old.startswith((">", "|")) or len(plain) + indent + 8 > WIDTH):
        width = max(40, WIDTH - indent - 2)
        folded = textwrap.wrap(plain, width, break_long_words=False, break_on_hyphens=False)
        return ">-\n" + "\n".join(f"{' ' * (indent + 2)}{line}" for line in folded)
    if old.startswith('"') and not re.search(r"[\"\\]", plain):
        return f'"{plain}"'
    return scalar(plain) or "''"


def _inside(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _with(data: Any, path: Path, value: Value) -> Any:
    """A copy of the data with the value at the path."""
    if not path:
        return one_line(value) if isinstance(value, str) else value
    part, rest = path[0], path[1:]
    if isinstance(part, int):
        return [_with(one, rest, value) if i == part else one for i, one in enumerate(data)]
    held = data if isinstance(data, dict) else {}
    return {**held, part: _with(held.get(part), rest, value)}


def _checked(made: str, wanted: Any, path: Path) -> str:
    document = Places.read(made)
    if document is None or document.data != wanted:
        raise NotEditable(f"{path[-1]} is written in a way that has to be changed by hand")
    return made
