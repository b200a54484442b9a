"""A reading room on content of one's own, as its command and its web role make it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main

CONTENT = Path(__file__).parents[2] / "content"
URL = "https://read.example.org"

FEW = ("ai-engineers-rat-race", "silicon-valley-002")
"""Articles of the small library in which tests edit and withdraw."""

Make = Callable[..., str]


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The reading room of all our content, made once: to be read only."""
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIWORK_DATA_DIR", str(folder / "data"))
        _run([str(CONTENT), "--out", str(folder / "out"), "--url", URL])
        yield folder / "out"


@pytest.fixture
def own_content(tmp_path: Path) -> Path:
    """A library of a few articles, to edit."""
    own = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    for file in (own / "articles").iterdir():
        if file.stem not in FEW:
            file.unlink()
            shutil.rmtree(own / "proof" / file.stem, ignore_errors=True)
            (own / "proof" / file.stem).unlink(missing_ok=True)
    return own


@pytest.fixture
def make(own_content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Run `aiwork content site` on it; gives what it says."""
    monkeypatch.setenv("AIWORK_DATA_DIR", str(tmp_path / "data"))

    def run(*more: str, out: Path | None = None, code: int = 0) -> str:
        return _run([str(own_content), "--out", str(out or tmp_path / "out"), *more], code)

    return run


def _run(arguments: list[str], code: int = 0) -> str:
    done = CliRunner().invoke(main, ["content", "site", *arguments])
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def withdraw(content: Path, name: str) -> None:
    done = CliRunner().invoke(
        main, ["content", "withdraw", name, "--why", "a test", "--in", str(content)]
    )
    assert done.exit_code == 0, done.output
