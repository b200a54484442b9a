"""The parts of the lookup, each by itself."""

from __future__ import annotations

import numpy as np
import pytest

from bot.library.search.fold import fold, split
from bot.library.search.pinyin import segment, sound_of, spellings
from bot.library.search.postings import best, pack
from bot.library.search.question import ASKS, marks, wrapper

SCRIPT = {ord("軟"): ord("软"), ord("體"): ord("体")}


@pytest.mark.parametrize(
    ("typed", "tokens"),
    [
        ("Don't PANIC!", ["do", "not", "panic"]),
        ("Café, naïve", ["cafe", "naive"]),
        ("軟體吃掉 ＡＩ", ["软", "体", "吃", "掉", "ai"]),
        ("20年", ["20", "年"]),
        ("皎\u200b若\u200b云", ["皎", "若", "云"]),
        ("that's Twain’s", ["that", "twain"]),
        ("\0\ud800🐂，。", []),
    ],
)
def test_what_looks_alike_folds_alike(typed: str, tokens: list[str]) -> None:
    assert split(fold(typed, SCRIPT)) == tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [("zhang", "zan"), ("shi", "si"), ("nian", "lian"), ("fu", "hu"), ("lv", "lu")],
)
def test_a_sloppy_ear_hears_no_difference(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other)


def test_letters_are_read_as_the_likeliest_syllables() -> None:
    known = spellings(["", "xi", "an", "xian", "shi", "sheng"])
    assert segment("xianshi", known, lambda before, this: 1.0) == ["xian", "shi"]
    assert segment("xianshi", known, lambda before, this: 9.0 * (this == 3)) == ["xi", "an", "shi"]
    assert segment("senshi", known, lambda before, this: 1.0) == ["sen", "shi"]
    assert segment("strength", known, lambda before, this: 1.0) is None


def test_the_question_around_the_words_is_seen() -> None:
    tokens = list("那句千里之行是谁说的")
    marked = marks(tokens)
    start, end = wrapper(marked)
    assert "".join(tokens[start:end]) == "千里之行"
    assert marked[0] == ASKS


def test_words_that_only_look_like_a_question_are_left_alone() -> None:
    assert wrapper(marks(["you", "can", "not", "step", "in", "it", "twice"])) == (0, 7)


def test_rare_features_count_for_more_and_the_earlier_document_goes_first() -> None:
    features, documents = np.array([7, 7, 7, 9, 9]), np.array([0, 1, 2, 1, 2], np.int32)
    postings = pack(features, documents, 4)
    assert best(postings.scores([7, 9, 12345]), 4).tolist() == [1, 2, 0]
    assert not postings.scores([1]).any()
