"""Everything that is wrong with the content, told to the people who write it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.core.errors import Problem
from bot.core.language import Language
from bot.library.load import build
from bot.library.rules.articles import article
from bot.library.rules.budgets import article_budgets, topic_budgets
from bot.library.rules.header import header
from bot.library.rules.identity import identity
from bot.library.rules.quotes import quotes
from bot.library.rules.topics import topics
from bot.library.rules.wording import wording
from bot.library.yaml.diagnostics import Finding, problems
from bot.library.yaml.files import Trees, read


def check(folder: Path, language: Language, today: date) -> list[Problem]:
    """Every problem of every file, in the order of files and lines; none when all is well.

    Tells more than `load`, which asks only for what the bot needs to start. `today` is the day
    after which nothing can have been published."""
    trees = read(folder)
    _, findings = build(trees)
    return problems([*findings, *identity(trees), *rules(trees, today)], language)


def rules(trees: Trees, today: date) -> Iterator[Finding]:
    """What only editors care about. A withdrawn article is looked through for spam, no more."""
    if trees.topics is not None:
        root = trees.topics.root
        yield from header(trees.topics, "schema/topics.json")
        yield from wording(root)
        yield from topics(trees, root)
        yield from topic_budgets(root)
    for tree in trees.articles:
        yield from header(tree, "../schema/article.json")
        yield from wording(tree.root)
        if tree.root["status"].text != "withdrawn":
            yield from article(tree.root, today)
            yield from quotes(tree.root)
            yield from article_budgets(tree.root)
