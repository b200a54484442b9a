"""What must hold for topics.yaml."""

from __future__ import annotations

from collections.abc import Iterator

from bot.library.aliases import hans_key
from bot.library.rules.identity import check_words_mean_one_topic
from bot.library.rules.lists import check_order
from bot.library.yaml.diagnostics import Diagnostic
from bot.library.yaml.files import ParsedContent
from bot.library.yaml.parse import Node


def check_topics(content: ParsedContent, root: Node) -> Iterator[Diagnostic]:
    yield from check_order(root["topics"], by="slug")
    for topic in root["topics"].items():
        yield from check_order(topic["aliases"])
    yield from check_words_mean_one_topic(content, root, hans_key)
