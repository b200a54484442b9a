"""What web pages, PDFs and keyboards leave in a text: told to the editor, never served."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.app.services import to_hant
from bot.core.errors import ContentError
from bot.core.language import Language
from bot.library.check import check
from bot.library.load import load

FIXTURE = Path(__file__).parents[1] / "fixtures" / "content"
ARTICLE = "articles/silicon-valley-002.yaml"
TITLE = "002破土而出，硅谷疯了"


def edited(tmp_path: Path, old: str, new: str) -> Path:
    """A copy of the small content in which an editor changed one thing."""
    folder = tmp_path / "content"
    shutil.copytree(FIXTURE, folder)
    text = (folder / ARTICLE).read_text(encoding="utf-8")
    assert old in text
    (folder / ARTICLE).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def told(folder: Path) -> list[str]:
    return [str(one) for one in check(folder, Language.EN, date(2026, 12, 1))]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("002破土⽽出，硅谷疯了", "only looks like the ordinary character; type 而"),
        ("002破土而出，硅谷ﾃﾞ疯了", "only looks like the ordinary character"),
        ("002破土而出，Gоogle疯了", "only looks like the ordinary character"),
        ("002破土而出&nbsp;硅谷疯了", "“&nbsp;” is markup"),
        ("002**破土而出**，硅谷疯了", "“**” is markup"),
        ("002破土而出，硅谷â€™疯了", "is damage of a wrongly decoded page"),
        ("待定", "“待定” stands where a text is due"),
    ],
)
def test_look_alikes_and_remains_are_told_with_what_to_write(
    written: str, said: str, tmp_path: Path
) -> None:
    assert any(said in one for one in told(edited(tmp_path, TITLE, written)))


def test_a_figure_below_zero_is_told(tmp_path: Path) -> None:
    folder = edited(tmp_path, "value: 80", "value: -80")
    assert any("-80 is below zero" in one for one in told(folder))


@pytest.mark.parametrize("damage", ["硅谷六合彩开奖", "因?yàn)轫?xiàng)目"])
def test_spam_and_damage_are_not_loaded(damage: str, tmp_path: Path) -> None:
    with pytest.raises(ContentError):
        load(edited(tmp_path, TITLE, damage))


def test_what_is_no_yaml_stops_nothing(tmp_path: Path) -> None:
    folder = edited(tmp_path, TITLE, TITLE)
    for name in ("x.yaml~", "Thumbs.db", "README.md", "4913", "notes.yml"):
        (folder / "articles" / name).write_bytes(b"\xff\xfe not content")
    assert load(folder).quotes
    assert [one for one in told(folder) if "nobody reads it" in one]


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("论文被发表了", "論文被發表了"),
        ("拉杰·达布雷说", "拉傑·達布雷說"),
        ("好困难", "好困難"),
        ("一个中国人", "一個中國人"),
        ("他的头发被发现了", "他的頭髮被發現了"),
    ],
)
def test_traditional_phrases_and_names_are_as_taiwan_writes_them(
    simplified: str, traditional: str
) -> None:
    assert to_hant(simplified) == traditional
