"""`aiwork digest preview`: what a chat would get, in the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.process import aiwork


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--topics", "layoffs", "--date", "2026-03-02"), "Layoffs · 2026-03-02"),
        (
            ("--topics", "job cuts", "--lang", "zh-Hans", "--date", "2026-03-02"),
            "裁员 · 2026-03-02",
        ),
        (("--topics", "签证", "--lang", "zh-Hant", "--date", "2026-03-02"), "簽證"),
    ],
)
def test_topics_and_language_of_a_preview_are_those_asked_for(
    words: tuple[str, ...], said: str, data: Path
) -> None:
    done = aiwork("digest", "preview", *words, data=data)
    assert done.returncode == 0
    assert said in done.stdout.decode()


def test_a_topic_that_is_none_is_told_with_the_nearest(data: Path) -> None:
    done = aiwork("digest", "preview", "--topics", "layofs", data=data)
    assert done.returncode == 2
    assert "there is no topic layofs; did you mean layoffs?" in done.stderr.decode()
