"""Truth, not only form: forgeries that `content check` tells, and honest edits that it lets be."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.core.language import Language
from bot.library.check import check
from bot.library.rules.numbers import numbers_in
from tests.library.conftest import FIXTURES

CONTENT = Path(__file__).parents[2] / "content"
CASES = yaml.safe_load((FIXTURES / "truth.yaml").read_text(encoding="utf-8"))


def told(tmp_path: Path, case: dict[str, Any]) -> list[str]:
    """What the check says of the real content in which somebody changed something."""
    folder = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    text = (folder / case["file"]).read_text(encoding="utf-8")
    for change in case["changes"]:
        assert change["old"] in text
        text = text.replace(change["old"], change["new"], 1)
    (folder / case["file"]).write_text(text, encoding="utf-8")
    return [str(one) for one in check(folder, Language.EN, date(2026, 12, 1))]


@pytest.mark.parametrize("case", CASES["forgeries"], ids=lambda case: case["name"])
def test_a_forgery_is_told(case: dict[str, Any], tmp_path: Path) -> None:
    said = told(tmp_path, case)
    assert any(case["said"] in one for one in said), said


@pytest.mark.parametrize("case", CASES["honest"], ids=lambda case: case["name"])
def test_an_honest_edit_is_let_be(case: dict[str, Any], tmp_path: Path) -> None:
    assert told(tmp_path, case) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("over $1.4bn", 1.4e9),
        ("14 亿美元", 1.4e9),
        ("一百二十万", 1.2e6),
        ("二〇二五年", 2025),
        ("两千三百", 2300),
        ("百分之三十八", 38),
        ("三成", 30),
        ("twenty-five hours", 25),
        ("two hundred and fifty thousand", 250_000),
        ("a dozen streams", 12),
        ("half a year", 6),
        ("上亿美元", 1e8),
        ("１２０小时", 120),
        ("400,000 jobs", 400_000),
    ],
)
def test_a_number_is_read_however_it_is_told(text: str, said: float) -> None:
    assert said in numbers_in(text)
