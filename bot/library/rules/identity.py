"""Every id means one thing, and everything that is pointed at is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.library.aliases import plain_key, words_of
from bot.library.models.entries import Topic
from bot.library.yaml.diagnostics import Diagnostic
from bot.library.yaml.files import ParsedContent
from bot.library.yaml.outline import ENTRIES, Summary, holders
from bot.library.yaml.parse import Node
from bot.library.yaml.validate import nearest


def check_identity(content: ParsedContent) -> Iterator[Diagnostic]:
    yield from _ids_are_used_once(content)
    yield from _files_are_named_after_their_article(content)
    if content.topics is not None:
        yield from _topics_exist(content, content.topics.root)
        yield from check_words_mean_one_topic(content, content.topics.root, plain_key)


def nothing_clashes(summaries: Mapping[str, Summary], topics: Sequence[Topic]) -> bool:
    """Whether `check_identity` has nothing to tell, seen without the outlines. `summaries` are by
    their file. When in doubt, no."""
    told = [slug for topic in topics if (slug := topic.slug)]
    told += [name for one in summaries.values() for name in one.ids]
    if len(told) != len(set(told)):
        return False
    known = {topic.slug for topic in topics}
    for file, one in summaries.items():
        stem = file.rpartition("/")[2].removesuffix(".yaml")
        if one.ids[:1] != (stem,) or not known.issuperset(one.topics):
            return False
    owner = {plain_key(text): text for text in told}
    words = ((topic.slug, word) for topic in topics for word in words_of(topic))
    return all(owner.setdefault(plain_key(word), slug) == slug for slug, word in words)


def check_texts_are_said_once(content: ParsedContent) -> Iterator[Diagnostic]:
    """The same quotation under two ids would be served as two; how it is punctuated is no
    difference."""
    first: dict[str, Node] = {}
    for quote in (quote for tree in content.articles for quote in tree.root["quotes"].items()):
        text = plain_key(quote["text"].text)
        if text and first.setdefault(text, quote) is not quote:
            yield quote["text"].diagnostic("said-twice", id=first[text]["id"].text)


def ids(content: ParsedContent) -> Iterator[Node]:
    """Every id of an article, a quote or a topic: they share one space, since people type them
    into the same commands."""
    if content.topics is not None:
        yield from (topic["slug"] for topic in content.topics.root["topics"].items())
    for tree in content.articles:
        yield tree.root["id"]
        for key in ENTRIES:
            yield from (entry["id"] for entry in tree.root[key].items())


def _ids_are_used_once(content: ParsedContent) -> Iterator[Diagnostic]:
    told = [text for text in _id_texts(content) if text]
    if len(told) == len(set(told)):
        return  # as nearly always: 27,000 nodes take half a second to make
    first: dict[str, Node] = {}
    for node in ids(content):
        if node.text and first.setdefault(node.text, node) is not node:
            other = first[node.text]
            yield node.diagnostic("id-taken", id=node.text, where=f"{other.tree.file}:{other.line}")


def _id_texts(content: ParsedContent) -> Iterator[str]:
    """The texts of `ids`."""
    if content.topics is not None:
        yield from (topic["slug"].text for topic in content.topics.root["topics"].items())
    for tree in content.articles:
        for holder in holders(tree.data):
            if isinstance(text := holder.get("id"), str):
                yield text


def _files_are_named_after_their_article(content: ParsedContent) -> Iterator[Diagnostic]:
    for tree in content.articles:
        stem = tree.file.rpartition("/")[2].removesuffix(".yaml")
        node = tree.root["id"]
        if node.text and node.text != stem:
            yield node.diagnostic("file-name", id=node.text, file=stem)


def _topics_exist(content: ParsedContent, topics: Node) -> Iterator[Diagnostic]:
    slugs = [topic["slug"].text for topic in topics["topics"].items()]
    known = set(slugs)
    for tree in content.articles:
        if all(map(known.issuperset, _topic_texts(tree.data))):
            continue
        entries = (entry for key in ENTRIES for entry in tree.root[key].items())
        for holder in (tree.root, *entries):
            for node in holder["topics"].items():
                if node.text and node.text not in slugs:
                    yield node.diagnostic(
                        "no-such-topic", topic=node.text, meant=nearest(node.text, slugs)
                    )


def _topic_texts(data: Any) -> Iterator[list[str]]:
    for holder in holders(data):
        if isinstance(topics := holder.get("topics"), list):
            yield [topic for topic in topics if isinstance(topic, str) and topic]


def check_words_mean_one_topic(
    content: ParsedContent, topics: Node, fold: Callable[[str], str]
) -> Iterator[Diagnostic]:
    """Names and aliases, folded as the lookup folds them; within one topic they may repeat."""
    served = [tree for tree in content.articles if tree.file not in content.drafts]
    owned = _id_texts(replace(content, articles=tuple(served)))
    owner = {fold(text): text for text in owned if text}
    for topic in topics["topics"].items():
        slug = topic["slug"].text
        for node in (*topic["name"].strings(), *topic["aliases"].items()):
            taken = owner.setdefault(fold(node.text), slug)
            if node.text and taken != slug:
                yield node.diagnostic("word-taken", word=node.text, owner=taken)
