"""YAML's events, one after the other, as plain data with the line of every key.

Nothing is ever constructed, aliases are refused before they can multiply, and depth is bounded
(libyaml's composer recurses in C and overflows the stack on 50,000 nested lists). Without
quotation marks only numbers, true, false and null are more than text, so that a day stays a day
and `no` stays a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from bot.library.yaml.diagnostics import WHOLE_FILE, Diagnostic

Value: TypeAlias = "bool | int | float | str | list[Any] | dict[str, Any] | None"
Path: TypeAlias = "tuple[str | int, ...]"

MAX_DEPTH = 10
"""Lists and mappings inside each other; content needs 6."""

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "false": False}
_NUMBER = re.compile(r"[-+]?([0-9]+|[0-9]*\.[0-9]+|[0-9]+\.)([eE][-+]?[0-9]{1,2})?")
_MAX_DIGITS = 30
"""Longer runs of digits are text: Python refuses to read numbers of more than 4,300."""


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being filled; `key` is the mapping's key that awaits a value."""

    container: list[Any] | dict[str, Any]
    path: Path
    key: str | None = None


@dataclass(slots=True)
class Builder:
    """`incomplete` says that something could not be put in its place: the data is not whole."""

    file: str
    root: Value = None
    documents: int = 0
    stack: list[_Open] = field(default_factory=list)
    lines: dict[Path, int] = field(default_factory=lambda: {(): 1})
    written: dict[Path, str] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    incomplete: bool = False
    skipping: bool = False
    skipped_depth: int = 0

    def take(self, event: yaml.Event) -> bool:
        """Whether to go on."""
        if self.skipping:
            return self._skip(event)
        match event:
            case yaml.DocumentStartEvent():
                return self._open_document(event)
            case yaml.AliasEvent():
                self._report_at(event, "alias", name=str(event.anchor))
                self.incomplete = True
                return self._put(None, event)
            case yaml.ScalarEvent():
                self._refuse_anchor_and_tag(event)
                return self._take_scalar(event)
            case yaml.SequenceStartEvent():
                return self._descend([], event)
            case yaml.MappingStartEvent():
                return self._descend({}, event)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self.stack.pop()
        return True

    def report(self, code: str, line: int, **values: str) -> None:
        path = self._path()
        key = label(self.root, path) or WHOLE_FILE
        self.diagnostics.append(Diagnostic(self.file, line, key, code, values))

    def _open_document(self, event: yaml.DocumentStartEvent) -> bool:
        self.documents += 1
        if self.documents > 1:
            self._report_at(event, "many-documents")
        return self.documents == 1

    def _take_scalar(self, event: yaml.ScalarEvent) -> bool:
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.container, dict) and top.key is None:
            top.key = event.value
            self._take_key(top, event)
            return True
        plain = event.style in (None, "") and event.tag is None
        value = _read_plain(event.value) if plain else event.value
        if isinstance(value, int | float) and not isinstance(value, bool):
            self.written[self._path()] = event.value
        return self._put(value, event)

    def _take_key(self, top: _Open, event: yaml.ScalarEvent) -> None:
        path = (*top.path, event.value)
        if path in self.lines:
            self._report_at(event, "duplicate-key", first=str(self.lines[path]))
            self.skipping = True
        else:
            self.lines[path] = _line(event)

    def _skip(self, event: yaml.Event) -> bool:
        """Pass over the value of a key that was given before, however deep it is."""
        if isinstance(event, yaml.CollectionStartEvent):
            self.skipped_depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            self.skipped_depth -= 1
        if self.skipped_depth == 0:
            self.skipping = False
            self.stack[-1].key = None
        return True

    def _descend(self, container: list[Any] | dict[str, Any], event: Any) -> bool:
        self._refuse_anchor_and_tag(event)
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.container, dict) and top.key is None:
            self._report_at(event, "key-not-text")
            return False
        if len(self.stack) >= MAX_DEPTH:
            self._report_at(event, "too-deep")
            return False
        path = self._path()
        self._put(container, event)
        self.stack.append(_Open(container, path))
        return True

    def _put(self, value: Value, event: yaml.Event) -> bool:
        if not self.stack:
            self.root = value
            return True
        top = self.stack[-1]
        if isinstance(top.container, list):
            self.lines[self._path()] = _line(event)
            top.container.append(value)
        elif top.key is None:  # an alias where a key is due
            return False
        else:
            top.container[top.key] = value
            top.key = None
        return True

    def _refuse_anchor_and_tag(self, event: Any) -> None:
        if event.anchor is not None:
            self._report_at(event, "anchor", name=event.anchor)
        if event.tag is not None:
            self._report_at(event, "tag", name=event.tag)

    def _report_at(self, event: yaml.Event, code: str, **values: str) -> None:
        self.report(code, _line(event), **values)

    def _path(self) -> Path:
        """Where the next value goes."""
        if not self.stack:
            return ()
        top = self.stack[-1]
        if isinstance(top.container, list):
            return (*top.path, len(top.container))
        return (*top.path, top.key) if top.key is not None else top.path


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _read_plain(text: str) -> Value:
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if len(text) <= _MAX_DIGITS and _NUMBER.fullmatch(text):
        return int(text) if text.lstrip("+-").isdigit() else float(text)
    return text


def label(data: Any, path: Path) -> str:
    label = ""
    for part in path:
        data = _child(data, part)
        if isinstance(part, str):
            label += f".{part}"
        else:
            name = data.get("id", data.get("slug")) if isinstance(data, dict) else None
            label += f"[{name if isinstance(name, str) else part + 1}]"
    return label.removeprefix(".")


def _child(data: Any, part: str | int) -> Any:
    if isinstance(part, str):
        return data.get(part) if isinstance(data, dict) else None
    return data[part] if isinstance(data, list) and part < len(data) else None
