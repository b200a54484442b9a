"""Edits of content files: the diff is what was changed, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.editor.yaml_edit import (
    NotEditable,
    drop,
    drop_note,
    notes,
    put,
    reorder,
    scalar,
)
from bot.editor.yaml_places import order_of
from tests.cli.process import ROOT

FILE = """\
# yaml-language-server: $schema=../schema/article.json
id: some-article   # never changed
status: draft # not yet
title: {zh-Hans: 标题, en: Title}
source:
  url: null
  published_note:
topics: [b, a]   # suggested
summary:
  zh-Hans:
  en: >-
    Some words that are folded
    over two lines.

# Three were found.
quotes:
  # doubtful: who?
  - id: first
    text: 'it''s'
    speaker:
      name:
        zh-Hans: 王
    # the end of the first

  # doubtful: what?
  - id: second
    topics:
      # about a
      - a
      - b
    text: two
  - id: third
    text: three
# the end
"""
QUOTES = ("quotes",)


def changed(after: str, before: str = FILE) -> tuple[list[str], list[str]]:
    """The lines that went and the lines that came."""
    old, new = before.splitlines(), after.splitlines()
    return [one for one in old if one not in new], [one for one in new if one not in old]


@pytest.mark.parametrize(
    ("path", "value", "came"),
    [
        (("status",), "published", "status: published # not yet"),
        (("title", "zh-Hans"), "新标题", "  zh-Hans: 新标题"),
        (("source", "url"), "https://a.example/b#c", "  url: 'https://a.example/b#c'"),
        (("topics",), ["c", "d"], "topics: [c, d]   # suggested"),
        (("topics",), [], "topics: []   # suggested"),
        (("topics", 1), "c  d ", "topics: [b, c d]   # suggested"),
        (("quotes", 1, "topics", 0), "c " * 60, "      - >-"),
        (("summary", "zh-Hans"), "一：二", "  zh-Hans: 一：二"),
        (("summary", "en"), "Short now.", "    Short now."),
        (("quotes", 0, "text"), "no: 'yes'", "    text: 'no: ''yes'''"),
        (("quotes", 0, "text"), "002", "    text: '002'"),
        (("quotes", 0, "text"), "[TODO] # x", "    text: '[TODO] # x'"),
        (("quotes", 0, "speaker", "name", "en"), "Wang", "        en: Wang"),
        (("quotes", 1, "translated"), True, "    translated: true"),
        (("quotes", 1, "text"), "a\n b\u2028c\x07", "    text: a b c"),
    ],
)
def test_what_is_set_is_one_line_of_the_diff(path: tuple[str, ...], value: str, came: str) -> None:
    after = put(FILE, path, value, order=order_of)
    _, new = changed(after)
    assert came in new
    assert len(new) <= 3  # a mapping in brackets gets lines of its own
    assert put(after, path, value, order=order_of) == after


def test_what_is_missing_is_made_where_the_models_have_it() -> None:
    after = put(FILE, ("quotes", 0, "speaker", "role", "en"), "an engineer", order=order_of)
    assert "        zh-Hans: 王\n      role:\n        en: an engineer\n    # the end" in after
    after = put(FILE, ("source", "published_note", "en"), "unknown", order=order_of)
    assert "  published_note:\n    en: unknown\ntopics" in after
    after = put(FILE, ("quotes", 2, "status"), "draft", order=order_of)
    assert "  - id: third\n    status: draft\n    text: three\n# the end" in after


def test_long_english_is_folded_and_chinese_is_not() -> None:
    english = put(FILE, ("summary", "en"), "word " * 60)
    assert "  en: >-\n    word word" in english
    assert max(map(len, english.splitlines())) <= 96
    assert f"  zh-Hans: {'很长' * 80}\n" in put(FILE, ("summary", "zh-Hans"), "很长" * 80)


def test_an_entry_goes_with_its_own_comments_and_no_others() -> None:
    gone, came = changed(drop(FILE, (*QUOTES, 0)))
    assert came == []
    assert gone == ["  # doubtful: who?", "  - id: first", "    text: 'it''s'", "    speaker:",
                    "      name:", "        zh-Hans: 王", "    # the end of the first"]  # fmt: skip
    last = drop(FILE, (*QUOTES, 2))
    assert last.endswith("    text: two\n# the end\n")
    none = FILE
    for _ in range(3):
        none = drop(none, (*QUOTES, 0))
    assert none.endswith("# Three were found.\nquotes: []\n\n# the end\n")


def test_comments_move_with_their_entries() -> None:
    after = reorder(FILE, QUOTES, [1, 2, 0])
    assert notes(after, [(*QUOTES, 0)]) == [["doubtful: what?"]]
    assert notes(after, [(*QUOTES, 2)]) == [["doubtful: who?"]]
    assert sorted(after.split()) == sorted(FILE.split())
    inner = reorder(FILE, (*QUOTES, 1, "topics"), [1, 0])
    assert "      - b\n      # about a\n      - a\n    text" in inner
    assert "topics: [a, b]   # suggested" in reorder(FILE, ("topics",), [1, 0])


def test_a_doubt_that_was_settled_is_taken_out() -> None:
    after = drop_note(FILE, (*QUOTES, 1), "doubtful: what?")
    assert changed(after) == (["  # doubtful: what?"], [])
    assert drop_note(FILE, (*QUOTES, 1), "doubtful: who?") == FILE


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_the_mark_of_the_file_stay(end: str, mark: str) -> None:
    file = mark + FILE.replace("\n", end)
    for after in (
        put(file, ("summary", "en"), "word " * 60),
        put(file, ("quotes", 0, "speaker", "role", "en"), "x", order=order_of),
        drop(file, (*QUOTES, 0)),
        reorder(file, QUOTES, [2, 1, 0]),
    ):
        assert after.startswith(f"{mark}# yaml")
        assert after.removeprefix(mark).replace(end, "").isprintable()


@pytest.mark.parametrize(
    "file",
    ["id: [", "- a list\n", "", "id: a\nid: b\n", "a: &x 1\nb: *x\n---\nc: 1\n", "\tid: a\n"],
)
def test_what_cannot_be_read_is_not_touched(file: str) -> None:
    with pytest.raises(NotEditable):
        put(file, ("status",), "published")


def test_a_comment_is_never_swallowed_by_a_text_above_it() -> None:
    file = "id: a\nen:   # when?\n    # deeper\nlast: 1\n"
    after = put(file, ("en",), "word " * 60)
    assert yaml.safe_load(after)["en"] == ("word " * 60).strip()
    assert "# when?" in after
    assert "    # deeper\n" in after


@pytest.mark.parametrize("path", sorted((ROOT / "content" / "articles").glob("*.yaml")))
def test_every_text_of_the_library_can_be_set_without_touching_another(path: Path) -> None:
    file = path.read_text(encoding="utf-8")
    data = yaml.safe_load(file)
    for number, quote in enumerate(data["quotes"]):
        for key in ("text", "attribution"):
            after = put(file, (*QUOTES, number, key), "另一句话。", order=order_of)
            _, came = changed(after, file)
            assert came == [f"    {key}: 另一句话。"], quote["id"]


@pytest.mark.parametrize(
    "text",
    ["", "plain", "是", "a: b", "- a", "# a", "'", '"', "1e5", "0x1F", "true", "No", "~", "2025-10",
     "@x", "a #b", "{a}", "*a", "100 hours", "“quoted”", "a\\n", "!x", "%x", "|", ">", "? a",
     "12:30", "é", "🙂 a"],
)  # fmt: skip
def test_a_text_stays_a_text(text: str) -> None:
    assert (yaml.safe_load(f"k: {scalar(text)}")["k"] or "") == text
    assert put("k: old\n", ("k",), text or "x") != ""
