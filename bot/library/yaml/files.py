"""The content folder on disk: which files it has, whether they can be read, and their trees."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.library.yaml.diagnostics import WHOLE_FILE, Finding
from bot.library.yaml.parse import Node, Tree, grow

TOPICS = "topics.yaml"
ARTICLES = "articles"

MAX_BYTES = 256_000
"""Ten times the longest article file we have; more is a mistake, and would hold up the start."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
"""What libyaml refuses to read, and the line breaks that no editor shows as such."""

_JOINER = "\u200d"
"""Allowed: it holds family and profession emoji together."""


@dataclass(frozen=True, slots=True)
class Trees:
    """The trees of all files that could be read, and what is wrong with these and the others.

    `version` is the SHA-256 of every file's name and bytes: equal content, equal version."""

    articles: tuple[Tree, ...]
    topics: Tree | None
    findings: tuple[Finding, ...]
    version: str


def read(folder: Path) -> Trees:
    """Read everything; what cannot be read becomes a finding, never an error."""
    name = folder.resolve().name
    if not folder.is_dir():
        return Trees((), None, (Finding(name, 1, WHOLE_FILE, "no-folder"),), "")
    findings: list[Finding] = []
    grown: dict[str, Tree] = {}
    digest = hashlib.sha256()
    for path in _files(folder):
        place = path.relative_to(folder).as_posix()
        raw, tree, found = _read_file(path, f"{name}/{place}")
        digest.update(f"{place}\0{len(raw)}\0".encode() + raw)
        findings += found
        if tree is not None:
            grown[place] = tree
    topics = grown.pop(TOPICS, None)
    return Trees(tuple(grown.values()), topics, tuple(findings), digest.hexdigest())


def _files(folder: Path) -> list[Path]:
    """topics.yaml, whether it is there or not, and everything in articles/ that is not hidden."""
    try:
        inside = sorted((folder / ARTICLES).iterdir())
    except OSError:
        inside = [folder / ARTICLES]
    return [folder / TOPICS, *(path for path in inside if not path.name.startswith("."))]


def _read_file(path: Path, file: str) -> tuple[bytes, Tree | None, list[Finding]]:
    code = _unfit(path)
    if code:
        return b"", None, [Finding(file, 1, WHOLE_FILE, code, {"name": path.stem})]
    try:
        raw = path.read_bytes()
    except OSError as error:
        why = {"why": error.strerror or str(error)}
        return b"", None, [Finding(file, 1, WHOLE_FILE, "unreadable", why)]
    return raw, *_plant(file, raw)


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


def _plant(file: str, raw: bytes) -> tuple[Tree | None, list[Finding]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return None, [Finding(file, line, WHOLE_FILE, "not-utf-8")]
    if tabs := list(_tabs(file, text)):
        return None, tabs
    findings = list(_controls(file, text))
    tree, found = grow(file, _CONTROL.sub("", text))
    findings += found
    if tree is None:
        return None, findings
    if tree.data is None:
        return None, [*findings, Finding(file, 1, WHOLE_FILE, "empty-file")]
    return tree, [*findings, *_unseen(tree.root)]


def _tabs(file: str, text: str) -> Iterator[Finding]:
    """YAML refuses tabs that indent, and stops at the first; this tells them all."""
    for number, line in enumerate(text.split("\n"), 1):
        if "\t" in line[: len(line) - len(line.lstrip())] and line.strip():
            yield Finding(file, number, WHOLE_FILE, "tab")


def _controls(file: str, text: str) -> Iterator[Finding]:
    for match in _CONTROL.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Finding(file, line, WHOLE_FILE, "unseen", {"character": _code_point(match[0])})


def _unseen(root: Node) -> Iterator[Finding]:
    """Characters that nobody sees: bidi marks, zero-width and no-break spaces, private use."""
    for node in root.strings():
        if node.text.replace("\n", "").isprintable():
            continue
        for character in dict.fromkeys(node.text):
            if not character.isprintable() and character not in ("\n", _JOINER):
                yield node.finding("unseen", character=_code_point(character))


def _code_point(character: str) -> str:
    return f"U+{ord(character):04X}"
