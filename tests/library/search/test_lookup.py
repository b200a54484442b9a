"""What people type, and what they get."""

from __future__ import annotations

import pytest

from bot.library.search import Confidence, Index, Reason, build
from tests.library.search.lines import lines


def first(index: Index, typed: str) -> str | None:
    hits = index.look(typed, 5).hits
    return hits[0].id if hits else None


HALF_REMEMBERED = [
    ("没人敢先下班", "vacation", Reason.FRAGMENT),
    ("算力就是新的石油", "compute", Reason.EXACT),
    ("海内存知己天涯若比邻", "old-6", Reason.EXACT),
    ("沒人敢先下班", "vacation", Reason.SCRIPT),
    ("軟體吃掉世界", "software", Reason.REGIONAL),
    ("没人去渡假", "vacation", Reason.HOMOPHONE),
    ("海内存之己天涯若比林", "old-6", Reason.HOMOPHONE),
    ("meiren qu dujia", "vacation", Reason.PINYIN),
    ("suanlijiushixindeshiyou", "compute", Reason.PINYIN),
    ("suan li jiu si xin de siyou", "compute", Reason.PINYIN),
    ("sljsxdsy", "compute", Reason.INITIALS),
    ("巴特森", "science", Reason.SPEAKER),
    ("batson science", "science", Reason.SPEAKER),
    ("shakespear", "old-17", Reason.SPEAKER),
    ("glitters gold", "old-17", Reason.WORDS),
    ("evrything that gliters is not gold", "old-17", Reason.TYPO),
    ("春眠不觉小 处处", "old-8", Reason.HOMOPHONE),
]


@pytest.mark.parametrize(("typed", "found", "reason"), HALF_REMEMBERED)
def test_what_is_half_remembered_is_found_and_says_why(
    index: Index, typed: str, found: str, reason: Reason
) -> None:
    hits = index.look(typed, 5).hits
    assert (hits[0].id, hits[0].reason) == (found, reason)


FOUND = {
    "science": [
        "liang nian 20 nian",
        "两年跑完二十年",
        "twenty years of sience",
        "run 20 years in two",
    ],
    "vacation": [
        "没有人在度假",
        "who said nobody takes vacation",
        "没人去dujia",
        "nobody tkaes a vacaton",
    ],
    "sleep": ["那句关于睡眠的话是谁说的", "需要睡眠而不是会议", "we need sleep not meetings"],
    "lunch": [
        "what's that line about lunch",
        "没有人谈论午餐",
        "everybody talks about intelligence",
    ],
    "sunday": ["周日不来周一就不用来", "dont bother on monday", "DO NOT COME ON SUNDAY"],
    "blessing": ["九九六是一种福气", "做996是福气", "996 blessing"],
    "coffee": ["最忙的员工是咖啡机", "coffee machine busiest", "ka fei ji shi gong si li"],
    "replace": ["取代你的是会用模型的人", "不是模型取代你"],
    "marathon": ["没有终点的马拉松是谁说的", "marathon with no finish line"],
    "old-0": ["千里之行始与足下", "qianlizhixing", "那句千里之行……出自哪里"],
    "old-5": ["路漫漫其修远", "吾將上下而求索", "lumanmanqixiuyuanxi"],
    "old-9": ["不识庐山真面目", "bu shi lu shan zhen mian mu", "只缘身在山中"],
    "old-18": ["to be or not", "is the question that to be", "tobe or not to be"],
    "old-20": ["early to rise and early to bed", "healthy wealthy wise", "who wrote early to bed?"],
    "old-22": [
        "knowlege is power",
        "ｋｎｏｗｌｅｄｇｅ　ｉｓ　ｐｏｗｅｒ",
        "Knowledge 👍 is... power!!!",
    ],
}


@pytest.mark.parametrize(
    ("typed", "found"), [(typed, found) for found, some in FOUND.items() for typed in some]
)
def test_a_slip_a_question_or_the_other_language_does_not_hide_it(
    index: Index, typed: str, found: str
) -> None:
    assert first(index, typed) == found


NOTHING = [
    *["quantum entanglement", "quote quantum entanglement", "量子纠缠", "liangzi jiuchan"],
    *[
        "i want to go home now",
        "what time is it",
        "can you do this for me today",
        "the people here",
    ],
    *["我们现在去哪里", "今天吃什么", "服务器又挂了", "帮忙看下日志", "周杰伦", "who said that"],
    *[
        "那句话是谁说的",
        "asdfghjkl",
        "qwrtzx",
        "郅喋锄焙崓",
        "3d281bb88c91",
        "997",
        "。。。",
        "🐂🐴",
        "",
    ],
    *[
        "docker compose up -d",
        "merge this after lunch pls?",
        "@all standup in 5 min",
        "¯\\_(ツ)_/¯",
    ],
]


@pytest.mark.parametrize("typed", NOTHING)
def test_when_nothing_fits_nothing_is_found(index: Index, typed: str) -> None:
    assert index.look(typed, 5).sure is Confidence.NOTHING
    assert index.search(typed, 5) == []


def test_an_exact_fragment_is_an_answer_and_a_doubtful_one_a_question(index: Index) -> None:
    assert index.look("没有终点的马拉松", 3).sure is Confidence.SURE
    assert index.look("那句关于睡眠的话是谁说的", 3).sure is Confidence.MAYBE


def test_everything_by_a_speaker_is_found_in_the_order_of_the_library(index: Index) -> None:
    assert [hit.id for hit in index.look("孔子", 5).hits] == ["old-1", "old-2", "old-3"]


def test_a_speaker_is_found_in_every_spelling(index: Index) -> None:
    for typed in ("Josh Batson", "乔希·巴特森", "喬希", "batson", "batsen", "ba te sen"):
        assert first(index, typed) in ("science", "marathon"), typed


def test_no_more_than_the_limit_come_back_and_the_best_come_first(index: Index) -> None:
    found = index.search("千里", 2)
    assert len(found) == 2
    assert found == sorted(found, key=lambda pair: -pair[1])


def test_an_article_is_found_by_its_title_before_the_quotes_that_are_from_it() -> None:
    quotes = [{**line, "work": "沙发上的硅谷"} for line in lines() if line["id"] != "article"]
    index = build([*quotes, lines()[-1]])
    assert first(index, "硅谷") == "article"


def test_a_corpus_of_nothing_answers_nothing() -> None:
    assert build([]).search("没人去度假", 3) == []


def test_a_document_of_nothing_does_no_harm() -> None:
    empty = {"id": "x", "text": "", "author": "", "work": "", "lang": ""}
    assert first(build([empty, *lines()]), "没人去度假") == "vacation"
