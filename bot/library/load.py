"""A folder of YAML becomes a Library, or a list of everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.core.errors import ContentError
from bot.core.language import Language
from bot.library.library import Library
from bot.library.models.entries import Article, Quote, Topics
from bot.library.rules.identity import identity
from bot.library.yaml.diagnostics import Finding, problems
from bot.library.yaml.files import Trees, read
from bot.library.yaml.parse import Node, Tree
from bot.library.yaml.validate import fit


def load(folder: Path, language: Language = Language.EN) -> Library:
    """The content of `folder` (topics.yaml and articles/*.yaml), ready to be served.

    Raises ContentError with every problem that keeps it from being served, in the given language;
    what only editors care about is told by `check`."""
    trees = read(folder)
    content, findings = build(trees)
    findings += identity(trees)
    if findings:
        raise ContentError(problems(findings, language))
    return content


def build(trees: Trees) -> tuple[Library, list[Finding]]:
    """What could be understood, as a library, and what could not, as findings."""
    findings = list(trees.findings)
    topics, found = (
        fit(Topics, trees.topics.root, trees.topics.data) if trees.topics else (None, [])
    )
    findings += found
    articles: list[Article] = []
    for tree in trees.articles:
        article, found = _article(tree.root)
        findings += found
        articles += [article] if article else []
    library = Library(
        articles={a.id: a for a in sorted(articles, key=lambda a: a.id)},
        topics={topic.slug: topic for topic in topics.topics} if topics else {},
        withdrawn=frozenset(_ids(trees.articles, "withdrawn")),
        drafts=frozenset(_ids(trees.articles, "draft")),
        version=trees.version,
    )
    return library, findings


def _article(root: Node) -> tuple[Article | None, list[Finding]]:
    """The article if it may be shown, with those of its quotes that may. Quotes are read one by
    one, so that a withdrawn one may be a stub and a wrong one hides no other."""
    quotes, findings = _quotes(root["quotes"])
    value = root.value
    if isinstance(value, dict) and isinstance(value.get("quotes"), list):
        value = {**value, "quotes": []}
    article, found = fit(Article, root, value, stub=_state(root) == "withdrawn")
    findings += found
    if article is None or article.status != "published":
        return None, findings
    return article.model_copy(update={"quotes": quotes}), findings


def _quotes(node: Node) -> tuple[tuple[Quote, ...], list[Finding]]:
    quotes: list[Quote] = []
    findings: list[Finding] = []
    for item in node.items():
        quote, found = fit(Quote, item, item.value, stub=_state(item) == "withdrawn")
        findings += found
        quotes += [quote] if quote and quote.status == "published" else []
    return tuple(quotes), findings


def _ids(articles: Iterable[Tree], state: str) -> Iterator[str]:
    """Ids of the articles and quotes in this state; an article's state holds for its quotes."""
    for root in (tree.root for tree in articles):
        if _state(root) == state:
            yield root["id"].text
        yield from (
            quote["id"].text for quote in root["quotes"].items() if _state(root, quote) == state
        )


def _state(*nodes: Node) -> str:
    statuses = {node["status"].text for node in nodes}
    return next((state for state in ("withdrawn", "draft") if state in statuses), "published")
