"""`content check --fix`: sorts, unquotes and widens; comments stay, and what is well stays too."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.editor.fix import fix, fix_text, widen
from tests.cli.process import ROOT

UNTIDY = """\
# a head
id: untidy
pseudonyms: [秦天, 张宇]   # both false
topics: [pay, layoffs]
quotes:
  # the second
  - id: b-quote
    topics: [pay, layoffs]
    text: “他们说,我们(不)走!”   # said in May
    translation:
      en: They said, we (do not) go!
  # the first
  - id: a-quote
    text: 我们走。
"""
TIDY = """\
# a head
id: untidy
pseudonyms: [张宇, 秦天]   # both false
topics: [layoffs, pay]
quotes:
  # the first
  - id: a-quote
    text: 我们走。
  # the second
  - id: b-quote
    topics: [layoffs, pay]
    text: 他们说，我们（不）走！   # said in May
    translation:
      en: They said, we (do not) go!
"""


def test_it_sorts_unquotes_and_widens_with_comments_kept() -> None:
    assert fix_text(UNTIDY) == (TIDY, 6)


def test_again_it_changes_nothing() -> None:
    assert fix_text(TIDY) == (TIDY, 0)


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("他说,走", "他说，走"),
        ("(OpenAI 的人)都走了", "（OpenAI 的人）都走了"),
        ("f(x) 是函数", "f(x) 是函数"),
        ("看 https://a.example/?b", "看 https://a.example/?b"),
        ("3:2 赢了", "3:2 赢了"),
        ("好;走", "好；走"),
    ],
)
def test_width_is_changed_where_the_check_asks_for_it(text: str, wide: str) -> None:
    assert widen(text) == wide
    assert widen(wide) == wide


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "content", tmp_path / "content"))


def test_a_file_that_cannot_be_improved_stays_byte_for_byte(content: Path) -> None:
    odd = content / "articles" / "odd.yaml"
    odd.write_bytes("id: [\r\n# 坏\r\n".encode("gb18030"))
    (content / "articles" / "broken.yaml").write_text("id: [\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in content.rglob("*.yaml")}
    assert fix(content) == []
    assert {path: path.read_bytes() for path in content.rglob("*.yaml")} == before
