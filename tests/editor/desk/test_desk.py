"""The desk over HTTP: what an editor sees, types and presses, and what the file says then."""

from __future__ import annotations

import asyncio
import difflib
import html
import json
import re
from pathlib import Path

import pytest
import yaml

from bot.core.language import Language
from bot.editor.source_copy import read_source_copy
from bot.library.check import check
from bot.library.load import load
from tests.editor.desk.conftest import NAME, PRONOUN, SUMMARY, TODAY, Editor, append, held

PAGE = f"/draft/{NAME}"


def changes(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", page))


async def test_the_list_names_each_draft_and_what_is_left_of_it(
    editor: Editor, content: Path
) -> None:
    (content / "articles" / "broken.yaml").write_text("status: draft\nid: [\n", encoding="utf-8")
    page = text_of(await editor.open("/"))
    assert "熬夜的人和不熬夜的公司" in page
    assert re.search(r"\d to decide, \d doubtful", page)
    assert "brokencannot be read" in page
    assert "Meta" not in page


async def test_a_drafts_page_shows_source_marks_doubts_findings_and_three_cards(
    editor: Editor,
) -> None:
    page = await editor.open(PAGE)
    assert f'<mark id="mark-{PRONOUN}"' in page
    assert "没有哪个版本值得用一个家来换</mark>" in page
    told = text_of(page)
    assert "who speaks is only a pronoun" in told
    assert "doubtful" in told
    for platform in ("Slack", "Telegram", "Terminal"):
        assert f"<figcaption>{platform}</figcaption>" in page
    field = re.search(rf'id="field-{PRONOUN}-translation-en"[^>]*aria-describedby="([^"]+)"', page)
    assert field, "what is missing is told at its field"
    assert re.search(rf'id="{field[1]}"><li>is (?:missing|empty)', page)


async def test_cards_come_in_the_language_that_is_chosen(editor: Editor) -> None:
    cards = {
        lang: await editor.open(f"{PAGE}?lang={lang}") for lang in ("en", "zh-Hant", "nonsense")
    }
    assert "<blockquote>沒有哪個版本值得用一個家來換。</blockquote>" in cards["zh-Hant"]
    assert "<blockquote>没有哪个版本" in cards["en"]
    assert "<blockquote>没有哪个版本" in cards["nonsense"]


async def test_saving_changes_the_lines_of_what_was_typed_alone(
    editor: Editor, draft: Path
) -> None:
    before = held(draft)
    answer = await editor.press(
        "save", title__en="People who stay up", quotes__0__speaker__role__en="an engineer",
        quotes__0__topics="pay, overwork",
    )  # fmt: skip
    assert answer.status_code == 303
    assert changes(before, held(draft)) == [
        "-   en:",
        "+   en: People who stay up",
        "+       role:",
        "+         en: an engineer",
        "-     topics: []",
        "+     topics: [overwork, pay]",
    ]


async def test_saving_what_was_not_changed_leaves_every_byte(editor: Editor, draft: Path) -> None:
    before = held(draft)
    page = await editor.open(PAGE)
    names = re.findall(
        r'<(?:input|textarea)[^>]*name="([a-z_\d-]+)"[^>]*?(?:value="([^"]*)")?[^>]*>([^<]*)', page
    )
    given = {n: html.unescape(v or inner) for n, v, inner in names}
    assert len(given) > 20
    await editor.send("save", given)
    assert held(draft) == before


async def test_what_is_doubtful_or_missing_is_not_accepted(editor: Editor, draft: Path) -> None:
    answer = await editor.press(f"accept {PRONOUN}")
    assert answer.status_code == 422
    assert "Confirm what is doubtful first" in text_of(answer.text)
    doubt = next(
        one for one in re.findall(rf'name="confirm:{PRONOUN}" value="([^"]*)"', answer.text)
    )
    answer = await editor.press(f"accept {PRONOUN}", **{f"confirm:{PRONOUN}": html.unescape(doubt)})
    assert answer.status_code == 422
    assert "Something is still missing or wrong" in text_of(answer.text)
    text = held(draft)
    assert "# doubtful: who speaks" not in text
    assert yaml.safe_load(text)["quotes"][2]["status"] == "draft"


FILLED = {
    "quotes-0-speaker-name-zh-Hans": "一位前员工",
    "quotes-0-speaker-name-en": "a former employee",
    "quotes-0-speaker-kind": "anonymous",
    "quotes-0-topics": "burnout, overwork",
    "quotes-0-translation-en": "No release is worth trading a home for.",
}
ARTICLE = {
    "title-en": "People who stay up, and the companies that do not",
    "summary-zh-Hans": SUMMARY["zh-Hans"],
    "summary-en": SUMMARY["en"],
    "topics": "burnout, overwork",
    "source-published_note-zh-Hans": "未注明日期",
    "source-published_note-en": "undated",
}


async def accept_all(editor: Editor) -> None:
    page = await editor.open(PAGE)
    doubts = re.findall(r'name="(confirm:quotes-0)" value="([^"]*)"', page)
    for name, doubt in doubts:
        await editor.press("save", **{name: html.unescape(doubt)})
    answer = await editor.press("accept quotes-0", **FILLED)
    assert answer.status_code == 303, text_of(answer.text)[:2000]


async def test_from_draft_to_published_and_the_copy_of_the_source_goes(
    editor: Editor, short: Path, content: Path
) -> None:
    answer = await editor.press("publish", **ARTICLE)
    assert "Accept or drop each candidate first" in text_of(answer.text)
    await accept_all(editor)
    assert NAME not in load(content).articles
    assert read_source_copy(content, NAME)
    answer = await editor.press("publish")
    assert answer.status_code == 303, text_of(answer.text)[:2000]
    assert "Published" in text_of(await editor.open(answer.headers["location"]))
    (quote,) = load(content).articles[NAME].quotes
    assert quote.translation.en == FILLED["quotes-0-translation-en"]
    assert not check(content, Language.EN, TODAY)
    assert read_source_copy(content, NAME) is None
    assert (content / "proof" / NAME).exists()


async def test_dropping_can_be_undone_until_something_else_is_done(
    editor: Editor, draft: Path
) -> None:
    before = held(draft)
    await editor.press("drop quotes-0")
    assert "said-01" not in held(draft)
    assert 'value="undo"' in await editor.open(PAGE)
    await editor.press("undo")
    assert held(draft) == before
    await editor.press("drop quotes-0")
    append(draft, "# mine\n")
    assert 'value="undo"' not in await editor.open(PAGE)
    await editor.press("undo")
    assert "# mine" in held(draft)


async def test_a_file_that_was_changed_meanwhile_is_not_written_over(
    editor: Editor, draft: Path
) -> None:
    page = await editor.open(PAGE)
    version = re.search(r'name="version" value="(\w+)"', page)
    assert version
    append(draft, "# mine\n")
    answer = await editor.send("save", {"version": version[1], "title-en": "Typed meanwhile"})
    assert answer.status_code == 409
    assert 'value="Typed meanwhile"' in answer.text
    assert "Typed meanwhile" not in held(draft)


@pytest.mark.parametrize(
    "act", ["accept quotes-99", "drop ../x", "explode", "drop key_points-0-figures-99"]
)
async def test_what_is_not_there_is_one_sentence(act: str, editor: Editor, draft: Path) -> None:
    before = held(draft)
    answer = await editor.press(act)
    assert answer.status_code in (400, 422)
    assert held(draft) == before


@pytest.mark.parametrize("name", ["nothing", "..%2f..%2fetc", "%2e%2e", "topics"])
async def test_only_articles_are_opened(name: str, editor: Editor) -> None:
    answer = await editor.client.get(f"/draft/{name}")
    assert answer.status_code == 404
    assert (await editor.client.post(f"/draft/{name}", data={"version": "x"})).status_code >= 400


async def test_the_copy_of_the_source_is_kept_from_git_and_told_where_there_is_none(
    editor: Editor, content: Path
) -> None:
    folder = content / ".source"
    assert (folder / ".gitignore").read_text(encoding="utf-8") == "*\n"
    assert json.loads((folder / f"{NAME}.json").read_text(encoding="utf-8"))["passages"]
    (folder / f"{NAME}.json").write_text("{", encoding="utf-8")
    assert "no copy of the source" in text_of(await editor.open(PAGE))


async def test_a_list_that_must_be_changed_by_hand_keeps_nothing_else_from_being_saved(
    editor: Editor, draft: Path
) -> None:
    lines = "    topics:\n      # mine\n      - pay\n    repair: none"
    text = held(draft).replace("    topics: []\n    repair: none", lines, 1)
    await asyncio.to_thread(draft.write_text, text, encoding="utf-8")
    answer = await editor.press("save", quotes__0__topics="visas", title__en="People who stay up")
    assert answer.status_code == 422
    assert "by hand" in text_of(answer.text)
    assert changes(text, held(draft)) == ["-   en:", "+   en: People who stay up"]


@pytest.mark.parametrize(
    "text",
    [
        "id: half\nstatus: draft\n",
        "status: draft\n",
        "id: 7\nstatus: [draft]\ntitle: 3\nsource: x\ntopics: pay\n",
        "id: half\nstatus: draught\nquotes: [a, {id: b, status: 5, text: [x]}, null, {}]\n",
        "status: draft\nkey_points:\n  - figures: {value: 1}\n  - figures: [1, 2, {value: []}]\n",
        "status: draft\nquotes:\n  - speaker: nobody\n    status: draft\n    translation: x\n",
        "id: half\nstatus: draft\nquotes: {a: {status: draft}}\nfacts: 3\n",
        "id: half\nid: again\nstatus: draft\n",
        "id: half\nstatus: draft\na: &b [*b]\n",
        "id: half\nstatus: draft\ntitle: {en: a, zh-Hans: b\n",
        "status: draft\n" + "[" * 60_000,
        "- a\n- b\n",
        "",
    ],
)
async def test_no_draft_whatever_its_state_breaks_the_desk(
    text: str, editor: Editor, content: Path
) -> None:
    path = content / "articles" / "half.yaml"
    await asyncio.to_thread(path.write_text, text, encoding="utf-8")
    assert (await editor.client.get("/")).status_code == 200
    answer = await editor.client.get("/draft/half")
    assert answer.status_code in (200, 404), answer.text
    if answer.status_code == 200:
        for act in ("publish", "accept quotes-0", "drop quotes-1"):
            answer = await editor.press(act, "/draft/half", title__en="A title", id="x")
            assert answer.status_code in (303, 422), answer.text


async def test_a_file_that_cannot_be_written_is_one_sentence(
    editor: Editor, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = held(draft)
    monkeypatch.setattr("os.replace", full)
    answer = await editor.press("save", title__en="People who stay up")
    assert answer.status_code == 422
    assert "cannot be written: No space left on device" in text_of(answer.text)
    assert held(draft) == before
