"""A folder of YAML becomes a Library, or a list of everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.core.errors import ContentError
from bot.core.language import Language
from bot.library.heap import not_collecting
from bot.library.library import Library, Tombstone
from bot.library.models.entries import Article, Topics
from bot.library.reading import (
    ReadFile,
    article_of,
    from_bytes,
    read_article,
    state,
    to_bytes,
)
from bot.library.remembered import Memory, name_of
from bot.library.rules.identity import check_identity, nothing_clashes
from bot.library.yaml.diagnostics import Diagnostic, problems
from bot.library.yaml.files import (
    TOPICS,
    ContentFile,
    ParsedContent,
    Version,
    content_files,
    missing_folder,
)
from bot.library.yaml.outline import ENTRIES
from bot.library.yaml.parse import Node, Tree
from bot.library.yaml.validate import validate

MISNAMED = "not-yaml"
"""The only thing wrong that `check` tells and that keeps nobody from being served: a file that
nobody reads."""


@dataclass(frozen=True, slots=True)
class ReadContent:
    """What the folder comes to, file by file; `found` is what is wrong beside the articles."""

    files: tuple[ReadFile, ...]
    topics: Topics | None
    topics_tree: Tree | None
    found: tuple[Diagnostic, ...]
    drafts: frozenset[str]
    version: str

    def library(self) -> Library:
        held = [one for one in self.files if one.summary and one.summary.has_states]
        unusual = [tree for one in held if (tree := one.outline)]
        articles = [one.article for one in self.files if one.article]
        return _library(articles, self.topics, unusual, self.version)

    def diagnostics(self) -> list[Diagnostic]:
        """What is wrong in YAML and shape."""
        return [*self.found, *(wrong for one in self.files for wrong in one.found)]

    def clashes(self) -> list[Diagnostic]:
        """What is wrong between files."""
        summaries = {one.file: one.summary for one in self.files if one.summary}
        if self.topics and nothing_clashes(summaries, self.topics.topics):
            return []
        return list(check_identity(self.outlined()))

    def outlined(self) -> ParsedContent:
        """For the rules across files: outlines in the place of whole trees."""
        outlines = tuple(tree for one in self.files if (tree := one.outline))
        return ParsedContent(outlines, self.topics_tree, (), self.version, self.drafts)


class ContentReader:
    """Reads a folder again and again: of what it has seen before only the changed files."""

    def __init__(self, folder: Path, cache: Path | None = None, *, articles: bool = True) -> None:
        """`cache` remembers between runs. Without `articles` those that are remembered are left
        out, for who only wants to know what is wrong: they are most of the work."""
        self._folder, self._with_articles = folder, articles
        self._memory = Memory(cache)
        self._known: dict[str, ReadFile] = {}

    def move(self, folder: Path) -> None:
        """Read another folder from now on; what was read of equal files holds there, too, if the
        folders have the same name."""
        self._folder = folder

    def load(self, language: Language = Language.EN) -> Library:
        """As `load`, below."""
        read = self.read()
        wrong = [*read.diagnostics(), *read.clashes()]
        wrong += [one for file in read.files for one in file.unfit]
        wrong = [one for one in wrong if one.code != MISNAMED]
        if wrong:
            content = read.outlined()
            wrong = [one for one in wrong if not content.is_of_a_draft(one)]
        if wrong:
            raise ContentError(problems(wrong, language))
        return read.library()

    @not_collecting()
    def read(self, instead: Mapping[str, bytes] | None = None) -> ReadContent:
        """Everything, and what is wrong with it; never an error. `instead`: as `content_files` has
        it."""
        if missing := missing_folder(self._folder):
            return ReadContent((), None, None, (missing,), frozenset(), "")
        version = Version()
        known: dict[str, ReadFile] = {}
        tree: Tree | None = None
        found: list[Diagnostic] = []
        drafts: set[str] = set()
        for file in content_files(self._folder, instead):
            version.add(file)
            if file.place == TOPICS:
                tree, wrong = file.parsed
                found += wrong
                continue
            name = name_of("article", file.file, file.raw, *(one.code for one in file.unread))
            known[name] = self._known.get(name) or self._read(name, file)
            drafts |= {file.file} if file.is_draft else set()
        self._memory.tidy(known)
        self._known = known  # what is of an older edition is given back
        topics, wrong_topics = validate(Topics, tree.root, tree.data) if tree else (None, [])
        files = tuple(sorted(known.values(), key=lambda one: one.file in drafts))
        found += wrong_topics
        return ReadContent(files, topics, tree, tuple(found), frozenset(drafts), str(version))

    def _read(self, name: str, file: ContentFile) -> ReadFile:
        if kept := self._memory.recall(name):
            try:
                return from_bytes(file.file, kept, self._with_articles)
            except (ValueError, KeyError, TypeError):
                pass  # whole, and still none of ours: read it anew
        made = read_article(file)
        if not file.unread:
            self._memory.keep(name, to_bytes(made))
        return made


def load(folder: Path, language: Language = Language.EN, cache: Path | None = None) -> Library:
    """The content of `folder` (topics.yaml and articles/*.yaml), ready to be served; `cache`
    remembers what was read between runs.

    Raises ContentError with every problem that keeps it from being served, in the given language;
    what only editors care about is told by `check`. Drafts stop nobody, whatever is wrong in them.
    """
    return ContentReader(folder, cache).load(language)


def build_library(content: ParsedContent) -> tuple[Library, list[Diagnostic]]:
    """What could be understood of whole trees, as a library, and what could not, as
    diagnostics."""
    diagnostics = list(content.diagnostics)
    topics, found = (
        validate(Topics, content.topics.root, content.topics.data) if content.topics else (None, [])
    )
    diagnostics += found
    articles: list[Article] = []
    for tree in content.articles:
        article, found = article_of(tree.root)
        diagnostics += found
        articles += [article] if article else []
    return _library(articles, topics, content.articles, content.version), diagnostics


def _library(
    articles: Iterable[Article], topics: Topics | None, trees: Sequence[Tree], version: str
) -> Library:
    """`trees` are at least those in which anything is withdrawn or a draft."""
    return Library(
        articles={a.id: a for a in sorted(articles, key=lambda a: a.id)},
        topics={topic.slug: topic for topic in topics.topics} if topics else {},
        withdrawn=frozenset(_ids(trees, "withdrawn")),
        drafts=frozenset(_ids(trees, "draft")),
        tombstones=tuple(_tombstones(trees)),
        version=version,
    )


def _ids(articles: Iterable[Tree], wanted: str) -> Iterator[str]:
    """Ids of the articles and quotes in this state; an article's state holds for its quotes."""
    for root in (tree.root for tree in articles):
        if state(root) == wanted:
            yield root["id"].text
        yield from (
            entry["id"].text
            for key in ENTRIES
            for entry in root[key].items()
            if state(root, entry) == wanted
        )


def _tombstones(articles: Iterable[Tree]) -> Iterator[Tombstone]:
    for root in (tree.root for tree in articles):
        if state(root) == "withdrawn":
            yield _tombstone(root, "article", root)
        for key in ENTRIES:
            for entry in root[key].items():
                if state(root, entry) == "withdrawn":
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
