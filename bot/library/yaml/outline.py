"""What rules across files need of an article, as a tree of its own: its ids, states, topics, and
the words of its quotations. A tenth of the whole, and the same rules read either."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.library.yaml.events import Path
from bot.library.yaml.parse import Tree

ENTRIES = ("key_points", "facts", "quotes")
"""Keys of an article that hold entries with ids and topics of their own."""

_OF_ARTICLE = ("id", "status", "topics")
_OF_ENTRY = ("id", "status", "topics", "allow")


def outline_of(tree: Tree) -> Tree:
    """The same tree with nothing but what is compared between files."""
    data = _article(tree.data)
    lines = {path: tree.lines[path] for path in ((), *_paths(data, ())) if path in tree.lines}
    return Tree(tree.file, data, lines, {}, "", tree.withdrawn)


@dataclass(frozen=True, slots=True)
class Summary:
    """What tells that nothing is wrong between files, without their outlines: the ids of an article
    and its entries, all topics that they name, and whether anything in it has a state of its own
    (withdrawn, draft)."""

    ids: tuple[str, ...]
    topics: tuple[str, ...]
    has_states: bool


def summary_of(tree: Tree) -> Summary:
    """Of an outline or of the whole tree."""
    held = list(holders(tree.data))
    ids = (one["id"] for one in held if isinstance(one.get("id"), str))
    named = (one["topics"] for one in held if isinstance(one.get("topics"), list))
    topics = {topic for some in named for topic in some if isinstance(topic, str) and topic}
    states = any(one.get("status", "published") != "published" for one in held)
    return Summary(tuple(filter(None, ids)), tuple(sorted(topics)), states)


def holders(data: Any) -> Iterator[dict[str, Any]]:
    """An article and its entries, as plain data."""
    if not isinstance(data, dict):
        return
    yield data
    for entries in (data[key] for key in ENTRIES if isinstance(data.get(key), list)):
        yield from (entry for entry in entries if isinstance(entry, dict))


def to_json(tree: Tree) -> str:
    """An outline on one line."""
    noted = [[line, day] for line, day in tree.withdrawn.items()]
    lines = [[*path, line] for path, line in tree.lines.items()]
    held = {"data": tree.data, "lines": lines, "withdrawn": noted}
    return json.dumps(held, ensure_ascii=False)


def from_json(file: str, text: str | bytes) -> Tree:
    """The outline again."""
    held = json.loads(text)
    withdrawn = {int(line): str(day) for line, day in held["withdrawn"]}
    lines = {tuple(row[:-1]): int(row[-1]) for row in held["lines"]}
    return Tree(file, held["data"], lines, {}, "", withdrawn)


def _article(data: Any) -> Any:
    if not isinstance(data, dict):
        return None
    held = {key: data[key] for key in _OF_ARTICLE if key in data}
    for key in ENTRIES:
        if isinstance(data.get(key), list):
            wanted = (*_OF_ENTRY, "text") if key == "quotes" else _OF_ENTRY
            held[key] = [_entry(entry, wanted) for entry in data[key]]
    return held


def _entry(entry: Any, wanted: tuple[str, ...]) -> Any:
    if not isinstance(entry, dict):
        return None
    return {key: entry[key] for key in wanted if key in entry}


def _paths(data: Any, path: Path) -> Iterator[Path]:
    inside: Iterable[tuple[str | int, Any]] = ()
    if isinstance(data, dict):
        inside = data.items()
    elif isinstance(data, list):
        inside = enumerate(data)
    for part, value in inside:
        yield (*path, part)
        yield from _paths(value, (*path, part))
