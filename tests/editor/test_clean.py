"""The cleaner: damage as pages make it, undone; texts without it, left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from rapidfuzz.distance import Levenshtein

from bot.editor.clean import Certainty, clean
from bot.library.load import load
from tests.cli.process import ROOT, Done, aiwork
from tests.editor.damage import damage

CONTENT = ROOT / "content"


def prose() -> str:
    """Our own sentences in Chinese, a line each."""
    library = load(CONTENT)
    summaries = [article.summary.hans for article in library.articles.values()]
    return "\n".join([*summaries, *(fact.text.hans for fact in library.facts.values())])


@pytest.mark.parametrize("seed", [11, 12])
def test_generated_damage_is_undone(seed: int) -> None:
    text = prose()
    damaged = damage(text, seed, losses=0.6)
    assert damaged.steps > 300
    assert damaged.lost + damaged.shifted > 20
    cleaned = clean(damaged.text).text.rstrip("\n")
    wrong = Levenshtein.distance(text, cleaned)
    assert wrong <= len(text) * 0.01
    pairs = zip(text.split("\n"), damaged.text.split("\n"), cleaned.split("\n"), strict=True)
    in_step = [(a, c) for a, b, c in pairs if "?" not in b]
    assert (
        sum(Levenshtein.distance(a, c) for a, c in in_step) <= sum(len(a) for a, _ in in_step) / 500
    )


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        ("因?yàn)轫?xiàng)目", "因为项目"),
        ("很多是中國人?！鼻靥煜蜃髡弑硎尽?/span>", "很多是中国人。”秦天向作者表示。"),
        ("意味著他們隨著時間讀名著", "意味着他们随着时间读名著"),
    ],
)
def test_a_run_out_of_step_is_put_back(shown: str, meant: str) -> None:
    assert meant in clean(f"{HEAVY}\n{shown}").text


def test_what_had_to_be_guessed_is_said() -> None:
    done = clean(f"{HEAVY}\n“硅谷做AI的技術(shù)員,很多是中國人?！鼻靥煜蜃髡弑硎荆f。")
    assert any("秦天" in one.after for one in done.guessed)
    exact = [one for one in done.repairs if one.kind == "pinyin"]
    assert {one.confidence for one in exact} == {Certainty.EXACT}
    assert {one.line for one in exact} >= {1}


HEAVY = (
    "這個(gè)問(wèn)題的結(jié)局,與(yǔ)會(huì)者說(shuō)過(guò),沒(méi)有人對(duì)此負(fù)責(zé)。\n"
    "因?yàn)轫?xiàng)目多,因?yàn)樗麄儾粫?huì),因?yàn)閾?dān)心,大家都很辛苦。"
)
"""Lines that show how the page was made."""

CLEAN = {
    "simplified": "这是一段普通的文字，没有任何损坏。他说：“明天见！”\n\n\n    缩进也保留。\n",
    "english": "A plain text, with (brackets), a question? And 1,000 items: fine.\n",
    "a gloss": "这个字读作长(zhǎng)，不是长(cháng)。行(háng)也一样。\n",
    "a real question": "人才在哪里?他问。没有人知道?也许有人知道。\n",
    "news of lotteries": "警方通报，一个六合彩赌博网站被关闭，涉案两千万元。记者昨日走访了现场。\n",
    "a tag as a word": "他把 <span> 写进了正文，编辑没有发现。\n",
    "traditional words quoted": "他写的是繁体的“龍”和“龜”，不是简体。\n",
    "reduplication": "天天一个个谢谢谢宁，将将好。\n",
    "no end of line": "没有换行",
    "windows": "第一行\r\n第二行\r\n",
    "an address": "见 https://example.com/a?b=c&d=e?f\n",
}


@pytest.mark.parametrize("name", CLEAN)
def test_a_text_without_damage_comes_out_byte_for_byte(name: str) -> None:
    text = CLEAN[name] * 5
    done = clean(text)
    assert done.text == text
    assert not done.repairs


def test_our_own_sentences_are_left_alone() -> None:
    assert clean(prose()).text == prose()


def test_traditional_text_stays_so_when_asked() -> None:
    text = "這是一段繁體文字，沒有任何損壞。"
    assert clean(text, keep_script=True).text == text
    assert clean(text).text == "这是一段繁体文字，没有任何损坏。\n"
    kept = clean(HEAVY, keep_script=True).text
    assert "這個問題的結局" in kept


def test_advertising_goes_as_a_block_and_the_page_around_it_too() -> None:
    block = "\n".join(f"【某某{n}开奖资料大全】" for n in range(8))
    page = (
        "图片来源:视觉中国\n编辑 | 某某\n正文在这里,很多人说,这样不行,那样也不行。\n相关阅读\n01\n"
    )
    cleaned = clean(f"{block}\n{page}").text
    assert cleaned == "正文在这里，很多人说，这样不行，那样也不行。\n"


def test_a_name_that_stands_twice_is_said_once() -> None:
    text = (
        "萨姆·阿尔特曼(萨姆·阿尔特曼)说,凯(凯)不同意,鲍勃·麦格鲁(鲍勃·麦格鲁)走了,罗根(罗根)留下。"
    )
    assert clean(text).text.startswith("萨姆·阿尔特曼说，")


def test_cleaning_twice_changes_nothing_more() -> None:
    once = clean(damage(prose(), 5, losses=0.5).text).text
    assert clean(once).text == once


def run(raw: bytes, *words: str) -> Done:
    return aiwork("content", "clean", *words, data=ROOT, typed=raw)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_command_takes_whatever_encoding_a_page_has(encoding: str) -> None:
    done = run(f"{HEAVY}\n".encode(encoding), "--report")
    assert done.returncode == 0
    assert "这个问题的结局，与会者说过" in done.stdout.decode()
    assert "1: pinyin, exact: 個(gè) → 個" in done.stderr.decode()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "there is nothing to clean"),
        (b"%PDF-1.7 \x00", "save it as text first"),
        (b"\x89PNG\r\n", "save it as text first"),
        (b"a\x00b", "this is no text"),
        (b"\xff\xfe\x00", "it says that it is utf-16, and is not"),
        (b"\xff\xff\xff\xff\xa1", "save it as UTF-8"),
    ],
)
def test_what_is_no_text_is_one_sentence(raw: bytes, said: str) -> None:
    done = run(raw)
    assert done.returncode == 2
    assert said in done.stderr.decode()
    assert done.stdout == b""


def test_the_model_is_kept_between_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.editor.clean.language_model import language_model

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for _ in range(2):
        language_model.cache_clear()
        assert language_model().score("因", "为") > language_model().score("因", "龟")
        (kept,) = (tmp_path / "aiwork").iterdir()
    kept.write_bytes(b"half of it")
    language_model.cache_clear()
    assert language_model().score("因", "为") > -10
