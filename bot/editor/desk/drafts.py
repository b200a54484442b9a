"""The drafts of a content folder, and one of them as an editor looks at it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path as File
from typing import Any

from bot.core.errors import Problem
from bot.core.language import Language
from bot.editor.desk.fields import ARTICLE, DeskKey, keys_of, shown
from bot.editor.desk.marks import Mark, letters_of, marks_of
from bot.editor.entries import EditorError
from bot.editor.fix import fix_text
from bot.editor.importer.draft import DOUBTFUL, LOST, SHORT
from bot.editor.importer.quotations import ALONE, EMBEDDED, WHO
from bot.editor.source_copy import SourceCopy, read_source_copy
from bot.editor.yaml_edit import NotEditable, notes, put_each, read_text
from bot.editor.yaml_places import Path
from bot.library.check import check
from bot.library.models.fields import PublicationStatus
from bot.library.yaml.events import label
from bot.library.yaml.files import ARTICLES, read_content
from bot.library.yaml.outline import ENTRIES
from bot.library.yaml.parse import Node, parse_yaml

_DOUBTED = {WHO: "speaker", ALONE: "speaker", EMBEDDED: "text", SHORT: "context", LOST: "text"}
"""Which field a doubt of the importer's is about."""


@dataclass(frozen=True, slots=True)
class DraftInList:
    """A line of the list: `wrong` says why it cannot be opened."""

    id: str
    title: str
    undecided: int = 0
    doubts: int = 0
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class DeskField:
    path: Path
    key: DeskKey
    value: str
    doubted: bool
    findings: tuple[Problem, ...]

    @property
    def name(self) -> str:
        return name_of(self.path)


@dataclass(frozen=True, slots=True)
class DraftEntry:
    """A quotation or fact that may be taken. `findings` are those of no field of its own."""

    path: Path
    id: str
    status: str
    fields: tuple[DeskField, ...]
    doubts: tuple[str, ...]
    findings: tuple[Problem, ...]
    marks: tuple[Mark, ...]

    @property
    def name(self) -> str:
        return name_of(self.path)

    @property
    def mistakes(self) -> tuple[Problem, ...]:
        inner = (problem for one in self.fields for problem in one.findings)
        return (*self.findings, *inner)


@dataclass(frozen=True, slots=True)
class ReviewedDraft:
    """A draft as it stands in its file, checked as if all of it were published."""

    id: str
    file: File
    text: str
    root: Node
    fields: tuple[DeskField, ...]
    candidates: tuple[DraftEntry, ...]
    findings: tuple[Problem, ...]
    source: SourceCopy | None

    @property
    def version(self) -> str:
        return version_of(self.text)

    @property
    def undecided(self) -> tuple[DraftEntry, ...]:
        return tuple(one for one in self.candidates if one.status == "draft")

    def candidate(self, name: str) -> DraftEntry:
        """Raises EditorError when there is none of that name."""
        found = next((one for one in self.candidates if one.name == name), None)
        if found is None:
            raise EditorError(f"there is no candidate {name} in {self.id}")
        return found

    def entry(self, name: str) -> Path:
        """Where a candidate stands, or a figure of one. Raises EditorError."""
        head, _, number = name.rpartition("-figures-")
        if not head:
            return self.candidate(name).path
        path = (*self.candidate(head).path, "figures", int(number) if number.isdecimal() else -1)
        if value_at(self.root.value, path) is None:
            raise EditorError(f"there is no figure {name} in {self.id}")
        return path


def name_of(path: Path) -> str:
    """`quotes-0-text`: a path as a name of a form and of a place on its page."""
    return "-".join(map(str, path))


def version_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def drafts_in(folder: File) -> list[DraftInList]:
    """What waits: drafts, and articles with draft entries; those that cannot be read with why."""
    content = read_content(folder)
    found: list[DraftInList] = []
    read = {tree.file for tree in content.articles}
    for tree in content.articles:
        root = tree.root
        waiting = [entry for entry in _entries(root) if entry["status"].text == "draft"]
        if root["status"].text == "draft" or (waiting and root["status"].text != "withdrawn"):
            stem = tree.file.rpartition("/")[2].removesuffix(".yaml")
            title = root["title"]["zh-Hans"].text or root["title"]["en"].text
            found.append(DraftInList(stem, title, len(waiting), _doubts_of(folder, stem, root)))
    for file in sorted(content.drafts - read):
        wrong = next(str(one.code) for one in content.diagnostics if one.file == file)
        found.append(DraftInList(file.rpartition("/")[2].removesuffix(".yaml"), "", wrong=wrong))
    return sorted(found, key=lambda one: one.id)


def open_draft(
    folder: File, name: str, language: Language, today: date, *, checked: bool = True
) -> ReviewedDraft:
    """Raises EditorError when there is no such article, or it cannot be read."""
    file = file_of(folder, name)
    try:
        text = read_text(file)
    except (OSError, UnicodeDecodeError):
        raise EditorError(f"there is no draft {name}") from None
    tree, _ = parse_yaml(
        f"{folder.resolve().name}/{ARTICLES}/{file.name}", text.removeprefix("\ufeff")
    )
    if tree is None or not isinstance(tree.data, dict):
        raise EditorError(f"{file.name} cannot be read: `aiwork content check` says where")
    found = findings_in(folder, file, text, language, today) if checked else []
    source = read_source_copy(folder, name)
    return _Reading(text, tree.root, found, source).draft(name, file)


