"""A folder of YAML becomes a Library, or a list of everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.core.errors import ContentError
from bot.core.language import Language
from bot.library.library import Library, Tombstone
from bot.library.models.entries import Article, QuoteEntry, Topics
from bot.library.rules.identity import ENTRIES, check_identity
from bot.library.rules.wording import check_fit_to_serve
from bot.library.yaml.diagnostics import Diagnostic, problems
from bot.library.yaml.files import ParsedContent, read_content
from bot.library.yaml.parse import Node, Tree
from bot.library.yaml.validate import validate

MISNAMED = "not-yaml"
"""The only thing wrong that `check` tells and that keeps nobody from being served: a file that
nobody reads."""


def load(folder: Path, language: Language = Language.EN) -> Library:
    """The content of `folder` (topics.yaml and articles/*.yaml), ready to be served.

    Raises ContentError with every problem that keeps it from being served, in the given language;
    what only editors care about is told by `check`. Drafts stop nobody, whatever is wrong in them.
    """
    content = read_content(folder)
    library, diagnostics = build_library(content)
    diagnostics += check_identity(content)
    diagnostics += [one for tree in content.articles for one in check_fit_to_serve(tree.root)]
    diagnostics = [
        one for one in diagnostics if one.code != MISNAMED and not content.is_of_a_draft(one)
    ]
    if diagnostics:
        raise ContentError(problems(diagnostics, language))
    return library


def build_library(content: ParsedContent) -> tuple[Library, list[Diagnostic]]:
    """What could be understood, as a library, and what could not, as diagnostics."""
    diagnostics = list(content.diagnostics)
    topics, found = (
        validate(Topics, content.topics.root, content.topics.data) if content.topics else (None, [])
    )
    diagnostics += found
    articles: list[Article] = []
    for tree in content.articles:
        article, found = _article(tree.root)
        diagnostics += found
        articles += [article] if article else []
    library = Library(
        articles={a.id: a for a in sorted(articles, key=lambda a: a.id)},
        topics={topic.slug: topic for topic in topics.topics} if topics else {},
        withdrawn=frozenset(_ids(content.articles, "withdrawn")),
        drafts=frozenset(_ids(content.articles, "draft")),
        tombstones=tuple(_tombstones(content.articles)),
        version=content.version,
    )
    return library, diagnostics


def _article(root: Node) -> tuple[Article | None, list[Diagnostic]]:
    """The article if it may be shown, with those of its quotes that may. Quotes are read one by
    one, so that a withdrawn one may be a stub and a wrong one hides no other."""
    quotes, diagnostics = _quotes(root["quotes"])
    value = root.value
    if isinstance(value, dict) and isinstance(value.get("quotes"), list):
        value = {**value, "quotes": []}
    article, found = validate(Article, root, value, stub=_state(root) == "withdrawn")
    diagnostics += found
    if article is None or article.status != "published":
        return None, diagnostics
    return article.model_copy(update={"quotes": quotes}), diagnostics


def _quotes(node: Node) -> tuple[tuple[QuoteEntry, ...], list[Diagnostic]]:
    quotes: list[QuoteEntry] = []
    diagnostics: list[Diagnostic] = []
    for item in node.items():
        quote, found = validate(QuoteEntry, item, item.value, stub=_state(item) == "withdrawn")
        diagnostics += found
        quotes += [quote] if quote and quote.status == "published" else []
    return tuple(quotes), diagnostics


def _ids(articles: Iterable[Tree], state: str) -> Iterator[str]:
    """Ids of the articles and quotes in this state; an article's state holds for its quotes."""
    for root in (tree.root for tree in articles):
        if _state(root) == state:
            yield root["id"].text
        yield from (
            entry["id"].text
            for key in ENTRIES
            for entry in root[key].items()
            if _state(root, entry) == state
        )


def _tombstones(articles: Iterable[Tree]) -> Iterator[Tombstone]:
    for root in (tree.root for tree in articles):
        if _state(root) == "withdrawn":
            yield _tombstone(root, "article", root)
        for key in ENTRIES:
            for entry in root[key].items():
                if _state(root, entry) == "withdrawn":
                    yield _tombstone(entry, "quote" if key == "quotes" else "fact", root)


def _tombstone(entry: Node, verb: str, article: Node) -> Tombstone:
    """An entry goes on its own day, else with its article."""
    topics = tuple(node.text for node in entry["topics"].items() if node.text)
    days = (
        entry.tree.withdrawn.get(node["status"].line, "")
        for node in (entry, article)
        if node["status"].text == "withdrawn"
    )
    return Tombstone(entry["id"].text, verb, topics, next(filter(None, days), ""))


def _state(*nodes: Node) -> str:
    statuses = {node["status"].text for node in nodes}
    return next((state for state in ("withdrawn", "draft") if state in statuses), "published")
