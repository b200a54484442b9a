"""What people make of a quote they half remember, and what they type when they mean none: seeded.

Every kind turns a stretch of a line into a query; the answer is right if the document found holds
the stretch.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC
from pypinyin import lazy_pinyin

SEED = 7
LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CLAUSE = re.compile(r"[^，。！？；：…,.!?;:]+[，。！？；：…,.!?;:]*\s*")
_HAN_ONLY = re.compile(r"[\u4e00-\u9fff]{12,}")

QUESTIONS = [
    "那句{}是谁说的",
    "{}……出自哪里？",
    "请问{}的原话是什么",
    "有没有一句话叫{}",
    "{} who said this",
    "who said {}",
    "what's that line about {}",
    "do you remember {}?",
    "{} - where is it from",
]
EVERYDAY = [
    "服务器又挂了谁在值班",
    "今天中午吃什么",
    "会议室的钥匙在谁那里",
    "帮我合一下这个分支",
    "打印机没纸了",
    "明天早上九点站会别忘了",
    "报销单什么时候截止",
    "谁拿错了我的外卖",
    "周末团建去爬山吗",
    "测试环境的密码是多少",
    "can someone review my branch",
    "the build is red again",
    "what time is it over there",
    "lunch anyone",
    "i will be out of office on friday",
    "please mute yourself",
    "where did you put the report",
    "we need to talk about the budget",
    "my screen is frozen again",
    "is there any coffee left",
]


@dataclass(frozen=True, slots=True)
class Query:
    kind: str
    typed: str
    parts: tuple[str, ...]  # what the right line holds; nothing may be found if there are none


def grown(lines: Sequence[str], size: int) -> list[str]:
    """The lines, and new ones of two to four clauses of theirs in the same language, up to size."""
    rnd = random.Random(SEED)
    pools = [
        [c for line in lines if line.isascii() is ascii_ for c in _CLAUSE.findall(line)]
        for ascii_ in (True, False)
    ]
    made = dict.fromkeys(lines)
    while len(made) < size:
        pool = rnd.choice(pools)
        made["".join(rnd.sample(pool, rnd.randint(2, 4))).strip()] = None
    return list(made)


def queries(known: Sequence[str], unknown: Sequence[str], each: int) -> Iterator[Query]:
    """So many of every kind: cut from known lines, and negatives, most cut from unknown ones."""
    rnd = random.Random(SEED)
    for kind, (cut, spoil) in KINDS.items():
        for stretch in _stretches(known, cut, each, rnd):
            typed = spoil(stretch, rnd)
            parts = tuple(typed.split()) if spoil is _shuffled else (stretch,)
            yield Query(kind, typed, parts)
    for stretch in _stretches(unknown, _han, each, rnd):
        yield Query("none: unknown Chinese", stretch, ())
    for stretch in _stretches(unknown, _words, each, rnd):
        yield Query("none: unknown English", stretch, ())
    for line in EVERYDAY:
        yield Query("none: everyday", line, ())
    for _ in range(each):
        typed = "".join(rnd.choice(LETTERS) for _ in range(rnd.randint(6, 12)))
        yield Query("none: gibberish", typed, ())


Cut = Callable[[str, random.Random], str | None]
Spoil = Callable[[str, random.Random], str]


def _stretches(lines: Sequence[str], cut: Cut, each: int, rnd: random.Random) -> Iterator[str]:
    found = 0
    for _ in range(each * 200):
        stretch = cut(rnd.choice(lines), rnd)
        if stretch and found < each:
            found += 1
            yield stretch


def _han(line: str, rnd: random.Random) -> str | None:
    """Seven to eleven Chinese characters in a row."""
    run = _HAN_ONLY.search(line)
    if run is None:
        return None
    length = rnd.randint(7, 11)
    start = rnd.randrange(len(run.group()) - length + 1)
    return run.group()[start : start + length]


def _words(line: str, rnd: random.Random) -> str | None:
    """Five to eight English words in a row."""
    words = line.split()
    if not line.isascii() or len(words) < 8:
        return None
    length = rnd.randint(5, 8)
    start = rnd.randrange(len(words) - length + 1)
    return " ".join(words[start : start + length])


def _to_traditional(text: str, rnd: random.Random) -> str:
    return str(OpenCC("s2t").convert(text))


def _homophone(text: str, rnd: random.Random) -> str:
    """One character typed for another of the same sound."""
    place = rnd.randrange(len(text))
    others = _same_sounds().get(lazy_pinyin(text[place])[0], [text[place]])
    return text[:place] + rnd.choice(others) + text[place + 1 :]


@cache
def _same_sounds() -> dict[str, list[str]]:
    """Some characters for every syllable."""
    found: dict[str, list[str]] = {}
    for character in map(chr, range(0x4E00, 0x9FA6, 3)):
        found.setdefault(lazy_pinyin(character)[0], []).append(character)
    return found


def _typo(text: str, rnd: random.Random) -> str:
    """One letter or character dropped, doubled, or put before the one ahead of it."""
    place = rnd.randrange(1, len(text) - 1)
    before, here, after = text[:place], text[place], text[place + 1 :]
    return rnd.choice(
        [before + after, before + here + here + after, before[:-1] + here + before[-1] + after]
    )


def _shuffled(text: str, rnd: random.Random) -> str:
    """The four longest words: what is worth remembering."""
    words = sorted(re.findall(r"\w+", text), key=len)[-4:]
    rnd.shuffle(words)
    return " ".join(words)


def _asked(text: str, rnd: random.Random) -> str:
    return rnd.choice(QUESTIONS).format(text)


KINDS: dict[str, tuple[Cut, Spoil]] = {
    "fragment, Chinese": (_han, lambda text, rnd: text),
    "fragment, English": (_words, lambda text, rnd: text.upper()),
    "other script": (_han, _to_traditional),
    "typo, Chinese": (_han, _typo),
    "typo, English": (_words, _typo),
    "homophone": (_han, _homophone),
    "pinyin": (_han, lambda text, rnd: rnd.choice(["", " "]).join(lazy_pinyin(text))),
    "words in any order": (_words, _shuffled),
    "question, Chinese": (_han, _asked),
    "question, English": (_words, _asked),
    "question with a typo": (_words, lambda text, rnd: _asked(_typo(text, rnd), rnd)),
}
