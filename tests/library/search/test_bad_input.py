"""Whatever is pasted: an answer or nothing, never an exception, and no more than 500 characters."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.library.search import Index, build
from bot.library.search.fold import LONGEST_QUERY
from tests.library.search.lines import lines


@cache
def index() -> Index:
    return build(lines())


PASTED = {
    "a book": "没人去度假" * 20_000,
    "one long word": "a" * 100_000,
    "pinyin without end": "womenzaishafashang" * 6_000,
    "punctuation": "，。！？…" * 200,
    "emoji": "🐂🐴👍🏽👨\u200d💻" * 200,
    "NUL": "没人\0去度假\0",
    "lone surrogates": "\ud800没人\udfff去度假",
    "right to left": "שלום \u202eعالم 没人",
    "combining marks by the hundred": "a" + "\u0301\u0323" * 50_000,
    "five megabytes": "没人 x " * 1_000_000,
}


@pytest.mark.parametrize("pasted", PASTED.values(), ids=PASTED)
def test_anything_pasted_gets_an_answer_or_nothing(index: Index, pasted: str) -> None:
    assert len(index.look(pasted, 3).hits) <= 3


def test_what_lies_beyond_the_limit_is_not_read(index: Index) -> None:
    line = "算力就是新的石油".ljust(LONGEST_QUERY, "。")
    assert index.look(line + "没人去度假" * 99, 3) == index.look(line, 3)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.text(max_size=80), st.integers(1, 10))
def test_any_text_is_answered_and_answered_alike_twice(typed: str, limit: int) -> None:
    finding = index().look(typed, limit)
    assert len(finding.hits) <= limit
    assert all(0.5 <= hit.score <= 1 for hit in finding.hits)
    assert finding == index().look(typed, limit)


@settings(derandomize=True, max_examples=30, deadline=None)
@given(st.data())
def test_any_six_characters_in_a_row_find_a_line_that_holds_them(data: st.DataObject) -> None:
    line = data.draw(st.sampled_from([line for line in lines() if len(line["text"]) > 8]))
    start = data.draw(st.integers(0, len(line["text"]) - 6))
    typed = line["text"][start : start + 6]
    if len(typed.split()[0]) >= 6 or not typed.isascii():
        found = {hit.id for hit in index().look(typed, 5).hits}
        assert line["id"] in found or not any(character.isalnum() for character in typed)
