"""The content folder on disk: which files it has, whether they can be read, and their trees."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.library.yaml.diagnostics import WHOLE_FILE, Diagnostic
from bot.library.yaml.parse import Node, Tree, parse_yaml

TOPICS = "topics.yaml"
ARTICLES = "articles"

MAX_BYTES = 256_000
"""Ten times the longest article file we have; more is a mistake, and would hold up the start."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
"""What libyaml refuses to read, and the line breaks that no editor shows as such."""

_MEANT = re.compile(r"^[^.].*\.(ya?ml|ya?ml\.txt|txt|json)$", re.IGNORECASE)
"""Names that an editor gives to an article, if sometimes the wrong one."""

_DRAFT = re.compile(rb"^status:[ \t]*[\"']?draft\b", re.MULTILINE)
"""Said before anything is parsed: a draft that cannot be read must stop nobody either."""

_JOINER = "\u200d"
"""Allowed: it holds family and profession emoji together."""


@dataclass(frozen=True, slots=True)
class ParsedContent:
    """The trees of all files that could be read, and what is wrong with these and the others.

    Equal content has an equal `version`. Drafts come last in `articles`; `drafts` are the names of
    their files, those among them that cannot be read."""

    articles: tuple[Tree, ...]
    topics: Tree | None
    diagnostics: tuple[Diagnostic, ...]
    version: str
    drafts: frozenset[str] = frozenset()

    def is_of_a_draft(self, diagnostic: Diagnostic) -> bool:
        """Whether it is about what nobody is shown yet: a draft, or a draft entry of an article."""
        return diagnostic.file in self.drafts or any(
            tree.file == diagnostic.file and diagnostic.key.startswith(_draft_entries(tree))
            for tree in self.articles
        )


@dataclass(frozen=True)
class ContentFile:
    """A file of the content as it lies there: `place` within the folder, `file` as it is told.
    `unread` says why there are no bytes; what the bytes mean is parsed when it is first asked."""

    place: str
    file: str
    raw: bytes
    unread: tuple[Diagnostic, ...] = ()

    @cached_property
    def parsed(self) -> tuple[Tree | None, tuple[Diagnostic, ...]]:
        """Its tree, if it has one, and everything that is wrong with it as YAML."""
        if self.unread:
            return None, self.unread
        tree, found = _parse_file(self.file, self.raw)
        return tree, tuple(found)

    @property
    def is_draft(self) -> bool:
        held = self.place != TOPICS and b"draft" in self.raw
        return held and _DRAFT.search(self.raw) is not None


def missing_folder(folder: Path) -> Diagnostic | None:
    """What is wrong when the folder is none."""
    if folder.is_dir():
        return None
    return Diagnostic(folder.resolve().name, 1, WHOLE_FILE, "no-folder")


def content_files(
    folder: Path, instead: Mapping[str, bytes] | None = None
) -> Iterator[ContentFile]:
    """topics.yaml, then the articles by name; one after the other, so that not all need be held.
    `instead` has what to take for a file (`articles/x.yaml`) that is there, before it is
    written."""
    name = folder.resolve().name
    for path in _files(folder):
        place = path.relative_to(folder).as_posix()
        if instead and place in instead:
            yield ContentFile(place, f"{name}/{place}", instead[place])
        else:
            yield _read_file(path, place, f"{name}/{place}")


