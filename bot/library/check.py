"""Everything that is wrong with the content, told to the people who write it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bot.core.errors import Problem
from bot.core.language import Language
from bot.library.load import ContentReader
from bot.library.proof import proof_file, read_proof
from bot.library.reading import heard, told
from bot.library.remembered import Memory, name_of
from bot.library.rules.articles import NOT_YET, check_article
from bot.library.rules.budgets import check_article_budgets, check_topic_budgets
from bot.library.rules.header import check_header
from bot.library.rules.identity import check_identity, check_texts_are_said_once
from bot.library.rules.proofs import check_proof, without_proof
from bot.library.rules.quotes import check_quotes
from bot.library.rules.topics import check_topics
from bot.library.rules.truth import SILENCED, check_nothing_is_nearly_twice, check_truth
from bot.library.rules.wording import check_wording
from bot.library.yaml.diagnostics import Diagnostic, problems
from bot.library.yaml.files import TOPICS, ContentFile, ParsedContent, content_files
from bot.library.yaml.outline import ENTRIES

_STILL_TO_COME = frozenset(
    {
        "missing-key", "missing-or-null", "too-few", "empty", "no-translation", "no-date-note",
        "summary-hans", "summary-en", "empty-file", "few-facts", "figure-not-in-evidence",
        "no-added",
    }
)  # fmt: skip
"""What a draft may lack for now."""


@dataclass(frozen=True, slots=True)
class Checked:
    """`unproved` are the published articles that nothing can be proved of."""

    problems: list[Problem]
    unproved: tuple[str, ...]


def check(
    folder: Path,
    language: Language,
    today: date,
    instead: Mapping[str, bytes] | None = None,
    cache: Path | None = None,
) -> list[Problem]:
    """Every problem of every file, in the order of files and lines; none when all is well.

    Tells more than `load`, which asks only for what the bot needs to start. `today` is the day
    after which nothing can have been published. A draft is checked for what it has; its problems
    are marked, and keep nothing from being served. `cache` remembers what was found in each file,
    so that after an edit one file is checked, and the others only against it. `instead`: as
    `content_files` has it."""
    return check_whole(folder, language, today, instead, cache).problems


def check_whole(
    folder: Path,
    language: Language,
    today: date,
    instead: Mapping[str, bytes] | None = None,
    cache: Path | None = None,
) -> Checked:
    """The same, with what could not be checked."""
    read = ContentReader(folder, cache, articles=False).read(instead)
    content = read.outlined()
    found = [*read.diagnostics(), *check_identity(content), *_across(content)]
    files = content_files(folder, instead)
    found += _by_file(content, files, folder, today, Memory(cache))
    found = [one for one in found if not _is_allowed(content, one)]
    drafts = [one for one in found if content.is_of_a_draft(one)]
    served = problems((one for one in found if one not in drafts), language)
    begun = problems((one for one in drafts if one.code not in _STILL_TO_COME), language)
    every = [*served, *(replace(one, draft=True) for one in begun)]
    return Checked(every, without_proof(content, folder))


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


def _across(content: ParsedContent) -> Iterator[Diagnostic]:
    """What only editors care about, and what concerns more files than one."""
    if content.topics is not None:
        root = content.topics.root
        yield from check_header(content.topics, "schema/topics.json")
        yield from check_wording(root)
        yield from check_topics(content, root)
        yield from check_topic_budgets(root)
    yield from check_texts_are_said_once(content)
    yield from check_nothing_is_nearly_twice(content)


def _by_file(
    content: ParsedContent,
    files: Iterable[ContentFile],
    folder: Path,
    today: date,
    memory: Memory,
) -> Iterator[Diagnostic]:
    """What only editors care about, file by file, as remembered where nothing has changed."""
    ids = {tree.file: tree.root["id"].text for tree in content.articles}
    for file in files:
        if file.place == TOPICS or file.file not in ids:
            continue
        proof = proof_file(folder, ids[file.file])
        name = name_of("rules", file.file, file.raw, proof)
        found = _remembered(memory, name, today)
        if found is None:
            found = tuple(_rules_of(file, folder, today))
            rows = {"today": today.isoformat(), "found": told(found)}
            memory.keep(name, json.dumps(rows, ensure_ascii=False).encode())
        yield from found


def _remembered(memory: Memory, name: str, today: date) -> tuple[Diagnostic, ...] | None:
    """What was found of old. Whatever was in the future then may be past by now, and the other
    way round on a clock that was set back."""
    if (kept := memory.recall(name)) is None:
        return None
    try:
        held = json.loads(kept)
        found, day = heard(held["found"]), date.fromisoformat(held["today"])
    except (ValueError, KeyError, TypeError):
        return None
    past = day <= today and not any(one.code == NOT_YET for one in found)
    return found if day == today or past else None


def _rules_of(file: ContentFile, folder: Path, today: date) -> Iterator[Diagnostic]:
    """A withdrawn article is looked through for spam, no more."""
    tree, _ = file.parsed
    if tree is None:
        return
    root = tree.root
    yield from check_truth(root)
    yield from check_header(tree, "../schema/article.json")
    yield from check_wording(root)
    if root["status"].text != "withdrawn":
        yield from check_article(root, today)
        yield from check_quotes(root)
        yield from check_article_budgets(root)
    yield from check_proof(root, read_proof(folder, root["id"].text))
