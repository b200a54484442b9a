"""The sentences of the content check: the same in both languages, none missing, none idle."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import bot.library
from bot.library.yaml.diagnostics import messages

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_SOURCE = "\n".join(
    path.read_text(encoding="utf-8") for path in Path(bot.library.__path__[0]).rglob("*.py")
)


@pytest.mark.parametrize("code", messages())
def test_both_languages_say_what_and_hint_with_the_same_values(code: str) -> None:
    sentences = messages()[code]
    assert set(sentences) == {"en", "zh"}
    assert all(set(parts) == {"what", "hint"} for parts in sentences.values())
    named = [set(_PLACEHOLDER.findall(" ".join(p.values()))) for p in sentences.values()]
    assert named[0] == named[1]


@pytest.mark.parametrize("code", messages())
def test_every_sentence_is_said_somewhere(code: str) -> None:
    assert f'"{code}"' in _SOURCE


@pytest.mark.parametrize("code", messages())
def test_sentences_do_not_end_in_a_full_stop_and_chinese_uses_its_own_marks(code: str) -> None:
    for parts in messages()[code].values():
        assert not any(text.endswith((".", "。")) for text in parts.values())
    assert not re.search(r"[\u4e00-\u9fff][,;!?]", " ".join(messages()[code]["zh"].values()))
