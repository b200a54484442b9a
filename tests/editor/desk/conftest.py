"""A desk over a copy of the content, with a draft that was imported from a damaged page."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path

import httpx
import pytest

from bot.app.services import read_words
from bot.cli.previews import previews
from bot.core.language import Language
from bot.editor.desk.app import Desk
from bot.editor.desk.gate import Gate
from bot.editor.importer.run import import_one
from bot.editor.yaml_edit import drop
from tests.cli.process import ROOT
from tests.editor.test_import import CHINESE

TODAY = date(2026, 11, 27)
PORT = 4711
ROOT_URL = f"http://127.0.0.1:{PORT}"
NAME = "night-shift"
PRONOUN = "quotes-2"
"""The candidate whose speaker is only a pronoun."""

Fill = Callable[[str], None]

SUMMARY = {
    "zh-Hans": "某初创公司的工程师说，他们靠咖啡和希望撑着，没有人问能不能做到。"
    "2025 年公司裁掉约 120 个岗位，前员工说自己连女儿的生日都记不住。"
    "公司的发言人表示工时会减少，业内把这类做法称为内卷，许多公司周末提供餐食。",
    "en": "An engineer at a startup says that everyone there runs on coffee and hope, and that"
    " nobody asks whether it can be done. In 2025 the company cut about 120 jobs. A former employee"
    " left because the birthday of a daughter had slipped from memory; a spokesperson promises"
    " shorter weeks for everybody in the office.",
}


def held(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def append(path: Path, line: str) -> None:
    path.write_bytes((held(path) + line).encode("utf-8"))


def some_content(folder: Path) -> Path:
    """The topics and one article: each look at the desk checks all there is."""
    content = folder / "content"
    for name in ("topics.yaml", "articles/ai-engineers-rat-race.yaml"):
        (content / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "content" / name, content / name)
    return content


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content with the draft, imported once."""
    folder = tmp_path_factory.mktemp("imported")
    content = some_content(folder)
    source = folder / "article.txt"
    source.write_text(CHINESE, encoding="utf-8")
    (done,) = asyncio.run(import_one(str(source), content, TODAY, name=NAME))
    assert done.path, done.told
    return content


@pytest.fixture
def content(imported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(imported, tmp_path / "content"))


@pytest.fixture
def draft(content: Path) -> Path:
    return content / "articles" / f"{NAME}.yaml"


@pytest.fixture
def short(draft: Path) -> Path:
    """The draft without its facts and with one quotation: what an evening may leave of it."""
    text = draft.read_text(encoding="utf-8")
    while "key_points: []" not in text:
        text = drop(text, ("key_points", 0))
    for _ in range(2):
        text = drop(text, ("quotes", 0))
    draft.write_text(text, encoding="utf-8")
    return draft


def gate_of(content: Path, language: Language = Language.EN) -> Gate:
    return Gate(Desk(content, read_words(), language, previews, lambda: TODAY).app())


class Editor:
    """Somebody at the desk: opens pages, types into fields, presses buttons."""

    def __init__(self, client: httpx.AsyncClient, gate: Gate) -> None:
        self.client, self.gate = client, gate
        self.page = ""

    async def open(self, path: str) -> str:
        answer = await self.client.get(path)
        self.page = answer.text
        return self.page

    async def press(self, act: str, path: str = f"/draft/{NAME}", **typed: str) -> httpx.Response:
        version = re.search(r'name="version" value="(\w+)"', await self.open(path))
        assert version
        given = {"version": version[1], **{k.replace("__", "-"): v for k, v in typed.items()}}
        return await self.send(act, given, path)

    async def send(
        self, act: str, given: dict[str, str], path: str = f"/draft/{NAME}"
    ) -> httpx.Response:
        answer = await self.client.post(path, data={**given, "act": act})
        self.page = answer.text
        return answer


@pytest.fixture
async def editor(content: Path) -> AsyncIterator[Editor]:
    gate = gate_of(content)
    gate.port = PORT
    headers = {"origin": ROOT_URL}
    transport = httpx.ASGITransport(app=gate)
    async with httpx.AsyncClient(transport=transport, base_url=ROOT_URL, headers=headers) as client:
        opened = await client.get(gate.address().removeprefix(ROOT_URL))
        assert opened.status_code == 303
        yield Editor(client, gate)
