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


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("layoffs please", "layoffs"),
        ("some quotes about burnout", "burnout"),
        ("the visas topic", "visas"),
        ("h1b visa", "visas"),
        ("H-1B 签证", "visas"),
        ("996工作制", "overwork"),
        ("九九六工作制", "overwork"),
        ("内卷化", "overwork"),
        ("內卷化的問題", "overwork"),
        ("nèijuǎn", "overwork"),
        ("nei4juan3", "overwork"),
        ("A.I. race", "ai-race"),
        ("来点裁员的", "layoffs"),
        ("关于倦怠的语录", "burnout"),
    ],
)
def test_a_topic_is_named_with_small_words_around_it(typed: str, topic: str, ask: Desk) -> None:
    found = ask.library.topic_of(typed)
    assert found is not None
    assert found.slug == topic


@pytest.mark.parametrize(
    "typed",
    ["layoffs and burnout", "the best soup", "about", "签证和裁员", "more of it", "A100 b2"],
)
def test_two_topics_or_none_are_no_topic(typed: str, ask: Desk) -> None:
    assert ask.library.topic_of(typed) is None


async def test_an_outlet_is_found_by_its_usual_name(ask: Desk) -> None:
    for typed in ("article WSJ", "article 华尔街日报", "article Wall Street Journal"):
        assert "“002” springs up" in await ask.say(typed)
