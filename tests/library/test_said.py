"""`said`: the speaker's own words beside a translated text, as an editor may write them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.core.language import Language
from bot.library.check import check
from tests.library.conftest import Edit

ARTICLE = "articles/silicon-valley-002.yaml"
LAST = "    repair: none\n"


def told(folder: Path) -> list[str]:
    return [str(one) for one in check(folder, Language.EN, date(2026, 12, 1))]


def said(text: str, *, language: str = "en", url: str = "https://example.com/page") -> str:
    return f"{LAST}    said:\n      language: {language}\n      text: {text}\n      url: {url}\n"


def test_own_words_with_the_page_that_shows_them_are_fine(edit: Edit) -> None:
    assert told(edit(ARTICLE, LAST, said("We are basically racing against time here."))) == []


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        (said("我们基本上是想在两年内加速跑完二十年的科学进程。"), "the words are not in en"),
        (said("We are racing,"), "ends in ,"),
        (said("word " * 41), "is too long: 41, where 40 are allowed"),
        (said("We are racing against time here.", url="http://example.com/page"), "said.url"),
        (said("我们基本上是想在两年内跑完。", language="zh-Hans"), "the text is no translation"),
    ],
)
def test_what_cannot_be_their_own_words_is_told(written: str, wrong: str, edit: Edit) -> None:
    assert any(wrong in one for one in told(edit(ARTICLE, LAST, written)))