class Version:
    """The SHA-256 of every file's name and bytes: equal content, equal version."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, file: ContentFile) -> None:
        self._digest.update(f"{file.place}\0{len(file.raw)}\0".encode() + file.raw)

    def __str__(self) -> str:
        return self._digest.hexdigest()


def read_content(folder: Path) -> ParsedContent:
    """Read everything; what cannot be read becomes a diagnostic, never an error."""
    if missing := missing_folder(folder):
        return ParsedContent((), None, (missing,), "")
    diagnostics: list[Diagnostic] = []
    trees: dict[str, Tree] = {}
    drafts: set[str] = set()
    version = Version()
    for file in content_files(folder):
        version.add(file)
        tree, found = file.parsed
        diagnostics += found
        if file.is_draft:
            drafts.add(file.file)
        if tree is not None:
            trees[file.place] = tree
    topics = trees.pop(TOPICS, None)
    articles = sorted(trees.values(), key=lambda tree: tree.file in drafts)
    return ParsedContent(
        tuple(articles), topics, tuple(diagnostics), str(version), frozenset(drafts)
    )


def _draft_entries(tree: Tree) -> tuple[str, ...]:
    """How the keys of an article's draft entries begin: `quotes[some-id]`."""
    return tuple(
        entry.key
        for key in ("key_points", "facts", "quotes")
        for entry in tree.root[key].items()
        if entry["status"].text == "draft"
    )


def _files(folder: Path) -> list[Path]:
    """topics.yaml, whether it is there or not, and every article; what else lies there (backups of
    editors, Thumbs.db, a README) is nobody's content and stops nothing, but a misnamed article is
    told."""
    try:
        inside = sorted((folder / ARTICLES).iterdir())
    except OSError:
        return [folder / TOPICS, folder / ARTICLES]
    return [folder / TOPICS, *(path for path in inside if _MEANT.search(path.name))]


def _read_file(path: Path, place: str, file: str) -> ContentFile:
    code = _unfit(path)
    if code:
        found = Diagnostic(file, 1, WHOLE_FILE, code, {"name": path.stem})
        return ContentFile(place, file, b"", (found,))
    try:
        return ContentFile(place, file, path.read_bytes())
    except OSError as error:
        why = {"why": error.strerror or str(error)}
        return ContentFile(place, file, b"", (Diagnostic(file, 1, WHOLE_FILE, "unreadable", why),))


def _unfit(path: Path) -> str:
    """The code of what keeps the path from being read as a content file, or nothing. Looks
    before it opens: a named pipe would never end."""
    status = _status(path)
    if status is None:
        return "missing-file"
    if stat.S_ISDIR(status.st_mode):
        return "directory"
    if path.suffix != ".yaml":
        return "not-yaml"
    if not stat.S_ISREG(status.st_mode):
        return "not-a-file"
    return "too-large" if status.st_size > MAX_BYTES else ""


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _parse_file(file: str, raw: bytes) -> tuple[Tree | None, list[Diagnostic]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return None, [Diagnostic(file, line, WHOLE_FILE, "not-utf-8")]
    if tabs := list(_tabs(file, text)):
        return None, tabs
    diagnostics = list(_controls(file, text))
    tree, found = parse_yaml(file, _CONTROL.sub("", text))
    diagnostics += found
    if tree is None:
        return None, diagnostics
    if tree.data is None:
        return None, [*diagnostics, Diagnostic(file, 1, WHOLE_FILE, "empty-file")]
    return tree, [*diagnostics, *_unseen(tree.root)]


def _tabs(file: str, text: str) -> Iterator[Diagnostic]:
    """YAML refuses tabs that indent, and stops at the first; this tells them all."""
    for number, line in enumerate(text.split("\n"), 1):
        if "\t" in line[: len(line) - len(line.lstrip())] and line.strip():
            yield Diagnostic(file, number, WHOLE_FILE, "tab")


def _controls(file: str, text: str) -> Iterator[Diagnostic]:
    for match in _CONTROL.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Diagnostic(file, line, WHOLE_FILE, "unseen", {"character": _code_point(match[0])})


def _unseen(root: Node) -> Iterator[Diagnostic]:
    """Characters that nobody sees: bidi marks, zero-width and no-break spaces, private use."""
    for node in root.strings():
        if node.text.replace("\n", "").isprintable():
            continue
        for character in dict.fromkeys(node.text):
            if not character.isprintable() and character not in ("\n", _JOINER):
                yield node.diagnostic("unseen", character=_code_point(character))


def _code_point(character: str) -> str:
    return f"U+{ord(character):04X}"
