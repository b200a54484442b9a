"""One YAML file as plain data that remembers on which line each key stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

from bot.library.yaml.diagnostics import WHOLE_FILE, Diagnostic
from bot.library.yaml.events import Builder, Path, Value, label
from bot.library.yaml.explain import explain

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


_WITHDRAWN = re.compile(r"\s*status:\s*withdrawn\s+#\s*(\d{4}-\d{2}-\d{2})\b")
"""What `content withdraw` writes; YAML itself keeps no comments."""


@dataclass(frozen=True, slots=True)
class Tree:
    """`lines` says where each key or list item stands (the root is `()`), `written` how each
    number was spelt, so that `002` can be shown back. `head` is the first line as it stands,
    `withdrawn` the days that are noted behind `status: withdrawn`, by their lines."""

    file: str
    data: Value
    lines: Mapping[Path, int]
    written: Mapping[Path, str]
    head: str = ""
    withdrawn: Mapping[int, str] = field(default_factory=dict)

    @property
    def root(self) -> Node:
        return Node(self, (), self.data)


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a tree, there or not: asking for what is missing or of another kind gives an
    empty node, so that a rule need not care whether another rule has failed."""

    tree: Tree
    path: Path
    value: Value = None

    def __getitem__(self, key: str) -> Node:
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return Node(self.tree, (*self.path, key), value)

    @property
    def text(self) -> str:
        return self.value if isinstance(self.value, str) else ""

    def items(self) -> Iterator[Node]:
        """The entries of a list."""
        if isinstance(self.value, list):
            for index, value in enumerate(self.value):
                yield Node(self.tree, (*self.path, index), value)

    def strings(self) -> Iterator[Node]:
        """Every text at or below this place."""
        if isinstance(self.value, str):
            yield self
        elif isinstance(self.value, dict):
            for key in self.value:
                yield from self[key].strings()
        else:
            for item in self.items():
                yield from item.strings()

    @property
    def key(self) -> str:
        """`quotes[nobody-takes-vacation].speaker.name.en`: entries by their id, or by number
        counted from 1."""
        return label(self.tree.data, self.path) or WHOLE_FILE

    @property
    def line(self) -> int:
        """Where the key stands; for a missing one, where the nearest thing around it begins."""
        path = self.path
        while path not in self.tree.lines:
            path = path[:-1]
        return self.tree.lines[path]

    def diagnostic(self, code: str, **values: str) -> Diagnostic:
        return Diagnostic(self.tree.file, self.line, self.key, code, values)


def parse_yaml(file: str, text: str) -> tuple[Tree | None, list[Diagnostic]]:
    """The text as a tree, with everything that YAML allows and we do not. No tree when the text
    cannot be read to its end: the last diagnostic then says why."""
    builder = Builder(file)
    try:
        whole = all(map(builder.take, yaml.parse(text, Loader=_LOADER))) and not builder.incomplete
    except yaml.MarkedYAMLError as error:
        line, code, values = explain(error, text)
        builder.report(code, line, **values)
        whole = False
    head = text.partition("\n")[0].rstrip()
    noted = {
        number: found[1]
        for number, line in enumerate(text.split("\n"), 1)
        if (found := _WITHDRAWN.match(line)) and _is_day(found[1])
    }
    tree = Tree(file, builder.root, builder.lines, builder.written, head, noted)
    return tree if whole else None, builder.diagnostics


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
