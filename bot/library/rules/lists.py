"""Lists are sorted, so that a change to one entry is a change to one line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from bot.library.yaml.diagnostics import Diagnostic
from bot.library.yaml.parse import Node


def check_order(node: Node, by: str = "") -> Iterator[Diagnostic]:
    """The entries (or their key `by`) ascend by code point and none comes twice."""
    entries = [entry[by] if by else entry for entry in node.items()]
    for before, after in pairwise(entries):
        if before.text and before.text == after.text:
            yield after.diagnostic("repeated", word=after.text)
        elif before.text > after.text > "":
            yield after.diagnostic("unsorted", word=after.text, before=before.text)
            return
