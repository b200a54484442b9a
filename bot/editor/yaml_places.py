"""Where the parts of a YAML file stand: characters of a value, lines of an entry, comments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from bot.library.models.entries import Article
from bot.library.yaml.parse import parse_yaml
from bot.library.yaml.validate import fields, models

Path: TypeAlias = "tuple[str | int, ...]"

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Places:
    """A file that can be read, as its data and the tree of nodes that know their places. Lines
    and columns count from 0."""

    text: str
    data: Any
    root: yaml.Node | None
    starts: tuple[int, ...]
    lines: tuple[str, ...]
    eol: str

    @classmethod
    def read(cls, text: str) -> Places | None:
        """None for what is no YAML of ours. Our own reader goes first: it bounds the depth."""
        tree, wrong = parse_yaml("", text)
        if tree is None or wrong or not isinstance(tree.data, dict):
            return None
        starts = (0, *(found.end() for found in _BREAK.finditer(text)))
        lines = [text[a:b] for a, b in zip(starts, (*starts[1:], len(text)), strict=True)]
        first = _BREAK.search(text)
        root = yaml.compose(text, Loader=_LOADER)
        return cls(text, tree.data, root, starts, tuple(lines), first[0] if first else "\n")

    def has(self, path: Path) -> bool:
        return self._find(path) is not None

    def is_flow(self, path: Path) -> bool:
        """Whether it is a list or mapping within brackets."""
        node = self._find(path)
        return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)

    def is_block(self, path: Path) -> bool:
        """Whether it is a list or mapping whose parts have lines of their own."""
        node = self._find(path)
        return isinstance(node, yaml.CollectionNode) and not node.flow_style

    def is_block_scalar(self, path: Path) -> bool:
        node = self._find(path)
        return isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")

    def line(self, path: Path) -> int:
        """Where the key stands, or the entry begins."""
        return int((self._key(path) or self._node(path)).start_mark.line)

    def column(self, path: Path) -> int:
        return int((self._key(path) or self._node(path)).start_mark.column)

    def at(self, line: int) -> int:
        """The place of the line's first character."""
        return self.starts[line] if line < len(self.starts) else len(self.text)

    def span(self, path: Path) -> tuple[int, int]:
        """The characters of a value; of a block text without the empty lines behind it."""
        node = self._node(path)
        start, end = self._offset(node.start_mark), self._offset(node.end_mark)
        if self.is_block_scalar(path) or self.is_block(path):
            end = start + len(self.text[start:end].rstrip())
        if self.is_block(path):
            last = self._last_line(node)
            end = self.at(last) + len(self.lines[last].rstrip())
        return start, end

    def behind_colon(self, path: Path) -> int:
        key = self._key(path)
        assert key is not None
        end = self._offset(key.end_mark)
        return self.text.index(":", end) + 1

    def end_of_line(self, place: int) -> int:
        found = _BREAK.search(self.text, place)
        return found.start() if found else len(self.text)

    def end_of_line_after(self, path: Path) -> int:
        """The end of the last line of a key's value."""
        last = max(self.line(path), self._last_line(self._node(path)))
        return self.end_of_line(self.at(last))

    def region(self, path: Path) -> tuple[int, int]:
        """The lines of an entry or key with the comments above it, from the first to before the
        last; empty lines behind it are not its own, nor comments that are not set in further."""
        first, _ = self.comments(path)
        end = self._end(path)
        column = self._sign_column(path)
        while end > first + 1 and self._is_outside(end - 1, column):
            end -= 1
        return first, end

    def comments(self, path: Path) -> tuple[int, int]:
        """From the first line of the comments directly above an entry or key to its own line."""
        line = self._begins(path)
        column = self._sign_column(path)
        first = line
        while first > 0 and self._is_comment(first - 1, column):
            first -= 1
        return first, line

    def entry_spans(self, path: Path) -> list[tuple[int, int]]:
        """The characters of each entry of a list: in brackets the bare values, else whole lines
        with the comments above them."""
        places = [(*path, i) for i in range(len(self._node(path).value))]
        if self.is_flow(path):
            return [self.span(place) for place in places]
        return [tuple(map(self.at, self.region(place))) for place in places]  # type: ignore[misc]

    def _begins(self, path: Path) -> int:
        line = self.line(path)
        if isinstance(path[-1], int):
            column = self._node(path[:-1]).start_mark.column
            while line > 0 and self.lines[line][column : column + 1] != "-":
                line -= 1
        return line

    def _end(self, path: Path) -> int:
        """The line on which what follows begins, its comments among it."""
        if not path:
            return len(self.lines)
        above, part = self._node(path[:-1]), path[-1]
        keys: list[str | int] = (
            list(range(len(above.value)))
            if isinstance(part, int)
            else [k.value for k, _ in above.value]
        )
        place = keys.index(part)
        if place + 1 < len(keys):
            return self.comments((*path[:-1], keys[place + 1]))[0]
        return self._end(path[:-1])

    def _sign_column(self, path: Path) -> int:
        """Where the key, or the dash of the entry, stands."""
        above = self._node(path[:-1])
        return self.column(path) if isinstance(path[-1], str) else int(above.start_mark.column)

    def _is_outside(self, line: int, column: int) -> bool:
        return not self.lines[line].strip() or self._is_comment(line, column)

    def _is_comment(self, line: int, column: int) -> bool:
        text = self.lines[line]
        return text.lstrip().startswith("#") and len(text) - len(text.lstrip()) <= column

    def _last_line(self, node: yaml.Node) -> int:
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            key, value = last if isinstance(last, tuple) else (last, last)
            return max(int(key.end_mark.line), self._last_line(value))
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            start, end = self._offset(node.start_mark), self._offset(node.end_mark)
            told = self.text[start:end].rstrip()
            return int(node.start_mark.line) + len(_BREAK.findall(told))
        return int(node.end_mark.line)

    def _offset(self, mark: Any) -> int:
        return self.at(mark.line) + int(mark.column)

    def _key(self, path: Path) -> yaml.Node | None:
        if not path or not isinstance(path[-1], str):
            return None
        above = self._find(path[:-1])
        pairs = above.value if isinstance(above, yaml.MappingNode) else []
        return next((key for key, _ in pairs if key.value == path[-1]), None)

    def _node(self, path: Path) -> Any:
        node = self._find(path)
        assert node is not None, path
        return node

    def _find(self, path: Path) -> Any:
        node: Any = self.root
        for part in path:
            if isinstance(part, int):
                inside = node.value if isinstance(node, yaml.SequenceNode) else []
                node = inside[part] if part < len(inside) else None
            else:
                pairs = node.value if isinstance(node, yaml.MappingNode) else []
                node = next((value for key, value in pairs if key.value == part), None)
            if node is None:
                return None
        return node


def order_of(path: Path) -> tuple[str, ...]:
    """The keys of an article's mapping at a path, as the models have them."""
    model: Any = Article
    for part in (one for one in path if isinstance(one, str)):
        field = next((f for name, f in fields(model) if name == part), None)
        model = next(models(field.annotation), None) if field else None
    return tuple(name for name, _ in fields(model)) if model else ()
