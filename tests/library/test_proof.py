"""Quotations are held to their source by a proof from which the source cannot be had."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.core.language import Language
from bot.library.check import check
from bot.library.proof import make_proof, read_proof, write_proof
from tests.library.conftest import Edit

SOURCE = (
    "塞瓦克说：“每个人都在不停地工作，强度非常大，”她停了停说，“而且似乎没有任何自然而然的停歇时刻。”"
    "在那之后的三个月里，团队一共裁减了约600个工作岗位，许多人第二天才知道。"
)


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        ("每个人都在不停地工作，强度非常大", True),
        ("每个人都在不停地工作,强度非常大", True),
        ("每个人都在不停地工作，强度非常大，而且似乎没有任何自然而然的停歇时刻。", True),
        ("团队一共裁减了约 600 个工作岗位", True),
        ("团队一共裁减了约６００个工作岗位", True),
        ("团队一共裁减了约900个工作岗位", False),
        ("每个人都在拼命地工作，强度非常大", False),
        ("每个人都在不停地工作，压力非常大，许多人第二天才知道", False),
        ("没有人在不停地工作，强度也不大，大家都很轻松愉快", False),
        ("她说", None),
    ],
)
def test_words_are_proved_letter_for_letter(words: str, holds: bool | None) -> None:
    assert make_proof("an-article", SOURCE).holds(words) is holds


def test_a_proof_is_small_and_says_nothing_by_itself(tmp_path: Path) -> None:
    path = write_proof(tmp_path, make_proof("an-article", SOURCE))
    assert path.stat().st_size < 23_000
    assert "塞瓦克" not in path.read_text(encoding="ascii")
    read = read_proof(tmp_path, "an-article")
    assert read
    assert read.holds("强度非常大，”她停了停说，“而且似乎")
    assert read_proof(tmp_path, "another") is None
    path.write_text("damaged", encoding="ascii")
    assert read_proof(tmp_path, "an-article") is None


def test_what_is_not_in_the_source_is_told_at_its_line(edit: Edit, content: Path) -> None:
    source = (
        "每个人都在不停地工作，强度非常大，而且似乎没有任何自然而然的停歇时刻。"
        "我没看到任何人的生活方式有任何改变。没人去度假……人们没有时间陪朋友，没有时间搞爱好"
    )
    write_proof(content, make_proof("silicon-valley-002", source))
    told = _told(content)
    assert not any("quotes[nobody-takes-vacation]" in one for one in told)
    edit("articles/silicon-valley-002.yaml", "没人去度假……人们没有", "没人愿意去度假……人们没有")
    assert any(
        "quotes[nobody-takes-vacation].text: does not stand so in the source" in one
        for one in _told(content)
    )


def _told(folder: Path) -> list[str]:
    return [str(one) for one in check(folder, Language.EN, date(2026, 12, 1))]
