"""The cleaned source of a draft: beside it for the review, and nowhere else."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import yaml

from bot.editor.clean import Certainty, Cleaned, TextRepair, clean
from bot.editor.importer.draft import draft_of
from bot.editor.importer.source import ArticleText
from bot.editor.source_copy import (
    forget_source,
    has_letters,
    keep_source,
    passages_of,
    read_source_copy,
)
from bot.library.aliases import simplify
from bot.library.load import load
from tests.cli.process import ROOT
from tests.editor.damage import damage
from tests.editor.test_import import CHINESE


def test_each_repair_stands_at_the_line_that_it_is_of() -> None:
    cleaned = clean(f"\n\n{damage(CHINESE, 3).text}")
    passages = passages_of(cleaned)
    assert len(passages) == len(cleaned.origins)
    repairs = [(one, repair) for one in passages for repair in one.repairs]
    assert len(repairs) > 20
    for passage, repair in repairs:
        after = simplify(repair.after)
        assert has_letters(passage.text, after) or not any(map(str.isalnum, after))


def test_a_copy_is_read_back_as_it_was_kept_and_can_be_forgotten(tmp_path: Path) -> None:
    cleaned = clean(f"广告：开云体育 www.example.com\n{damage(CHINESE, 3).text}")
    keep_source(tmp_path, "some-id", cleaned)
    kept = read_source_copy(tmp_path, "some-id")
    assert kept
    assert kept.passages == tuple(passages_of(cleaned))
    forget_source(tmp_path, "some-id")
    forget_source(tmp_path, "some-id")
    assert read_source_copy(tmp_path, "some-id") is None


def test_letters_that_were_guessed_inside_a_quotation_are_doubtful() -> None:
    first = "一位员工说：“没有人问能不能做到，大家只问什么时候做完。”"
    text = f"{first}\n另一位员工说：“我们都靠咖啡和希望撑着。”\n"
    lost = TextRepair(7, "shifted", Certainty.GUESSED, "什?时煜做", "什么时候做")
    sure = TextRepair(9, "shifted", Certainty.EXACT, "靠?啡", "靠咖啡")
    source = ArticleText(text, Cleaned(text, (lost, sure), (7, 9)))
    draft = draft_of(source, "an-id", load(ROOT / "content"), date(2026, 11, 27))
    assert "  # doubtful: letters were lost here: 什?时煜做 was read as 什么时候做\n" in draft
    assert [one["repair"] for one in yaml.safe_load(draft)["quotes"]] == ["guessed", "exact"]


def test_no_package_and_no_image_takes_sources_along() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    taken = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert not {"content", "content/", "content/.source"} & set(taken)
    assert "content/.source" in (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert "content/.source/" in (ROOT / ".gitignore").read_text(encoding="utf-8").split()
