"""What one file of the content comes to, by itself: read once, and remembered by its bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from typing import Any

from bot.library.models.compact import compact
from bot.library.models.entries import Article, QuoteEntry
from bot.library.rules.wording import check_fit_to_serve
from bot.library.yaml import outline
from bot.library.yaml.diagnostics import Diagnostic
from bot.library.yaml.files import ContentFile
from bot.library.yaml.outline import Summary
from bot.library.yaml.parse import Node, Tree
from bot.library.yaml.validate import validate


@dataclass(frozen=True, slots=True)
class ReadFile:
    """`found` is what is wrong with the file as YAML, then in its shape; `unfit` what nobody may be
    shown. Where it could be read at all it has a summary, for rules across files."""

    file: str
    found: tuple[Diagnostic, ...]
    unfit: tuple[Diagnostic, ...] = ()
    summary: Summary | None = None
    article: Article | None = None
    """If it may be shown, with those of its quotes that may."""
    packed_outline: bytes = b""
    """A text: a tree of each file would be as much again as the articles, and is seldom needed."""

    @property
    def outline(self) -> Tree | None:
        return outline.from_json(self.file, self.packed_outline) if self.packed_outline else None


def read_article(file: ContentFile) -> ReadFile:
    """The file of an article, read and checked for what keeps it from being served."""
    tree, found = file.parsed
    if tree is None:
        return ReadFile(file.file, found)
    article, wrong = article_of(tree.root)
    unfit = tuple(check_fit_to_serve(tree.root))
    made = compact(article) if article else None
    packed = outline.to_json(outline.outline_of(tree)).encode()
    summary = outline.summary_of(tree)
    return ReadFile(file.file, (*found, *wrong), unfit, summary, made, packed)


def article_of(root: Node) -> tuple[Article | None, list[Diagnostic]]:
    """The article if it may be shown, with those of its quotes that may. Quotes are read one by
    one, so that a withdrawn one may be a stub and a wrong one hides no other."""
    quotes, diagnostics = _quotes(root["quotes"])
    value = root.value
    if isinstance(value, dict) and isinstance(value.get("quotes"), list):
        value = {**value, "quotes": []}
    article, found = validate(Article, root, value, stub=state(root) == "withdrawn")
    diagnostics += found
    if article is None or article.status != "published":
        return None, diagnostics
    return article.model_copy(update={"quotes": quotes}), diagnostics


def _quotes(node: Node) -> tuple[tuple[QuoteEntry, ...], list[Diagnostic]]:
    quotes: list[QuoteEntry] = []
    diagnostics: list[Diagnostic] = []
    for item in node.items():
        quote, found = validate(QuoteEntry, item, item.value, stub=state(item) == "withdrawn")
        diagnostics += found
        quotes += [quote] if quote and quote.status == "published" else []
    return tuple(quotes), diagnostics


def state(*nodes: Node) -> str:
    """The state of an entry that stands in others: the strictest counts."""
    statuses = {node["status"].text for node in nodes}
    return next((state for state in ("withdrawn", "draft") if state in statuses), "published")


def to_bytes(read: ReadFile) -> bytes:
    """Three lines of JSON: what is wrong and the summary; the outline; the article."""
    summary = astuple(read.summary) if read.summary else None
    head = {"found": told(read.found), "unfit": told(read.unfit), "summary": summary}
    article = ""
    if read.article:
        article = read.article.model_dump_json(by_alias=True, exclude_defaults=True)
    lines = (json.dumps(head, ensure_ascii=False).encode(), read.packed_outline, article.encode())
    return b"\n".join(lines)


def from_bytes(file: str, raw: bytes, with_article: bool = True) -> ReadFile:
    """The same again, its article if that is wanted. Raises ValueError or one of its kind
    (pydantic's, a KeyError, a TypeError) for what is none."""
    head, packed, article = raw.split(b"\n")
    held = json.loads(head)
    summary = None
    if held["summary"]:
        ids, topics, has_states = held["summary"]
        summary = Summary(tuple(ids), tuple(topics), bool(has_states))
    wanted = article and with_article
    made = compact(Article.model_validate_json(article)) if wanted else None
    return ReadFile(file, heard(held["found"]), heard(held["unfit"]), summary, made, packed)


def told(diagnostics: Iterable[Diagnostic]) -> list[list[Any]]:
    """Diagnostics as JSON can hold them."""
    return [[one.file, one.line, one.key, one.code, dict(one.values)] for one in diagnostics]


def heard(rows: Iterable[list[Any]]) -> tuple[Diagnostic, ...]:
    """The diagnostics again."""
    return tuple(_diagnostic(*row) for row in rows)


def _diagnostic(file: str, line: int, key: str, code: str, values: Mapping[str, str]) -> Diagnostic:
    return Diagnostic(str(file), int(line), str(key), str(code), dict(values))