def file_of(folder: File, name: str) -> File:
    """The file of an id; of what is none, a file that is not there."""
    plain = "".join(c for c in name if c.isascii() and (c.isalnum() or c in "-_"))
    return folder / ARTICLES / f"{plain}.yaml"


def findings_in(
    folder: File, file: File, text: str, language: Language, today: date
) -> list[Problem]:
    """What `check` would say of the file if all of it were published now."""
    try:
        whole = as_published(text)
    except NotEditable:
        whole = text
    instead = {f"{ARTICLES}/{file.name}": whole.encode()}
    found = check(folder, language, today, instead)
    return [one for one in found if one.file.endswith(f"/{ARTICLES}/{file.name}")]


def as_published(text: str) -> str:
    """The text with every draft in it published, and what needs no judgement set right."""
    tree, _ = parse_yaml("", text.removeprefix("\ufeff"))
    nodes = (tree.root, *_entries(tree.root)) if tree else ()
    drafts = [(*one.path, "status") for one in nodes if one["status"].text == "draft"]
    return fix_text(put_each(text, drafts, "published"))[0]


class _Reading:
    def __init__(
        self, text: str, root: Node, found: Sequence[Problem], source: SourceCopy | None
    ) -> None:
        self._text, self._root, self._source = text, root, source
        self._left = list(found)
        self._held = letters_of(source.passages if source else ())
        self._doubts = doubts_in(text, [entry.path for entry in _entries(root)])

    def draft(self, name: str, file: File) -> ReviewedDraft:
        candidates = tuple(self._candidates())
        fields = tuple(self._fields((), ARTICLE, ()))
        return ReviewedDraft(
            name, file, self._text, self._root, fields, candidates, tuple(self._left), self._source
        )

    def _candidates(self) -> Iterator[DraftEntry]:
        for node in _entries(self._root):
            status = status_of(node)
            if status != "withdrawn" and isinstance(node.value, dict):
                yield self._candidate(node, status)

    def _candidate(self, node: Node, status: str) -> DraftEntry:
        section = str(node.path[0])
        doubts = self._doubts[node.path]
        fields = tuple(self._fields(node.path, keys_of(node.value, section), doubts))
        findings = self._take(node.key)
        words = node["text" if section == "quotes" else "evidence"].text
        marks = tuple(marks_of(words, name_of(node.path), self._held))
        return DraftEntry(node.path, node["id"].text, status, fields, doubts, findings, marks)

    def _fields(
        self, above: Path, keys: Sequence[DeskKey], doubts: Sequence[str]
    ) -> Iterator[DeskField]:
        doubted = {_DOUBTED.get(doubt.partition(":")[0], _DOUBTED.get(doubt)) for doubt in doubts}
        for key in keys:
            path = (*above, *key.path)
            value = value_at(self._root.value, path)
            found = self._take(label(self._root.value, path), around=True)
            yield DeskField(path, key, shown(value), key.name in doubted, found)

    def _take(self, key: str, *, around: bool = False) -> tuple[Problem, ...]:
        """The findings at a key or below it, each told once; `around`: of the mapping that it
        stands in, too, when that is missing."""
        taken = [
            one
            for one in self._left
            if one.key == key
            or one.key.startswith((f"{key}.", f"{key}["))
            or (around and key.startswith(f"{one.key}.") and one.key.rpartition(".")[2] in _PARTS)
        ]
        self._left = [one for one in self._left if one not in taken]
        return tuple(taken)


_PARTS = ("title", "summary", "translation", "speaker", "name", "role", "organisation", "context",
          "published_note", "text", "what", "who_says", "source")  # fmt: skip


def status_of(node: Node) -> str:
    """What is no status is told by the check, and keeps the entry from being taken."""
    written = node["status"]
    known = written.text in list(PublicationStatus)
    return written.text if known else "published" if written.value is None else "draft"


def doubts_in(text: str, paths: Sequence[Path]) -> dict[Path, tuple[str, ...]]:
    """What the comments above each entry call doubtful."""
    return {
        path: tuple(one.removeprefix(DOUBTFUL) for one in told if one.startswith(DOUBTFUL))
        for path, told in zip(paths, notes(text, paths), strict=True)
    }


def _doubts_of(folder: File, name: str, root: Node) -> int:
    try:
        text = read_text(file_of(folder, name))
        found = doubts_in(text, [entry.path for entry in _entries(root)])
    except (OSError, NotEditable):
        return 0
    return sum(map(len, found.values()))


def _entries(root: Node) -> Iterator[Node]:
    for section in reversed(ENTRIES):
        yield from root[section].items()


def value_at(data: Any, path: Path) -> Any:
    """The value at a path; None where there is none."""
    for part in path:
        if isinstance(part, int):
            data = data[part] if isinstance(data, list) and 0 <= part < len(data) else None
        else:
            data = data.get(part) if isinstance(data, dict) else None
    return data
