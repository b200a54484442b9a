"""The library as it is: what a person would type for its quotes and articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.library.documents import documents
from bot.library.load import load
from bot.library.search import Index, build

CONTENT = Path(__file__).parents[3] / "content"

EXPECTED = {
    "quote:twenty-years-in-two": [
        "liang nian 20 nian",
        "两年跑完二十年",
        "race through twenty years of science",
        "加速跑完20年的科学進程",
    ],
    "quote:nobody-takes-vacation": [
        "没有人在度假",
        "没人去渡假",
        "who said nobody takes vacation",
        "没有时间陪盆友",
        "no time for freinds no time for hobbies",
    ],
    "quote:most-interesting-question": [
        "巴特森",
        "batson scientific question",
        "最有趣的科学問題是谁说的",
    ],
    "article:silicon-valley-002": ["硅谷疯", "矽谷瘋了", "silicon valley goes mad"],
    "quote:ai-is-just-a-job": ["AI只是一份工作", "ai is just a job", "AI 只是一分工作"],
    "quote:brave-face": [
        "装出一副勇敢的样子",
        "zhuang chu yi fu yonggan de yangzi",
        "庄出一副勇敢",
    ],
    "quote:imposter-syndrome": [
        "冒名顶替综合症",
        "冒名頂替",
        "imposter syndrom",
        "mao ming ding ti",
    ],
    "quote:let-your-ai-work": ["全天候工作的不是你", "应该是你的 AI 在工作", "全天后工作的不是你"],
    "quote:green-card-or-not": ["绿卡", "無法確保獲得綠卡", "green card"],
    "quote:nba-salaries": ["NBA球员一样的薪水", "那句拿着NBA球员薪水的话是谁说的"],
    "quote:race-against-time": ["与时间赛跑", "一场与时间的赛跑", "race against time"],
    "quote:geeks-have-their-moment": ["极客的高光时刻", "jike de gaoguang shike", "极客们迎来高光"],
    "quote:poaching-among-elites": ["精英内部挖角", "精英挖角的时代"],
    "quote:gpt-hotter-than-self-driving": ["GPT比自动驾驶更火", "gpt hotter than self driving"],
    "article:meta-talent-war": ["Meta上亿美元抢人"],
}
NOTHING = [
    "quantum entanglement",
    "量子纠缠",
    "今天天气怎么样",
    "how do i reset my password",
    "asdfgh",
]


@pytest.fixture(scope="module")
def content() -> Index:
    return build(documents(load(CONTENT)))


@pytest.mark.parametrize(
    ("typed", "expected"), [(typed, one) for one, some in EXPECTED.items() for typed in some]
)
def test_what_people_type_finds_what_they_mean(content: Index, typed: str, expected: str) -> None:
    assert [hit.id for hit in content.look(typed, 1).hits] == [expected]


@pytest.mark.parametrize("typed", NOTHING)
def test_what_is_not_in_the_library_is_not_found(content: Index, typed: str) -> None:
    assert content.look(typed, 3).hits == ()
