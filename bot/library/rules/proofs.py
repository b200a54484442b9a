"""Whether quotations and evidence stand in their source, for articles with a proof."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.library.proof import Proof, read_proof
from bot.library.yaml.diagnostics import Diagnostic
from bot.library.yaml.files import ParsedContent
from bot.library.yaml.parse import Node


def check_proof(root: Node, proof: Proof | None) -> Iterator[Diagnostic]:
    """Of one article, where it has a proof."""
    if proof and root["status"].text != "withdrawn":
        yield from _unproved(root, proof)


def without_proof(content: ParsedContent, folder: Path) -> tuple[str, ...]:
    """The published articles that nothing can be proved of."""
    roots = (tree.root for tree in content.articles)
    names = [root["id"].text for root in roots if root["status"].text == "published"]
    return tuple(name for name in names if read_proof(folder, name) is None)


def _unproved(root: Node, proof: Proof) -> Iterator[Diagnostic]:
    for key in ("key_points", "facts", "quotes"):
        for entry in root[key].items():
            for name in ("text", "attribution") if key == "quotes" else ("evidence",):
                node = entry[name]
                told = entry["status"].text != "withdrawn" and proof.holds(node.text) is False
                if told and _of_the_source(entry, name, root):
                    yield node.diagnostic("not-in-source")


def _of_the_source(entry: Node, name: str, root: Node) -> bool:
    """A quotation in another language than the article's source is proved elsewhere."""
    return name != "text" or entry["language"].text == root["language"].text
