"""Advertising is recognised however it is written, and ordinary sentences are not taken for it."""

from __future__ import annotations

import pytest

from bot.library.spam import spam_in

SPAM = {
    "lottery": [
        "【香港+六+合+資料總站】",
        "管家婆一碼一肖必中一",
        "2024澳門免費資料大全",
        "六 合 彩",
    ],
    "adult": ["国产Av中文字幕www", "国产ＡＶ中文", "亚洲精品无码", "Free PORN here"],
    "tags": ['<delect id="8yo6l">', "他說。?/span>", 'id="8yo6l"', "<kbd>"],
    "contact": [
        "微信公眾號：faceaibang",
        "QQ群 123456789",
        "editor@example.com",
        "(ID:faceaibang)",
    ],
}

ORDINARY = [
    "他们眼里只有工作。",
    "AV 是自动驾驶汽车的缩写。",
    "The casino of venture capital pays for overtime.",
    "腾讯开放了微信和 QQ 的接口。",
    "Kanban boards, navigation bars and strong words",
    "2023 年 11 月 30 日，OpenAI 的估值是 1 亿美元的 800 倍。",
    "A < B and C > D",
    "layoffs.fyi",
]


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, some in SPAM.items() for t in some])
def test_spam_is_recognised(kind: str, text: str) -> None:
    found = spam_in(f"硅谷的夜晚 {text} and more")
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_sentences_pass(text: str) -> None:
    assert spam_in(text) is None
