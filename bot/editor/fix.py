"""What `content check` finds and a program can set right without knowing what is meant: the order
of lists, quotation marks around a whole quotation, the width of Chinese punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.core.text import han
from bot.editor.yaml_edit import NotEditable, put, read_text, reorder, write_text
from bot.library.rules.lists import check_order
from bot.library.rules.quotes import ALL_IN_QUOTATION_MARKS
from bot.library.rules.wording import ASCII_COMMA, ASCII_PUNCTUATION, WIDE, is_simplified
from bot.library.yaml.files import ARTICLES, TOPICS
from bot.library.yaml.outline import ENTRIES
from bot.library.yaml.parse import Node, Tree, parse_yaml

_PAIR = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class FixedFile:
    """A file and how many of its places were set right."""

    path: Path
    places: int


def fix(folder: Path) -> list[FixedFile]:
    """Set right what can be, file by file, comments kept; a file in which nothing can be stays as
    it is, byte for byte. Doing it again changes nothing."""
    fixed: list[FixedFile] = []
    for path in (folder / TOPICS, *sorted((folder / ARTICLES).glob("*.yaml"))):
        try:
            before = read_text(path)
        except (OSError, UnicodeDecodeError):
            continue  # `check` tells it
        after, places = fix_text(before)
        if after != before:
            write_text(path, after)
            fixed.append(FixedFile(path, places))
    return fixed


def fix_text(text: str) -> tuple[str, int]:
    """The text of a content file set right, and in how many places."""
    places = 0
    for change in (_unquoted, _widened, _sorted):  # width looks at the ends of a text
        text, count = change(text)
        places += count
    return text, places


def _widened(text: str) -> tuple[str, int]:
    root = _root(text)
    changes = [(one, widen(one.text)) for one in root.strings() if is_simplified(one)]
    return _written(text, [(one, wide) for one, wide in changes if wide != one.text])


def widen(text: str) -> str:
    """A Chinese text with the punctuation that `check` asks for; both brackets of a pair."""
    text = ASCII_COMMA.sub("，", text)
    text = _PAIR.sub(lambda pair: f"（{pair[1]}）" if _touches_han(text, pair) else pair[0], text)
    return ASCII_PUNCTUATION.sub(lambda found: WIDE[found[0]], text)


def _touches_han(text: str, pair: re.Match[str]) -> bool:
    beside = text[max(0, pair.start() - 1) : pair.start()] + text[pair.end() : pair.end() + 1]
    return bool(han(beside) or han(pair[1][:1]) or han(pair[1][-1:]))


def _unquoted(text: str) -> tuple[str, int]:
    texts = (quote["text"] for quote in _root(text)["quotes"].items())
    marked = [one for one in texts if ALL_IN_QUOTATION_MARKS.fullmatch(one.text)]
    return _written(text, [(one, one.text[1:-1]) for one in marked if one.text[1:-1].strip()])


def _written(text: str, changes: list[tuple[Node, str]]) -> tuple[str, int]:
    count = 0
    for node, told in changes:
        try:
            text, count = put(text, node.path, told), count + 1
        except NotEditable:
            continue  # `check` goes on telling it
    return text, count


def _sorted(text: str) -> tuple[str, int]:
    """Inner lists first: their places stand fast while their entries do."""
    count = 0
    for node, by in _lists(_root(text)):
        names = [(entry[by] if by else entry).text for entry in node.items()]
        if all(names) and any(one.code == "unsorted" for one in check_order(node, by)):
            places = sorted(range(len(names)), key=lambda place: names[place])
            try:
                text, count = reorder(text, node.path, places), count + 1
            except NotEditable:
                continue
    return text, count


def _lists(root: Node) -> Iterator[tuple[Node, str]]:
    """Every list that is kept in order, and the key by which it is."""
    for topic in root["topics"].items():
        yield topic["aliases"], ""
    for key in ENTRIES:
        yield from ((entry["topics"], "") for entry in root[key].items())
    yield root["pseudonyms"], ""
    yield root["quotes"], "id"
    of_topics = any(topic["slug"].text for topic in root["topics"].items())
    yield root["topics"], "slug" if of_topics else ""


def _root(text: str) -> Node:
    tree, _ = parse_yaml("", text.removeprefix("\ufeff"))
    return tree.root if tree else Tree("", None, {(): 1}, {}).root
