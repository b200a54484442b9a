"""The first line of a file tells editors' programs which keys belong in it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.library.yaml.diagnostics import WHOLE_FILE, Diagnostic
from bot.library.yaml.parse import Tree


def check_header(tree: Tree, schema: str) -> Iterator[Diagnostic]:
    line = f"# yaml-language-server: $schema={schema}"
    if tree.head != line:
        yield Diagnostic(tree.file, 1, WHOLE_FILE, "no-header", {"line": line})
