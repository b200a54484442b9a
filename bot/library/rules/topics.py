"""What must hold for topics.yaml."""

from __future__ import annotations

from collections.abc import Iterator

from bot.library.aliases import hans_key
from bot.library.rules.identity import words_mean_one_topic
from bot.library.rules.lists import in_order
from bot.library.yaml.diagnostics import Finding
from bot.library.yaml.files import Trees
from bot.library.yaml.parse import Node


def topics(trees: Trees, root: Node) -> Iterator[Finding]:
    yield from in_order(root["topics"], by="slug")
    for topic in root["topics"].items():
        yield from in_order(topic["aliases"])
    yield from words_mean_one_topic(trees, root, hans_key)
