"""Entries as an editor begins, looks at and withdraws them, in their files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import Any, TypeAlias

from bot.core.errors import AiworkError, ContentError
from bot.core.language import Language
from bot.editor.yaml_edit import line_of, one_line, put, read_text, write_text
from bot.editor.yaml_places import order_of
from bot.library.load import build_library
from bot.library.models.entries import Article, FactEntry, QuoteEntry
from bot.library.rules.identity import ids
from bot.library.yaml.diagnostics import problems
from bot.library.yaml.files import ARTICLES, ParsedContent, read_content
from bot.library.yaml.parse import Node
from bot.library.yaml.validate import nearest, validate

Entry: TypeAlias = QuoteEntry | FactEntry | Article

_TEMPLATE = Path(__file__).with_name("template.yaml")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MAX_ID = 48
_NOT_YET = "…"
"""Stands in a drawn draft where nothing is written yet."""


class EditorError(AiworkError):
    """Something an editor asked for that cannot be done; the sentence says what can."""


@dataclass(frozen=True, slots=True)
class Found:
    """An entry in its file, whatever its state, and the article that it stands in."""

    entry: Entry
    article: Article


def begin(folder: Path, name: str, today: date) -> Path:
    """Write the annotated template of a new article. Raises EditorError when the id is none, is
    used already, or its file is there."""
    if not _ID.fullmatch(name) or len(name) > _MAX_ID:
        raise EditorError(
            f"{name} is no id: write lower-case words joined by hyphens, at most {_MAX_ID} long"
        )
    content = read_content(folder)
    for node in ids(content):
        if node.text == name:
            where = f"{node.tree.file}:{node.line}"
            raise EditorError(f"the id {name} is used already, at {where}; take another")
    path = folder / ARTICLES / f"{name}.yaml"
    if path.exists():
        raise EditorError(f"{path} is there already; take another id")
    library, _ = build_library(content)
    values = {"id": name, "today": today.isoformat(), "topics": " ".join(library.topics)}
    text = _TEMPLATE.read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"{{{key}}}", value)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def look_up(folder: Path, name: str, language: Language = Language.EN) -> Found:
    """The article, quote or fact of that id, drafts among them; what a draft lacks is shown as …

    Raises EditorError when there is none (with the nearest), ContentError when what is written
    has not the right shape."""
    content = read_content(folder)
    root, node = _place(content, name)
    if _withdrawn(root, node):
        raise EditorError(f"{name} is withdrawn")
    return as_found(root, node, language)


def as_found(root: Node, node: Node, language: Language = Language.EN) -> Found:
    """The entry at a node of an article's tree, as `look_up` gives it."""
    value = _filled(Article, root.value)
    if root["key_points"].value == [] and list(root["quotes"].items()):
        value["key_points"] = []  # kept for its quotations alone
    article, wrong = validate(Article, root, {**value, "quotes": []})
    entry: Entry | None = article
    if node.path and node.path[0] == "quotes":
        entry, found = validate(QuoteEntry, node, _filled(QuoteEntry, node.value))
        wrong = [*wrong, *found]
    elif node.path:
        entry, found = validate(FactEntry, node, _filled(FactEntry, node.value))
        wrong = [*wrong, *found]
    if article is None or entry is None:
        raise ContentError(problems(wrong, language))
    return Found(entry, article)


def withdraw(folder: Path, name: str, why: str, today: date) -> tuple[Path, int]:
    """Set an entry's status to withdrawn, with the reason as a comment; every other line stays.
    The file and the line. Raises EditorError when there is no such entry, or it is withdrawn."""
    content = read_content(folder)
    root, node = _place(content, name)
    if _withdrawn(root, node):
        raise EditorError(f"{name} is withdrawn already")
    path = folder / ARTICLES / root.tree.file.rpartition("/")[2]
    note = f"{today.isoformat()}: {one_line(why)}"
    at = (*node.path, "status")
    text = put(read_text(path), at, "withdrawn", order=order_of, note=note)
    write_text(path, text)
    return path, line_of(text, at)


def _place(content: ParsedContent, name: str) -> tuple[Node, Node]:
    known: dict[str, tuple[Node, Node]] = {}
    for tree in content.articles:
        known[tree.root["id"].text] = (tree.root, tree.root)
        for one in _entries(tree.root):
            known[one["id"].text] = (tree.root, one)
    if name in known:
        return known[name]
    unread = [one for one in content.diagnostics if one.file.endswith(f"/{name}.yaml")]
    if unread:
        raise ContentError(problems(unread, Language.EN))
    raise EditorError(f"there is no entry {name}; perhaps {nearest(name, _short(known))}")


def _short(known: Mapping[str, object]) -> list[str]:
    return sorted(filter(None, known))


def _entries(root: Node) -> Iterator[Node]:
    for key in ("key_points", "facts", "quotes"):
        yield from root[key].items()


def _withdrawn(*nodes: Node) -> bool:
    return any(node["status"].text == "withdrawn" for node in nodes)


def _filled(model: type[Any], value: Any) -> dict[str, Any]:
    """The value with something in the place of all that a draft lacks; figures that are not whole
    are left out."""
    held = value if isinstance(value, dict) else {}
    made: dict[str, Any] = _merged(_SHAPES[model], held)
    for fact in (made, *_mappings(made.get("key_points")), *_mappings(made.get("facts"))):
        if isinstance(fact.get("figures"), list):
            fact["figures"] = [
                one for one in _mappings(fact["figures"]) if None not in one.values()
            ]
    source = held.get("source")
    if model is Article and isinstance(source, dict) and source.get("published"):
        made["source"]["published_note"] = source.get("published_note")
    return made


def _mappings(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _merged(shape: Any, held: Any) -> Any:
    if isinstance(shape, dict):
        held = held if isinstance(held, dict) else {}
        made = {key: _merged(default, held.get(key)) for key, default in shape.items()}
        return {**{key: one for key, one in held.items() if one is not None}, **made}
    if isinstance(shape, list) and shape and isinstance(held, list):
        return [_merged(default or shape[-1], one) for default, one in zip_longest(shape, held)]
    return shape if held is None or held in ("", [], {}) else held


_BOTH = {"zh-Hans": _NOT_YET, "en": _NOT_YET}
_FACT = {"id": "not-yet", "topics": ["not-yet"], "text": _BOTH, "evidence": _NOT_YET}
_SHAPES: dict[type[Any], dict[str, Any]] = {
    FactEntry: _FACT,
    QuoteEntry: {
        "id": "not-yet",
        "status": "draft",
        "text": _NOT_YET,
        "language": "zh-Hans",
        "translated": False,
        "speaker": {"name": _BOTH, "kind": "named"},
        "attribution": _NOT_YET,
        "topics": ["not-yet"],
        "repair": "none",
        "translation": {},
    },
    Article: {
        "id": "not-yet",
        "status": "draft",
        "language": "zh-Hans",
        "title": _BOTH,
        "title_status": "ours",
        "source": {
            "outlet": None, "original_outlet": None, "url": None, "authors": [],
            "published": None, "published_note": _BOTH, "retrieved": None,
        },
        "pseudonyms": [],
        "topics": ["not-yet"],
        "summary": _BOTH,
        "key_points": [_FACT] * 5,
        "quotes": [],
    },
}  # fmt: skip
