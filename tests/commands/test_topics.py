"""What a topic is, and what the words mean that people ask about."""

from __future__ import annotations

import pytest

from bot.core.reply import Quote
from tests.commands.desk import Desk


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("what is 996", "nine in the morning to nine at night"),
        ("what does 002 mean?", "unnamed startup executive's joke"),
        ("define the rat race", "endless, tiring competition"),
        ("what's H-1B", "work visa"),
    ],
)
async def test_a_word_that_is_asked_about_is_explained(typed: str, said: str, ask: Desk) -> None:
    assert said in await ask.say(typed)


async def test_the_same_in_chinese_and_with_what_somebody_said_of_it(ask: Desk) -> None:
    reply = await ask("内卷什么意思", language="zh-Hans")
    assert "得到的却没有变多" in await ask.say("内卷什么意思", language="zh-Hans")
    assert any(isinstance(block, Quote) for block in reply.blocks)


async def test_a_preview_shows_the_next_three_digests(ask: Desk) -> None:
    await ask("subscribe layoffs")
    text = await ask.say("digest preview")
    assert text.count("2026-03-0") == 3
    assert "Tue 2026-03-03 09:30" in text
