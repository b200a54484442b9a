"""Every id means one thing, and everything that is pointed at is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.library.aliases import plain_key
from bot.library.yaml.diagnostics import Finding
from bot.library.yaml.files import Trees
from bot.library.yaml.parse import Node
from bot.library.yaml.validate import nearest


def identity(trees: Trees) -> Iterator[Finding]:
    yield from _ids_are_used_once(trees)
    yield from _files_are_named_after_their_article(trees)
    if trees.topics is not None:
        yield from _topics_exist(trees, trees.topics.root)
        yield from words_mean_one_topic(trees, trees.topics.root, plain_key)


def ids(trees: Trees) -> Iterator[Node]:
    """Every id of an article, a quote or a topic: they share one space, since people type them
    into the same commands."""
    if trees.topics is not None:
        yield from (topic["slug"] for topic in trees.topics.root["topics"].items())
    for tree in trees.articles:
        yield tree.root["id"]
        yield from (quote["id"] for quote in tree.root["quotes"].items())


def _ids_are_used_once(trees: Trees) -> Iterator[Finding]:
    first: dict[str, Node] = {}
    for node in ids(trees):
        if node.text and first.setdefault(node.text, node) is not node:
            other = first[node.text]
            yield node.finding("id-taken", id=node.text, where=f"{other.tree.file}:{other.line}")


def _files_are_named_after_their_article(trees: Trees) -> Iterator[Finding]:
    for tree in trees.articles:
        stem = tree.file.rpartition("/")[2].removesuffix(".yaml")
        node = tree.root["id"]
        if node.text and node.text != stem:
            yield node.finding("file-name", id=node.text, file=stem)


def _topics_exist(trees: Trees, topics: Node) -> Iterator[Finding]:
    slugs = [topic["slug"].text for topic in topics["topics"].items()]
    for tree in trees.articles:
        for holder in (tree.root, *tree.root["quotes"].items()):
            for node in holder["topics"].items():
                if node.text and node.text not in slugs:
                    yield node.finding(
                        "no-such-topic", topic=node.text, meant=nearest(node.text, slugs)
                    )


def words_mean_one_topic(
    trees: Trees, topics: Node, fold: Callable[[str], str]
) -> Iterator[Finding]:
    """Names and aliases, folded as the lookup folds them; within one topic they may repeat."""
    owner = {fold(node.text): node.text for node in ids(trees) if node.text}
    for topic in topics["topics"].items():
        slug = topic["slug"].text
        for node in (*topic["name"].strings(), *topic["aliases"].items()):
            taken = owner.setdefault(fold(node.text), slug)
            if node.text and taken != slug:
                yield node.finding("word-taken", word=node.text, owner=taken)
