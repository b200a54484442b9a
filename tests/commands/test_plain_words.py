"""Plain words: what is wished for is done, what is quoted is found, and nothing else is changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app.services import phrase_files
from bot.commands.understand.conflicts import find_conflicts
from bot.commands.understand.grammar import Grammar
from bot.commands.understand.wishes import read_wishes
from bot.core.command import RoomKind
from bot.core.language import Language
from bot.core.plain_text import text_of
from bot.core.reply import Act, Buttons, Outcome, Reply
from tests.commands.desk import BOB, HOME, ROOM, Desk, grammar, lines

EXAMPLES = [
    (language, wish.line, line)
    for language, wishes in (("en", grammar().english), ("zh-Hans", grammar().chinese))
    for wish in wishes.wishes
    for line in wish.such_as
]


def understood(reply: Reply) -> str:
    return str(reply.understood or "")


@pytest.mark.parametrize(("language", "line", "typed"), EXAMPLES)
def test_every_example_of_a_wish_is_understood_as_it(
    language: str, line: str, typed: str, ask: Desk
) -> None:
    found = grammar().read(typed, ask.library)
    assert found, typed
    head, slot, _ = line.partition("{")
    said = str(found.line)
    assert said == line if not slot else said.startswith(head) and said != head


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("could you send me a digest every weekday at half past eight", "digest on 08:30 weekdays"),
        ("每周五下午三点发给我", "digest on 15:00 weekly fri"),
        ("follow layoffs and burnout", "subscribe layoffs,burnout"),
        ("we just moved to Singapore", "settings zone=singapore"),
        ("I'm on vacation for two weeks", "digest pause 14d"),
        ("give me something about H-1B", "quote visas"),
        ("Please stop!!", "digest off"),
        ("請問有沒有關於裁員的", "quote layoffs"),
        ("巴特森说了什么？", "quote 巴特森"),
        ("Quote: 996", "quote overwork"),
    ],
)
async def test_a_wish_is_the_command_that_says_the_same(typed: str, line: str, ask: Desk) -> None:
    assert understood(await ask(typed)) == line


async def test_what_was_wished_for_holds_and_can_be_undone(ask: Desk) -> None:
    reply = await ask("send me a digest every day at 8")
    assert "Digest: every day at 08:00" in text_of(reply)
    assert "digest off" in lines(reply)
    reply = await ask("please stop sending me these")
    assert "The digest is off." in text_of(reply)
    assert "digest on" in lines(reply)
    assert "No digest is set up here." in await ask.say("stop")


async def test_data_is_deleted_only_when_asked_twice(ask: Desk) -> None:
    await ask("subscribe layoffs")
    assert "This cannot be undone." in await ask.say("delete my data")
    assert "Layoffs" in await ask.say("what am I subscribed to?")


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("没有人公开讨论他们的挣扎", "brave-face"),
        ("AI is only a job", "ai-is-just-a-job"),
        ("不能放弃去硅谷", "never-give-up-silicon-valley"),
    ],
)
async def test_part_of_a_quotation_finds_it(typed: str, wanted: str, ask: Desk) -> None:
    reply = await ask(typed)
    assert ask.library.quotes[wanted].text in text_of(reply)


CHANGES = ("digest on", "digest off", "digest pause", "subscribe", "unsubscribe", "settings ")
"""Lines that change what a chat has."""


async def test_quotations_and_questions_change_nothing(ask: Desk) -> None:
    quotes = list(ask.library.quotes.values())
    typed = [text for q in quotes for text in (q.text, q.translation.en or "") if text]
    typed += [text[:n] for text in typed for n in (12, 25)]
    typed += [text[-14:] for text in typed]
    typed += [say for q in quotes if q.sayings for say in q.sayings.lines]
    typed += [fact.text.en for fact in ask.library.facts.values()]
    typed += ["stop burning out your engineers", "停不下来的工作", "more pay than NBA players"]
    typed += ["on reflection the pay is not worth it", "我想离职了", "I want to quit my job"]
    typed += ["enough", "不要", "开", "continue the", "One friend", "Every day", "get by three."]
    typed += ["I want my friend to", "one to UTC+8"]
    assert len(typed) >= 500
    for line in typed:
        wish = grammar().read(line, ask.library)
        assert wish is None or not str(wish.line).startswith(CHANGES), line


async def test_another_goes_on_with_what_this_person_saw_last_in_this_chat(ask: Desk) -> None:
    await ask("quote layoffs")
    assert understood(await ask("another one please")) == "quote layoffs p2"
    assert understood(await ask("再来一条", asker=BOB)) == "quote"
    await ask("search silicon valley")
    assert understood(await ask("more")) == "search silicon valley p2"


async def test_an_offer_is_taken_by_its_number_or_its_place(ask: Desk) -> None:
    first = await ask("articles")
    assert first.outcome is Outcome.ANSWERED
    second = list(ask.library.articles)[1]
    assert understood(await ask("the second one")) == f"article {second}"
    await ask("articles")
    assert understood(await ask("2")) == f"article {second}"
    await ask("articles")
    assert understood(await ask("第二个")) == f"article {second}"


async def test_a_card_is_no_list_to_pick_from(ask: Desk) -> None:
    await ask("quote layoffs")
    assert understood(await ask("the second one")) == "quote the second one"


async def test_what_was_set_in_words_is_told_in_two_lines(ask: Desk) -> None:
    await ask("subscribe layoffs")
    text = await ask.say("I live in Berlin")
    assert "Europe/Berlin" in text
    assert len(text.splitlines()) <= 4


async def test_a_bare_time_or_city_answers_what_was_asked(ask: Desk) -> None:
    await ask("subscribe layoffs")
    assert understood(await ask("8:30")) == "settings time=8:30"
    assert understood(await ask("Tokyo")) == "settings zone=tokyo"


async def test_in_a_group_only_managers_wishes_are_taken(ask: Desk) -> None:
    reply = await ask("send us a digest every day at 9", asker=BOB, at=ROOM, kind=RoomKind.GROUP)
    assert reply.outcome is Outcome.REFUSED
    assert HOME != ROOM


@pytest.mark.parametrize(
    ("typed", "said"),
    [("hi", "Hello!"), ("谢谢你", "不客气"), ("good night", "Until next time.")],
)
async def test_small_talk_is_met_in_one_sentence(typed: str, said: str, ask: Desk) -> None:
    assert said in await ask.say(typed, language="zh-Hans" if said == "不客气" else "en")


@pytest.mark.parametrize(
    ("typed", "title"),
    [("状态", "状态"), ("狀態", "狀態"), ("status", "Status"), ("帮助", "可以这样问")],
)
async def test_who_types_chinese_is_answered_in_that_script(
    typed: str, title: str, ask: Desk
) -> None:
    assert (await ask.say(typed, language=None)).splitlines()[0] == title


@pytest.mark.parametrize(
    ("phrase", "why"),
    [
        ("follow {toppic}", "there is no slot {toppic}"),
        ("<gvie> me", "there is no <gvie> under `words`"),
        ("(a|b", "missing )"),
    ],
)
def test_a_phrase_that_cannot_be_read_is_named(phrase: str, why: str) -> None:
    with pytest.raises(ValueError, match=r"(?s).*") as raised:
        read_wishes({"wishes": [{"line": "help", "say": [phrase]}]})
    assert why in str(raised.value)


def test_who_types_a_long_text_wishes_for_nothing(ask: Desk) -> None:
    assert Grammar(grammar().english, grammar().chinese).read("stop " * 40, ask.library) is None


async def test_what_is_said_of_the_last_entry_is_about_that_entry(ask: Desk) -> None:
    await ask("quote twenty-years-in-two")
    for typed, line in (
        ("save this", "save twenty-years-in-two"),
        ("where is that from?", "source twenty-years-in-two"),
        ("收藏这条", "save twenty-years-in-two"),
        ("hide this one", "hide twenty-years-in-two"),
    ):
        assert understood(await ask(typed)) == line


async def test_of_several_entries_it_is_asked_which(ask: Desk) -> None:
    await ask("search layoffs")
    assert "Which one?" in await ask.say("save this")


@pytest.mark.parametrize(
    "typed",
    ["• quote 996", "1. quote 996", "- quote 996", "[Another] quote 996", "/quote@aiwork_bot 996",
     "/aiwork quote 996", "aiwork: quote 996", "aiwork quote 996", "1、quote 996"],
)  # fmt: skip
async def test_what_copying_leaves_before_a_line_is_no_part_of_it(typed: str, ask: Desk) -> None:
    assert understood(await ask(typed)) == "quote 996"


@pytest.mark.parametrize("typed", ["???", "。", "—", "，，", "(...)"])
async def test_punctuation_alone_looks_nothing_up(typed: str, ask: Desk) -> None:
    assert "Say what you are looking for" in await ask.say(typed)


async def test_a_name_without_a_quotation_is_told_with_what_is_known(ask: Desk) -> None:
    for typed in ("what did Zuckerberg say", "who is Mark Zuckerberg?", "what about satya nadella"):
        assert "this is known about it" in await ask.say(typed)


async def test_after_a_change_of_language_everything_is_in_the_new_one(ask: Desk) -> None:
    reply = await ask("说中文")
    (row,) = [block.row for block in reply.blocks if isinstance(block, Buttons)]
    assert [button.label for button in row if isinstance(button, Act)] == ["设置"]


async def test_a_zone_set_without_a_digest_is_told_with_its_clock(ask: Desk) -> None:
    text = await ask.say("set timezone to Tokyo")
    assert "Time zone: Asia/Tokyo, where it is 17:00 now." in text


async def test_a_whole_number_is_not_found_by_its_last_figures(ask: Desk) -> None:
    assert "about 600 jobs" in await ask.say("fact 600")
    assert "3,600 people" not in await ask.say("fact 600")


def test_a_phrase_claimed_by_two_wishes_is_told_with_file_and_line(
    tmp_path: Path, ask: Desk
) -> None:
    english = phrase_files()[0]
    assert find_conflicts(english, grammar(), ask.library, Language.EN) == []
    forged = tmp_path / english.name
    more = """  - line: article
    say: ["(bookmark|save)"]
    such_as: ["save this"]
"""
    forged.write_text(english.read_text(encoding="utf-8") + more, encoding="utf-8")
    found = find_conflicts(forged, grammar(), ask.library, Language.EN)
    lines_of = forged.read_text(encoding="utf-8").splitlines()
    pattern, example = len(lines_of) - 1, len(lines_of)
    assert [(one.file, one.line) for one in found] == [
        ("config/understand.en.yaml", pattern),
        ("config/understand.en.yaml", example),
    ]
    assert "is claimed by “this save” in line" in str(found[0])
