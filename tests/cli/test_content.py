"""`aiwork content`: an editor begins a draft, looks at it, publishes it, takes an entry out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.process import ROOT, aiwork


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "content", tmp_path / "content"))


def run(*words: str, data: Path, language: str = "C.UTF-8") -> tuple[int, str]:
    done = aiwork("content", *words, data=data, language=language)
    assert "Traceback" not in done.stderr.decode()
    return done.returncode, done.stdout.decode() + done.stderr.decode()


def test_a_new_draft_is_valid_at_once_and_is_shown_to_nobody(content: Path, data: Path) -> None:
    code, told = run("new", "visa-lottery", "--in", str(content), data=data)
    assert code == 0
    assert "visa-lottery.yaml: a draft" in told
    assert run("check", str(content), data=data) == (0, f"{content}: nothing is wrong\n")
    answer = aiwork("ask", "article visa-lottery", data=data, AIWORK_CONTENT_DIR=str(content))
    assert "…" not in answer.stdout.decode()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Bad Id", "is no id: write lower-case words joined by hyphens"),
        ("meta-talent-war", "is used already, at content/articles/meta-talent-war.yaml:2"),
        ("x" * 49, "is no id"),
        ("twenty-years-in-two", "is used already"),
    ],
)
def test_an_id_that_cannot_be_is_refused(name: str, said: str, content: Path, data: Path) -> None:
    code, told = run("new", name, "--in", str(content), data=data)
    assert code == 2
    assert said in told


@pytest.mark.parametrize(
    "draft",
    [
        "id: half\nstatus: draft\n",
        "id: half\nstatus: draft\ntitle: [\n",
        "status: draft\nid: meta-talent-war\ntopics: [nowhere]\nsummary: TODO\n",
        "id: half\nstatus: draft\n\tquotes: \n",
        "status: 'draft'\nquotes:\n  - id: twenty-years-in-two\n    text: ，\n",
    ],
)
def test_no_draft_whatever_its_state_stops_the_bot(draft: str, content: Path, data: Path) -> None:
    (content / "articles" / "half.yaml").write_text(draft, encoding="utf-8")
    answer = aiwork(
        "ask", "quote", "twenty-years-in-two", data=data, AIWORK_CONTENT_DIR=str(content)
    )
    assert answer.returncode == 0
    assert "Josh Batson" in answer.stdout.decode()
    assert run("check", str(content), data=data)[0] == 0


def test_what_stands_in_a_draft_is_checked_apart(content: Path, data: Path) -> None:
    draft = "id: half\nstatus: draft\nstatsu: draft\ntopics: [nowhere]\n"
    (content / "articles" / "half.yaml").write_text(draft, encoding="utf-8")
    code, told = run("check", str(content), data=data)
    assert code == 0
    served, _, drafts = told.partition("in drafts, which nobody is shown yet:")
    assert "nothing is wrong" in served
    assert "there is no topic nowhere" in drafts
    assert "is missing" not in drafts
    _, as_json = run("check", str(content), "--json", data=data)
    assert {one["draft"] for one in json.loads(as_json)} == {True}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("twenty-years-in-two",), "We’re basically trying to speedrun"),
        (("meta-cuts-600", "--lang", "zh-Hans"), "约 600"),
        (("meta-talent-war", "--as", "telegram"), "<b>The other side of Meta"),
        (("let-your-ai-work", "--as", "telegram", "--lang", "zh-Hant"), "微軟"),
        (("twenty-years-in-two", "--as", "slack"), '"type": "rich_text"'),
    ],
)
def test_an_entry_is_drawn_as_people_will_see_it(
    words: tuple[str, ...], said: str, data: Path
) -> None:
    code, told = run("show", *words, data=data)
    assert code == 0
    assert said in told


def test_an_unfinished_draft_is_drawn_with_gaps(content: Path, data: Path) -> None:
    run("new", "visa-lottery", "--in", str(content), data=data)
    code, told = run("show", "visa-lottery", "--in", str(content), data=data)
    assert code == 0
    assert "== … ==" in told
    code, told = run("show", "visa-lotery", "--in", str(content), data=data)
    assert code == 2
    assert "perhaps visa-lottery" in told


def test_withdrawing_changes_one_line_and_keeps_the_rest(content: Path, data: Path) -> None:
    file = content / "articles" / "silicon-valley-002.yaml"
    before = file.read_text(encoding="utf-8").split("\n")
    where = ("--in", str(content))
    code, told = run("withdraw", "race-against-time", "--why", "wrong\nspeaker", *where, data=data)
    assert code == 0
    assert "race-against-time is withdrawn" in told
    after = file.read_text(encoding="utf-8").split("\n")
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == 1
    assert changed[0].startswith("    status: withdrawn # ")
    assert changed[0].endswith(": wrong speaker")
    assert run("check", str(content), data=data)[0] == 0
    answer = aiwork("ask", "quote race-against-time", data=data, AIWORK_CONTENT_DIR=str(content))
    assert "race-against-time was withdrawn" in answer.stdout.decode()
    assert answer.returncode == 1
    code, told = run("withdraw", "race-against-time", "--why", "again", *where, data=data)
    assert code == 2
    assert "is withdrawn already" in told


def test_a_fact_and_an_article_are_withdrawn_as_well(content: Path, data: Path) -> None:
    where = ("--in", str(content))
    for name in ("meta-cuts-600", "ai-engineers-rat-race"):
        assert run("withdraw", name, "--why", "corrected", *where, data=data)[0] == 0
    assert run("check", str(content), data=data)[0] == 0
    for line in ("fact meta-cuts-600", "article ai-engineers-rat-race", "source meta-cuts-600"):
        answer = aiwork(
            "ask", line, data=data, AIWORK_CONTENT_DIR=str(content), language="zh_CN.UTF-8"
        )
        assert "已经撤下" in answer.stdout.decode(), line


def test_stats_tell_how_long_each_topic_lasts(data: Path) -> None:
    _, told = run("stats", "--json", data=data)
    days = json.loads(told)["days_by_topic"]
    assert list(days.values()) == sorted(days.values())
    assert min(days.values()) >= 4


def test_a_proof_is_made_from_the_text_that_was_read(content: Path, data: Path) -> None:
    shutil.rmtree(content / "proof")
    _, told = run("check", str(content), data=data)
    assert "not held to their source, for want of a proof: ai-engineers-rat-race" in told
    source = content.parent / "source.txt"
    source.write_text("这篇文章里没有我们引用的任何一句话，一个字也没有。" * 9, encoding="gb18030")
    code, told = run("prove", "meta-talent-war", str(source), "--in", str(content), data=data)
    assert code == 0
    assert "the proof of meta-talent-war" in told
    code, told = run("check", str(content), data=data)
    assert code == 1
    assert "quotes[nba-salaries].text: does not stand so in the source" in told


def test_the_command_sets_right_what_it_can_and_tells_the_rest(content: Path, data: Path) -> None:
    path = content / "articles" / "meta-talent-war.yaml"
    before = path.read_text(encoding="utf-8")
    topics = "topics: [ai-race, careers, compute, layoffs, pay, talent-wars]"
    mixed = "topics: [talent-wars, careers, compute, layoffs, pay, ai-race]"
    path.write_text(before.replace(topics, mixed), encoding="utf-8")
    aliases = content / "topics.yaml"
    text = aliases.read_text(encoding="utf-8").replace("签证期限、绿卡", "签证期限,绿卡")
    aliases.write_text(text, encoding="utf-8")
    done = aiwork("content", "check", str(content), "--fix", data=data)
    assert done.returncode == 0, done.stdout.decode()
    assert "meta-talent-war.yaml: one place set right" in done.stderr.decode()
    assert path.read_text(encoding="utf-8") == before
    again = aiwork("content", "check", str(content), "--fix", data=data)
    assert (again.returncode, again.stderr) == (0, b"")
    assert "签证期限，绿卡" in aliases.read_text(encoding="utf-8")
