"""The same replies in English, both Chinese scripts, and both languages at once."""

from __future__ import annotations

import re

import pytest

from bot.core.language import Language
from bot.core.plain_text import text_of
from bot.core.reply import Reply
from bot.core.text import is_chinese
from tests.commands.desk import Desk, lines

COMMANDS = (
    "start", "help", "help quote", "about", "topics", "topics layoffs", "quote 996",
    "quote twenty-years-in-two", "quote quantum entanglement", "quote compute",
    "quote ai-engineers-rat-race", "search layoffs", "search", "search 两年跑完20年", "article",
    "article meta-talent-war", "article layoffs", "digest", "digest on 08:30 mon,wed Berlin",
    "digest on weekly", "digest on 02:00", "digest on foo", "digest pause", "digest pause 3d",
    "digest off", "subscribe", "subscribe layoffs, pay", "subscribe compute", "subscribe layofs",
    "subscribe xyzzy", "subscriptions", "unsubscribe pay", "unsubscribe all", "status", "home",
    "settings", "settings time=10:00", "settings time=25:00", "settings color=red", "privacy",
    "privacy export", "privacy delete", "privacy foo", "privacy delete sure", "report",
    "report x y", "report twenty-years-in-two", "report twenty-years-in-two wrong", "channel",
    "channel moon", "quot 996", "", "x" * 501,
)  # fmt: skip

SIMPLIFIED = re.compile(
    "[这话语录阅简闭启设关东们个还时间没页总选择后样级别谁动应种题与从给对开发现输错说请问里费长]"
)
"""Characters that traditional Chinese writes otherwise; 里 and 后 have two lives, but not here."""


def ours(reply: Reply, ask: Desk) -> list[str]:
    """The lines of the reply without what the sources and editors wrote, and what is typed."""
    text = text_of(reply)
    for quote in ask.library.quotes.values():
        text = text.replace(quote.text, "").replace(quote.text[:40], "")
        for name in (quote.speaker.name.hans, quote.speaker.name.en):
            text = text.replace(name, "")
    for article in ask.library.articles.values():
        source = article.source
        for outlet in (source.outlet, source.original_outlet, *source.authors):
            text = text.replace(outlet or "\0", "")
    return text.splitlines()


DESTRUCTIVE = ("unsubscribe", "subscribe", "privacy delete sure", "settings", "digest ")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda typed: typed[:40] or "empty")
async def test_a_command_does_the_same_in_every_language_and_keeps_to_it(
    ask: Desk, command: str
) -> None:
    replies = {}
    for language in Language:
        if language is Language.EN or command.startswith(DESTRUCTIVE):
            await ask("privacy delete sure")
            await ask("digest on 09:30 weekdays UTC")
            await ask("subscribe layoffs, pay")
        replies[language] = await ask(command, language=language)
    english = replies[Language.EN]
    for reply in replies.values():
        assert reply.outcome is english.outcome
        assert reply.field == english.field
        assert _shape(reply) == _shape(english)
        if "help" not in command:  # whose examples are in the reader's language
            assert lines(reply) == lines(english)
    if command not in ("help quote", "search 两年跑完20年"):  # which hold names, and what was typed
        strays = [line for line in ours(english, ask) if is_chinese(line) and "(" not in line]
        assert not strays
        assert not SIMPLIFIED.findall("".join(ours(replies[Language.HANT], ask)))


def _shape(reply: Reply) -> list[str]:
    """What the reply is made of; an English reader's translations apart."""
    blocks = [type(block).__name__ for block in reply.blocks]
    return [name for name in blocks if name != "Paragraph"]


async def test_both_is_the_chinese_sentence_and_the_english_one(ask: Desk) -> None:
    for command in ("topics", "about", "privacy", "article meta-talent-war"):
        hans = await ask.say(command, language="zh-Hans")
        english = await ask.say(command, language="en")
        both = await ask.say(command, language="both")
        for one, other, joint in zip(
            hans.splitlines(), english.splitlines(), both.splitlines(), strict=True
        ):
            assert joint in (one, f"{one} / {other}") or " · " in joint or "• " in joint


async def test_a_key_point_in_both_is_told_once_in_each(ask: Desk) -> None:
    both = await ask.say("article silicon-valley-002", language="both")
    point = ask.library.articles["silicon-valley-002"].key_points[0]
    assert f"• {point.text.hans} / {point.text.en}" in both


async def test_a_topic_has_the_traditional_name_its_editors_gave_it(ask: Desk) -> None:
    assert "矽谷華人工程師" in await ask.say("topics", language="zh-Hant")


@pytest.mark.parametrize(
    ("hint", "expected"),
    [("en-US", "Topics"), ("zh-CN", "话题"), ("zh_TW.UTF-8", "話題"), ("zh-hant-hk", "話題"),
     ("de", "Topics"), (None, "Topics"), ("both", "话题 / Topics")],
)  # fmt: skip
async def test_the_platforms_hint_chooses_the_language(
    ask: Desk, hint: str | None, expected: str
) -> None:
    assert text_of(await ask("topics", language=hint)).startswith(f"{expected}\n")


async def test_counts_of_one_are_singular(ask: Desk) -> None:
    topics = await ask.say("topics")
    assert "(1 quote, " in topics
    assert "1 quotes" not in topics
