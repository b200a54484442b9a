from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parents[1] / "fixtures"

Edit = Callable[[str, str, str], Path]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A small valid content folder of one's own: two articles, one of them withdrawn."""
    return Path(shutil.copytree(FIXTURES / "content", tmp_path / "content"))


@pytest.fixture
def edit(content: Path) -> Edit:
    """Replace words of one file of `content`, as an editor would; gives the folder back."""

    def replace(file: str, old: str, new: str) -> Path:
        path = content / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return content

    return replace
