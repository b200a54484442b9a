"""A reading room on content of one's own, as its command and its web role make it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main

CONTENT = Path(__file__).parents[2] / "content"
URL = "https://read.example.org"

Make = Callable[..., str]


@pytest.fixture
def own_content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


@pytest.fixture
def make(own_content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Run `aiwork content site` on it; gives what it says."""
    monkeypatch.setenv("AIWORK_DATA_DIR", str(tmp_path / "data"))

    def run(*more: str, out: Path | None = None, code: int = 0) -> str:
        words = ["content", "site", str(own_content), "--out", str(out or tmp_path / "out"), *more]
        done = CliRunner().invoke(main, words)
        assert done.exit_code == code, done.output
        return done.output

    return run


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def withdraw(content: Path, name: str) -> None:
    done = CliRunner().invoke(
        main, ["content", "withdraw", name, "--why", "a test", "--in", str(content)]
    )
    assert done.exit_code == 0, done.output
