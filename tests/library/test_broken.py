"""Every kind of damage that a content file can have, and what `content check` says of it.

The fixtures are one content folder, so that `aiwork content check tests/fixtures/broken` shows
them all.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from bot.core.errors import Problem
from bot.core.language import Language
from bot.core.text import is_chinese
from bot.library.check import check

FOLDER = Path(__file__).parents[1] / "fixtures" / "broken"

DAMAGE: dict[str, list[tuple[int, str, str]]] = {
    "Bad_Name.yaml": [
        (2, "id", "Bad_Name does not have the right form"),
    ],
    "alias-bomb.yaml": [
        (4, "pseudonyms", "&a is a YAML anchor"),
        (5, "topics", "&b is a YAML anchor"),
        (5, "topics[1]", "*a is a YAML alias"),
        (5, "topics[2]", "*a is a YAML alias"),
        (6, "quotes[1]", "*b is a YAML alias"),
        (6, "quotes[2]", "*b is a YAML alias"),
    ],
    "anchor.yaml": [
        (4, "title_status", "&mine is a YAML anchor"),
    ],
    "article-rules.yaml": [
        (1, "added", "no day on which it came into the library"),
        (7, "title.en", "takes 124 characters; 120 fit on a card"),
        (9, "source.published_note", "published is null and nothing says why"),
        (15, "source.retrieved", "2099-01-01 is in the future"),
        (16, "pseudonyms[2]", "张宇 comes after 秦天"),
        (17, "topics[2]", "burnout comes after overwork"),
        (19, "summary.zh-Hans", "has 16 characters"),
        (19, "summary.zh-Hans", "“去年” will be wrong when this is read"),
        (20, "summary.en", "has 9 words"),
        (22, "key_points", "has 4 facts; an article's card needs 5"),
        (33, "key_points[article-rules-fact-1].figures[1].as_of", "2099-10 is in the future"),
    ],
    "colon.yaml": [
        (6, "title", "a colon where no key can be"),
    ],
    "control-character.yaml": [
        (6, "file", "holds the invisible or special character U+0007"),
    ],
    "dash.yaml": [
        (4, "topics", "a list entry cannot begin here"),
    ],
    "duplicate-key.yaml": [
        (8, "summary", "this key is there already, on line 5"),
    ],
    "empty.yaml": [
        (1, "file", "is empty"),
    ],
    "escape.yaml": [
        (6, "title.en", "a backslash in double quotation marks begins a code that YAML does not"),
    ],
    "first-character.yaml": [
        (5, "pseudonyms[1]", "a value cannot begin with @"),
    ],
    "folder.yaml": [
        (1, "file", "is a folder, not a file"),
    ],
    "half-width.yaml": [
        (5, "title.zh-Hans", "an ASCII comma between Chinese characters"),
        (5, "title.zh-Hans", "an ASCII ? beside Chinese characters"),
        (5, "title.zh-Hans", "an ASCII ( beside Chinese characters"),
    ],
    "id-of-another.yaml": [
        (5, "quotes[overwork].id", "the id overwork is used already, at broken/topics.yaml:3"),
    ],
    "indentation.yaml": [
        (6, "file", "this line does not fit the one above"),
    ],
    "key-is-a-list.yaml": [
        (4, "file", "a list or mapping stands where a key should be"),
    ],
    "list-at-the-top.yaml": [
        (1, "file", '[{"id": "list-at-the-top", "status": "withdrawn"}] stands where'),
    ],
    "missing-translation.yaml": [
        (4, "title.en", "is missing"),
    ],
    "mojibake.yaml": [
        (5, "title.zh-Hans", "“因?yàn)” is damage of a wrongly decoded page"),
        (6, "title.en", "“�” is damage of a wrongly decoded page"),
    ],
    "no-header.yaml": [
        (1, "file", "the first line does not name the schema"),
    ],
    "no-space-after-colon.yaml": [
        (5, "file", "the line above has no key"),
    ],
    "no-such-topic.yaml": [
        (4, "topics[1]", "there is no topic overwrok in topics.yaml"),
    ],
    "not-utf-8.yaml": [
        (4, "file", "is not UTF-8 text"),
    ],
    "notes.yml": [
        (1, "file", "does not end in .yaml, so nobody reads it"),
    ],
    "number-without-marks.yaml": [
        (5, "title.zh-Hans", "002 without quotation marks is a number"),
        (6, "title.en", "007 without quotation marks is a number"),
    ],
    "only-a-comment.yaml": [
        (1, "file", "is empty"),
    ],
    "open-bracket.yaml": [
        (4, "topics[3]", "a bracket is opened here and not closed"),
    ],
    "open-quotation-mark.yaml": [
        (5, "title.zh-Hans", "a quotation mark is opened here and not closed"),
    ],
    "quote-rules.yaml": [
        (70, "quotes", "13 quotes from one article"),
        (73, "quotes[broken-too-long].text", "is too long: 76, where 60 are allowed"),
        (85, "quotes[broken-too-long].translation.en", "12 English words stand beside 76"),
        (88, "quotes[broken-too-short].text", "is too short to stand on its own: 6, where 15 are"),
        (101, "quotes[broken-comma].id", "broken-comma comes after broken-too-short"),
        (103, "quotes[broken-comma].text", "ends in ，, as if it went on"),
        (118, "quotes[broken-own-marks].text", "stands in quotation marks"),
        (143, "quotes[broken-time].context.zh-Hans", "“今年” will be wrong when this is read"),
        (144, "quotes[broken-time].context.en", "“this year” will be wrong when this is read"),
        (151, "quotes[broken-time-alone].text", "these words stand under "),
        (151, "quotes[broken-time-alone].text", "says “去年”, and nothing tells when that was"),
        (171, "quotes[broken-pseudonym].speaker.name.zh-Hans", "赵鸣 is called a pseudonym here"),
        (181, "quotes[broken-pseudonym-kind].text", "these words stand under "),
        (187, "quotes[broken-pseudonym-kind].speaker.name.en", "秦天 is not in Latin letters"),
        (188, "quotes[broken-pseudonym-kind].speaker.kind", "秦天 is in the article's pseudonyms"),
        (196, "quotes[broken-translation].text", "these words stand under "),
        (207, "quotes[broken-translation].translation.en", "there is no translation into en"),
        (211, "quotes[broken-attribution].text", "these words stand under "),
        (219, "quotes[broken-attribution].attribution", "is empty"),
        (226, "quotes[broken-topics].text", "these words stand under "),
        (235, "quotes[broken-topics].topics", "has 5 entries; 4 are allowed"),
        (235, "quotes[broken-topics].topics[2]", "burnout comes after overwork"),
        (241, "quotes[broken-speaker].text", "these words stand under "),
        (245, "quotes[broken-speaker].speaker.name.en", "is missing"),
        (255, "quotes[broken-last].text", "these words stand under "),
    ],
    "renamed.yaml": [
        (2, "id", "the id named-otherwise and the file's name differ"),
    ],
    "spam.yaml": [
        (5, "title.zh-Hans", "“国产av” is advertising, a stray tag or a contact line"),
        (6, "title.en", '“<kbd id="8yo6l">” is advertising, a stray tag or a contact line'),
        (7, "pseudonyms[1]", "“六合彩” is advertising, a stray tag or a contact line"),
        (9, "summary.zh-Hans", "“(id:faceaibang” is advertising, a stray tag or a contact line"),
        (10, "summary.en", "“editor@techcrunch.com” is advertising, a stray tag or a contact line"),
    ],
    "star.yaml": [
        (6, "title.en", "a value cannot begin with *"),
    ],
    "stray-spaces.yaml": [
        (5, "title.zh-Hans", "has a line break, double spaces, or spaces at an end"),
        (7, "title.en", "has a line break, double spaces, or spaces at an end"),
    ],
    "tab.yaml": [
        (5, "file", "a tab indents this line"),
        (6, "file", "a tab indents this line"),
    ],
    "tag.yaml": [
        (4, "language", "!important is a YAML tag"),
        (5, "pseudonyms", "tag:yaml.org,2002:python/tuple is a YAML tag"),
    ],
    "too-deep.yaml": [
        (4, "topics[1][1][1][1][1][1][1][1][1]", "more than 10 levels inside each other"),
    ],
    "traditional.yaml": [
        (5, "title.zh-Hans", "the traditional character 瘋 in a simplified text"),
    ],
    "two-documents.yaml": [
        (4, "file", "--- begins a second document"),
    ],
    "unclosed-mark.yaml": [
        (5, "title.zh-Hans", "“ has no partner"),
        (6, "title.en", ") has no partner"),
    ],
    "unknown-key.yaml": [
        (4, "sumary", "there is no key named sumary here"),
        (17, "source.publisher", "there is no key named publisher here"),
    ],
    "unseen-character.yaml": [
        (5, "title.zh-Hans", "holds the invisible or special character U+202E"),
        (6, "title.en", "holds the invisible or special character U+00A0"),
    ],
    "web-address.yaml": [
        (6, "title.en", "holds a web address"),
    ],
    "wrong-address.yaml": [
        (7, "source.url", "http://techcrunch.com/2025/01/24/ does not have the right form"),
    ],
    "wrong-date.yaml": [
        (9, "source.published", "2026-13-01 is no day of the calendar"),
        (10, "source.retrieved", "24 January 2025 does not have the right form"),
    ],
    "wrong-figure.yaml": [
        (10, "key_points[wrong-figure-1].evidence", "has 50 characters; 40 are allowed"),
        (12, "key_points[wrong-figure-1].figures[1].value", "600人 is not a number"),
        (13, "key_points[wrong-figure-1].figures[1].unit", "job is not one of the choices"),
        (
            14,
            "key_points[wrong-figure-1].figures[1].as_of",
            "2025 without quotation marks is a number",
        ),
    ],
    "wrong-kinds.yaml": [
        (4, "title", '["硅谷疯了"] stands where keys are expected'),
        (6, "language", "Chinese is not one of the choices"),
        (7, "pseudonyms", "秦天 is not a list"),
        (8, "topics", "is empty"),
        (12, "quotes[not-a-boolean].translated", "yes is neither yes nor no"),
    ],
    "topics.yaml": [
        (8, "topics[overwork].aliases[1]", "002 without quotation marks is a number"),
        (8, "topics[overwork].aliases[3]", "traditional stands for traditional already"),
        (8, "topics[overwork].aliases[5]", "加班 is in the list twice"),
        (12, "topics[burnout].slug", "burnout comes after overwork"),
        (17, "topics[burnout].aliases[2]", "９９６ stands for overwork already"),
        (17, "topics[burnout].aliases[3]", "內卷 comes after ９９６"),
        (26, "topics[layoffs].aliases[2]", "内卷 comes after 裁人"),
        (26, "topics[layoffs].aliases[2]", "内卷 stands for burnout already"),
    ],
}
"""File → the line, the key and the beginning of the sentence of everything wrong with it."""

IN_CHINESE = [
    ("tab.yaml", "这一行用制表符缩进", "请改用空格，每层两个"),
    ("duplicate-key.yaml", "这个键在第 5 行已经有了", "请只保留一个"),
    ("missing-translation.yaml", "缺少这一项", "请写 en: …"),
    ("wrong-date.yaml", "日历上没有 2026-13-01", "请按 YYYY-MM-DD 填写，例如 2024-05-10"),
    ("number-without-marks.yaml", "002 不加引号会变成数字", "请写成 '002'"),
    ("unknown-key.yaml", "这里没有名为 sumary 的键", "请写 summary"),
    ("not-utf-8.yaml", "不是 UTF-8 编码", "请以 UTF-8 编码重新保存"),
    ("half-width.yaml", "汉字之间用了半角逗号", "请改成 ，"),
]


@cache
def problems(language: Language) -> list[Problem]:
    return check(FOLDER, language, today=date(2025, 11, 22))


def of(file: str, language: Language = Language.EN) -> list[Problem]:
    return [problem for problem in problems(language) if problem.file.endswith(f"/{file}")]


@pytest.mark.parametrize("file", DAMAGE)
def test_each_damage_is_told_with_its_line_and_key(file: str) -> None:
    told = [(p.line, p.key, p.what) for p in of(file)]
    assert [(line, key) for line, key, _ in told] == [(line, key) for line, key, _ in DAMAGE[file]]
    for (_, _, what), (_, _, beginning) in zip(told, DAMAGE[file], strict=True):
        assert what.startswith(beginning)


def test_every_fixture_is_broken_and_every_problem_is_expected() -> None:
    files = {path.name for path in (FOLDER / "articles").iterdir()} | {"topics.yaml"}
    told = {problem.file.rpartition("/")[2] for problem in problems(Language.EN)}
    assert files == told == set(DAMAGE)


@pytest.mark.parametrize(("file", "what", "hint"), IN_CHINESE)
def test_damage_is_told_in_chinese(file: str, what: str, hint: str) -> None:
    first = of(file, Language.HANS)[0]
    assert (first.what, first.hint) == (what, hint)


def test_both_languages_tell_the_same_places() -> None:
    places = [[(p.file, p.line, p.key) for p in problems(x)] for x in (Language.EN, Language.HANS)]
    assert places[0] == places[1]
    assert all(is_chinese(p.what) and is_chinese(p.hint) for p in problems(Language.HANS))


def test_a_problem_reads_as_one_line_that_ends_in_the_next_step() -> None:
    assert str(of("tab.yaml")[0]) == (
        "broken/articles/tab.yaml:5 file: a tab indents this line; use two spaces for each level"
    )
    assert all(len(str(problem).splitlines()) == 1 for problem in problems(Language.EN))
    assert all(problem.hint for problem in problems(Language.EN))
