"""The desk in a real browser: a draft from its list to what the bot says, and a hostile one."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.editor.clean import clean
from bot.editor.desk.gate import Gate
from bot.editor.source_copy import keep_source
from bot.http import serve
from bot.http.guard import Guard
from bot.library.reload import LiveLibrary
from tests.editor.desk.conftest import NAME, SUMMARY, gate_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
playwright = pytest.importorskip(
    "playwright.async_api", reason="no Playwright here: pip install playwright"
)
axe_core = pytest.importorskip(
    "axe_playwright_python.base", reason="no axe here: pip install axe-playwright-python"
)
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no browser here: apt-get install chromium"),
    pytest.mark.asyncio(loop_scope="module"),
]

HOSTILE = (
    "<script>window.ran=1</script><img src=x onerror=window.ran=1><a href=javascript:ran()>x</a>"
)
DRAFT = f"""\
# yaml-language-server: $schema=../schema/article.json
id: hostile
status: draft
language: zh-Hans
title:
  zh-Hans: '标题 {HOSTILE}'
  en: '"><script>window.ran=1</script>'
source:
  url: 'https://a.example/?"><script>window.ran=1</script>'
  original_outlet: '{HOSTILE}'
topics: [overwork]
pseudonyms: ['{HOSTILE}']
quotes:
  # doubtful: {HOSTILE} "' autofocus onfocus=window.ran=1
  - id: '"><script>window.ran=1</script>'
    status: draft
    text: 短
  - id: hostile-said
    status: draft
    text: '他说：{HOSTILE} 没有人问能不能做到'
    language: zh-Hans
    speaker:
      name:
        zh-Hans: '</textarea></title>{HOSTILE}'
"""


@asynccontextmanager
async def served(gate: Gate) -> AsyncIterator[str]:
    async with serve(Guard(gate), 0, "127.0.0.1") as port:
        gate.port = port
        yield gate.address()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Any]:
    async with playwright.async_playwright() as tools:
        chromium = await tools.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chromium
        await chromium.close()


@pytest.fixture
def library(content: Path, tmp_path: Path) -> LiveLibrary:
    return LiveLibrary(content, tmp_path / "cache")


async def test_a_draft_goes_from_the_list_to_what_the_bot_serves(
    browser: Any, content: Path, short: Path, library: LiveLibrary
) -> None:
    async with served(gate_of(content)) as address:
        page = await browser.new_page(viewport={"width": 1280, "height": 900})
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if _is_wrong(said) else None)
        await page.goto(address)
        await page.get_by_role("link", name="熬夜的人和不熬夜的公司").click()
        await page.wait_for_url(f"**/draft/{NAME}")
        await page.keyboard.press("j")
        assert await page.locator("mark.now").inner_text() == "没有哪个版本值得用一个家来换"
        await page.keyboard.press("a")
        await page.get_by_role("alert").get_by_text("Confirm what is doubtful first").wait_for()
        await page.wait_for_load_state()
        await page.keyboard.press("j")
        await page.keyboard.press("c")
        await page.get_by_label("Speaker (中文)").fill("一位前员工")
        await page.get_by_label("Speaker (English)").fill("a former employee")
        await page.get_by_label("Kind of speaker").select_option("anonymous")
        quote = page.locator("#quotes-0")
        await quote.get_by_label("Topics").fill("overwork, burnout")
        await quote.get_by_label("Our translation").fill("No release is worth a home.")
        await page.keyboard.press("Control+Enter")
        await page.get_by_role("status").get_by_text("Accepted.").wait_for()
        await page.wait_for_load_state()
        await page.get_by_label("Headline (English)").fill("People who stay up")
        for language, label in (("zh-Hans", "中文"), ("en", "English")):
            await page.get_by_label(f"Summary ({label})").fill(SUMMARY[language])
        await page.locator("#article").get_by_label("Topics").fill("burnout")
        if not await page.get_by_label("What is known of the date (English)").is_visible():
            await page.get_by_text("Where it is from").click()
        await page.get_by_label("What is known of the date (English)").fill("undated")
        await page.get_by_label("What is known of the date (中文)").fill("未注明日期")
        await page.get_by_role("button", name="Publish").click()
        await page.get_by_role("status").get_by_text("Published").wait_for()
        await page.close()
    assert wrong == []
    assert library.reload()
    (quote_,) = library.edition.library.articles[NAME].quotes
    assert quote_.speaker.name.en == "a former employee"
    assert quote_.translation.en == "No release is worth a home."


@pytest.mark.parametrize(
    ("scheme", "rules"), [("light", "{}"), ("dark", "{runOnly: ['color-contrast']}")]
)
async def test_no_page_is_hard_to_use(scheme: str, rules: str, browser: Any, content: Path) -> None:
    async with served(gate_of(content)) as address:
        context = await browser.new_context(color_scheme=scheme, bypass_csp=True)
        page = await context.new_page()
        await page.goto(address)
        root = address.partition("/open")[0]
        for path in ("/", f"/draft/{NAME}"):
            await page.goto(root + path)
            await page.evaluate(axe_core.AXE_SCRIPT)
            found = await page.evaluate(f"axe.run({rules})")
            serious = [v for v in found["violations"] if v["impact"] in ("serious", "critical")]
            assert [(v["id"], v["nodes"][0]["html"]) for v in serious] == [], path
        await context.close()


async def test_a_hostile_draft_runs_no_script_and_asks_nobody(browser: Any, content: Path) -> None:
    (content / "articles" / "hostile.yaml").write_text(DRAFT, encoding="utf-8")
    keep_source(
        content, "hostile", clean(f"{HOSTILE} 没有人问能不能做到\n</p></section>{HOSTILE}\n")
    )
    async with served(gate_of(content)) as address:
        page = await browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        root = address.partition("/open")[0]
        await page.goto(address)
        for path in ("/draft/hostile", "/draft/hostile?lang=zh-Hans", "/"):
            await page.goto(root + path)
            assert await page.evaluate("window.ran") is None, path
            assert await page.locator("script").count() == 1
            assert await page.locator("img").count() == 0
            if path != "/":
                card = page.locator("#quotes-1 .card").first
                assert "<script>window.ran=1</script>" in await card.inner_text()
            links = await page.eval_on_selector_all("a", "all => all.map(one => one.protocol)")
            assert set(links) <= {"http:", "https:"}
        await page.goto(f"{root}/draft/hostile")
        await page.keyboard.press("j")
        await page.keyboard.press("c")
        await page.keyboard.press("Control+s")
        await page.get_by_role("status").get_by_text("Saved.").wait_for()
        assert await page.evaluate("window.ran") is None
        await page.evaluate(
            "document.body.append(Object.assign(document.createElement('script'),"
            " {textContent: 'window.ran = true'}))"
        )
        assert await page.evaluate("window.ran") is None
        await page.close()
    assert {url for url in asked if not url.startswith(f"{root}/")} == set()


def _is_wrong(said: Any) -> bool:
    """A page that says what is still missing has the status of a refusal; the console tells it."""
    return said.type == "error" and "422" not in said.text
