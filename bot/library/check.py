"""Everything that is wrong with the content, told to the people who write it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.core.errors import Problem
from bot.core.language import Language
from bot.library.load import build_library
from bot.library.rules.articles import check_article
from bot.library.rules.budgets import check_article_budgets, check_topic_budgets
from bot.library.rules.header import check_header
from bot.library.rules.identity import ENTRIES, check_identity, check_texts_are_said_once
from bot.library.rules.proofs import check_proofs
from bot.library.rules.quotes import check_quotes
from bot.library.rules.topics import check_topics
from bot.library.rules.truth import SILENCED, check_truth
from bot.library.rules.wording import check_wording
from bot.library.yaml.diagnostics import Diagnostic, problems
from bot.library.yaml.files import ParsedContent, read_content

_STILL_TO_COME = frozenset(
    {
        "missing-key", "missing-or-null", "too-few", "empty", "no-translation", "no-date-note",
        "summary-hans", "summary-en", "empty-file", "few-facts", "figure-not-in-evidence",
        "no-added",
    }
)  # fmt: skip
"""What a draft may lack for now."""


def check(
    folder: Path, language: Language, today: date, instead: Mapping[str, bytes] | None = None
) -> list[Problem]:
    """Every problem of every file, in the order of files and lines; none when all is well.

    Tells more than `load`, which asks only for what the bot needs to start. `today` is the day
    after which nothing can have been published. A draft is checked for what it has; its problems
    are marked, and keep nothing from being served. `instead`: as `read_content` has it."""
    content = read_content(folder, instead)
    _, diagnostics = build_library(content)
    told = [*diagnostics, *check_identity(content), *check_rules(content, today)]
    told += check_proofs(content, folder)
    told = [one for one in told if not _is_allowed(content, one)]
    drafts = [one for one in told if content.is_of_a_draft(one)]
    served = problems((one for one in told if one not in drafts), language)
    begun = problems((one for one in drafts if one.code not in _STILL_TO_COME), language)
    return [*served, *(replace(one, draft=True) for one in begun)]


def _is_allowed(content: ParsedContent, one: Diagnostic) -> bool:
    """Whether an editor said of that entry that this check is wrong about it."""
    if one.code not in SILENCED:
        return False
    for tree in (tree for tree in content.articles if tree.file == one.file):
        for key in ENTRIES:
            for entry in tree.root[key].items():
                if one.key.startswith(entry.key):
                    return any(said["check"].text == one.code for said in entry["allow"].items())
    return False


def check_rules(content: ParsedContent, today: date) -> Iterator[Diagnostic]:
    """What only editors care about. A withdrawn article is looked through for spam, no more."""
    if content.topics is not None:
        root = content.topics.root
        yield from check_header(content.topics, "schema/topics.json")
        yield from check_wording(root)
        yield from check_topics(content, root)
        yield from check_topic_budgets(root)
    yield from check_texts_are_said_once(content)
    yield from check_truth(content)
    for tree in content.articles:
        yield from check_header(tree, "../schema/article.json")
        yield from check_wording(tree.root)
        if tree.root["status"].text != "withdrawn":
            yield from check_article(tree.root, today)
            yield from check_quotes(tree.root)
            yield from check_article_budgets(tree.root)
