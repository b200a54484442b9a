"""`aiwork content import`: articles become drafts, and nothing is written for what is none."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
import yaml
from aiohttp import web

from bot.core.language import Language
from bot.editor.entries import look_up
from bot.editor.importer.quotations import WHO, Quotation, Speaks, quotations_in
from bot.editor.importer.run import Imported, import_one
from bot.fetch import FetchError, fetch, is_public
from bot.library.check import check
from tests.cli.process import ROOT

TODAY = date(2026, 11, 27)

CHINESE = """熬夜的人和不熬夜的公司
作者 | 某某
某初创公司的工程师王小明（Wang Xiaoming）已经三个星期没有休息过一天。
“我们所有人都靠咖啡和希望撑着，”王小明说。“没有人问能不能做到，大家只问什么时候做完。”
他的同事们把这种日子叫作“冲刺”。在2025年，这家公司裁掉了约120个岗位，占员工的15%。
一位不愿具名的前员工告诉作者：“我离开，是因为我连女儿的生日都记不住了。”
她说：“没有哪个版本值得用一个家来换。”
公司的发言人则表示，工时会在明年减少到每周50小时，奖金总额达到2.4亿元。
业内把这类做法称为“内卷”，也有人叫它“军备竞赛”。许多公司在周末提供餐食，还有公司安排专车。
这样的日子还要持续多久，没有人给出答案。窗外的灯一直亮到天明，第二天的会议照常在八点开始。
“会好起来的。”墙上这样写着。办公室里的人换了一批又一批，工位却一直没有空过，新来的人很快学会了不问问题。
人事部门的统计显示，过去一个季度里提出离职的人比上一季度多了三成，而补上来的人平均只工作了七个月。
"""
"""Plainly made up, and long enough for an article: nobody in it exists."""

ENGLISH = """
“We are all running on coffee and hope,” said Engineer A, who builds chips at a startup. “Nobody asks whether it can be done. They ask when.”
The manager of the team, Manager B, told the paper that the pace would slow. “It has to,” she said. “People are not machines, and the machines are not finished either.”
The so-called “death march” was over, she added. One former researcher said: “I left because I could not remember my daughter's birthday.”
A spokesperson declined to comment on the “schedule”. In 2025 the company cut about 120 jobs, 15% of its staff, and paid $2.4 million in bonuses.
Offices stay lit until the morning, and the meeting of the next day begins at eight as it always does. Those who are new soon learn not to ask.
"""  # noqa: E501


def said(found: list[Quotation], part: str) -> Quotation:
    return next(one for one in found if part in one.text)


def test_quotations_are_found_joined_and_given_to_who_said_them() -> None:
    found = quotations_in(CHINESE)
    joined = said(found, "咖啡和希望")
    assert joined.text == "我们所有人都靠咖啡和希望撑着，没有人问能不能做到，大家只问什么时候做完。"
    assert (joined.speaker, joined.doubts) == ("王小明", ())
    anonymous = said(found, "女儿的生日")
    assert anonymous.kind is Speaks.ANONYMOUS
    pronoun = said(found, "值得用一个家")
    assert pronoun.doubts == (WHO,)
    assert not any(word in one.text for one in found for word in ("冲刺", "内卷", "会好起来"))


def test_english_quotations_too() -> None:
    found = quotations_in(ENGLISH)
    assert said(found, "coffee").text == (
        "We are all running on coffee and hope. Nobody asks whether it can be done. They ask when."
    )
    assert said(found, "It has to").text.startswith("It has to. People are not machines")
    assert said(found, "birthday").kind is Speaks.ANONYMOUS
    assert not any("death march" in one.text or one.text == "schedule" for one in found)


def test_names_that_are_false_are_known_by_the_note() -> None:
    text = "“我每天都在等一个不会来的电话。”李雷说。\n（李雷为化名）"
    assert quotations_in(text)[0].kind is Speaks.PSEUDONYM


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "content", tmp_path / "content"))


def run(given: Path | str, folder: Path, name: str = "") -> Imported:
    (done,) = asyncio.run(import_one(str(given), folder, TODAY, name=name))
    return done


def written(folder: Path, text: str | bytes, name: str = "article.txt") -> Path:
    path = folder.parent / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_draft_holds_what_was_found_and_leaves_open_what_a_person_writes(
    encoding: str, folder: Path
) -> None:
    done = run(written(folder, CHINESE.encode(encoding)), folder, "night-shift")
    assert done.path
    draft = yaml.safe_load(done.path.read_text(encoding="utf-8"))
    assert draft["status"] == "draft"
    assert draft["title"]["zh-Hans"] == "熬夜的人和不熬夜的公司"
    assert draft["source"]["authors"] == ["某某"]
    assert draft["summary"] == {"zh-Hans": None, "en": None}
    figures = [f for point in draft["key_points"] for f in point["figures"]]
    assert {"value": 120, "unit": "jobs", "bound": "about", "as_of": "2025"}.items() <= next(
        f for f in figures if f["unit"] == "jobs"
    ).items()
    assert any((f["value"], f["unit"]) == (240_000_000, "cny") for f in figures)
    assert draft["quotes"][0]["speaker"]["name"]["zh-Hans"] == "王小明"
    text = done.path.read_text(encoding="utf-8")
    assert "# doubtful: who speaks is only a pronoun" in text
    assert "# from the line “作者 | 某某”" in text


def test_a_draft_that_was_imported_disturbs_nothing_and_can_be_looked_at(folder: Path) -> None:
    assert run(written(folder, CHINESE), folder, "night-shift").path
    told = check(folder, Language.EN, TODAY)
    assert not [one for one in told if not one.draft]
    assert not [str(one) for one in told]
    assert look_up(folder, "night-shift-said-01").entry


def test_evidence_and_quotations_of_a_draft_are_proved_from_the_first(folder: Path) -> None:
    done = run(written(folder, CHINESE), folder, "night-shift")
    assert done.path
    text = done.path.read_text(encoding="utf-8").replace("靠咖啡和希望", "靠咖啡和信念")
    done.path.write_text(text, encoding="utf-8")
    told = [str(one) for one in check(folder, Language.EN, TODAY)]
    assert any("night-shift-said-01].text: does not stand so in the source" in one for one in told)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "there is nothing to clean"),
        (b"%PDF-1.7", "save it as text first"),
        (b"\x00\x01\x02" * 99, "this is no text"),
        (b"too short", "holds no article"),
        ("登录后继续阅读\n" + "一些文字，" * 60, "behind a paywall"),
        ("<html><body>" + "<div>" * 5000 + "text", "nested too deep"),
        ("<html><body><nav>a</nav></body></html>", "holds no article"),
        ("这里没有引语也没有数目，只有一些平常的句子。" * 40, "neither a quotation nor a figure"),
    ],
)
def test_what_is_no_article_is_one_sentence_and_nothing_written(
    raw: str | bytes, said: str, folder: Path
) -> None:
    before = sorted((folder / "articles").iterdir())
    done = run(written(folder, raw), folder, "none")
    assert done.path is None
    assert said in done.told
    assert sorted((folder / "articles").iterdir()) == before


def test_nothing_is_written_twice_or_over_a_file(folder: Path) -> None:
    first = run(written(folder, CHINESE), folder, "night-shift")
    assert first.path
    published = first.path.read_text(encoding="utf-8")
    again = run(written(folder, ENGLISH), folder, "night-shift")
    assert again.path is None
    assert "the id night-shift is used already" in again.told
    assert first.path.read_text(encoding="utf-8") == published


PAGE = f"""<!doctype html><html lang="en"><head><title>Coffee and hope</title>
<meta property="og:site_name" content="A Paper"><meta name="author" content="Reporter C">
<meta property="article:published_time" content="2025-03-04"></head>
<body><nav>Home | News</nav><article><h1>Coffee and hope</h1>
{"".join(f"<p>{line}</p>" for line in ENGLISH.strip().splitlines())}</article>
<script>alert(1)</script></body></html>"""


@pytest.fixture
async def site() -> AsyncIterator[str]:
    """A web site on the loopback, which only tests may read."""

    async def page(request: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    async def feed(request: web.Request) -> web.Response:
        links = "".join(f"<item><link>{_root(request)}/{n}</link></item>" for n in ("page", "no"))
        text = f"<?xml version='1.0'?><rss version='2.0'><channel>{links}</channel></rss>"
        return web.Response(text=text, content_type="application/rss+xml")

    async def away(request: web.Request) -> web.Response:
        raise web.HTTPFound("http://inside.example:1/secret")

    async def large(request: web.Request) -> web.Response:
        return web.Response(body=b"x" * 10_000_001, content_type="text/html")

    app = web.Application()
    app.add_routes(
        [web.get("/page", page), web.get("/feed", feed), web.get("/away", away),
         web.get("/large", large)]
    )  # fmt: skip
    runner = web.AppRunner(app)
    await runner.setup()
    server = web.TCPSite(runner, "127.0.0.1", 0)
    await server.start()
    port = runner.addresses[0][1]
    yield f"http://paper.example:{port}"
    await runner.cleanup()


def _root(request: web.Request) -> str:
    return f"http://{request.host}"


def look_up_here(host: str, port: int) -> list[str]:
    return ["127.0.0.1"] if host == "paper.example" else ["10.0.0.7"]


async def get(url: str) -> tuple[str, bytes, str]:
    return await fetch(url, look_up=look_up_here, allowed=lambda one: one == "127.0.0.1")


async def test_a_page_becomes_a_draft_with_what_it_says_of_itself(site: str, folder: Path) -> None:
    (done,) = await import_one(f"{site}/page", folder, TODAY, get=get)
    assert done.path
    assert done.path.name == "coffee-and-hope.yaml"
    draft = yaml.safe_load(done.path.read_text(encoding="utf-8"))
    assert draft["source"]["outlet"] == "A Paper"
    assert draft["source"]["published"] == "2025-03-04"
    assert draft["language"] == "en"
    assert "alert" not in done.path.read_text(encoding="utf-8")


async def test_a_feed_gives_a_draft_for_each_entry_that_is_an_article(
    site: str, folder: Path
) -> None:
    done = await import_one(f"{site}/feed", folder, TODAY, get=get)
    assert [one.path is not None for one in done] == [True, False]
    assert "answers 404" in done[1].told


@pytest.mark.parametrize(
    ("path", "said"),
    [("/away", "an address inside a network"), ("/large", "larger than 10 MB")],
)
async def test_no_redirect_leads_inside_and_no_page_is_endless(
    path: str, said: str, site: str, folder: Path
) -> None:
    (done,) = await import_one(f"{site}{path}", folder, TODAY, get=get)
    assert done.path is None
    assert said in done.told


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "::1", "fe80::1", "::ffff:10.0.0.1",
     "100.64.0.1", "224.0.0.1", "fc00::1"],
)  # fmt: skip
async def test_addresses_inside_a_network_are_refused_by_any_name(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(FetchError, match="inside a network"):
        await fetch("https://innocent.example/", look_up=lambda host, port: [address])


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x.example/", "gopher://x.example/"])
async def test_only_web_addresses_are_read(url: str, folder: Path) -> None:
    (done,) = await import_one(url, folder, TODAY, get=get)
    assert "only http and https addresses are read" in done.told


async def test_fetching_can_be_turned_off(folder: Path) -> None:
    (done,) = await import_one("https://paper.example/", folder, TODAY, get=None)
    assert "fetching is turned off" in done.told
