"""The reading room in a real browser: Debian's Chromium, steered by Playwright, judged by axe."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bot.http import make_http, serve
from bot.library.load import load
from bot.library.reload import LiveLibrary
from tests.site.conftest import CONTENT
from tests.site.test_web import routes_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
playwright = pytest.importorskip(
    "playwright.async_api", reason="no Playwright here: pip install playwright"
)
axe_core = pytest.importorskip(
    "axe_playwright_python.base", reason="no axe here: pip install axe-playwright-python"
)
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no browser here: apt-get install chromium"),
    pytest.mark.asyncio(loop_scope="module"),  # one browser for all
]

PHONE = {"width": 360, "height": 740}
ID = "most-interesting-question"
KINDS = (
    "/",
    f"/q/{ID}",
    "/en/f/amazon-monday-six-am",
    "/zh-Hans/a/meta-talent-war",
    "/zh-Hant/t/burnout",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    library = LiveLibrary(CONTENT, tmp_path_factory.mktemp("cache"))
    app = make_http(routes_of(library, "https://read.example.org"), ready={}, metrics=bytes)
    async with serve(app, 0, "127.0.0.1") as port:
        yield f"http://127.0.0.1:{port}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Any]:
    async with playwright.async_playwright() as tools:
        chromium = await tools.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chromium
        await chromium.close()


def watched(page: Any) -> tuple[list[str], list[str]]:
    """What the page asks for and what it complains of, as it happens."""
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: wrong.append(said.text) if _is_wrong(said) else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    return asked, wrong


def _is_wrong(said: Any) -> bool:
    """Browsers ask for /favicon.ico by themselves; there is none."""
    return said.type == "error" and not said.location["url"].endswith("/favicon.ico")


async def test_search_finds_a_quote_in_both_languages_and_asks_nobody_else(
    room: str, browser: Any
) -> None:
    quote = load(CONTENT).quotes[ID]
    assert quote.said
    page = await browser.new_page(viewport=PHONE)
    asked, wrong = watched(page)
    for typed in (quote.said.text[:30], quote.text[:8]):
        for top in ("/", "/en/", "/zh-Hans/"):
            await page.goto(room + top)
            await page.get_by_role("searchbox").fill(typed)
            await page.locator(f'#found a[href$="/q/{ID}"]').first.wait_for()
    await page.locator(f'#found a[href$="/q/{ID}"]').first.click()
    await page.wait_for_url(f"**/q/{ID}")
    assert {url for url in asked if not url.startswith(f"{room}/")} == set()
    assert wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_page_is_hard_to_read_or_wider_than_a_phone(
    scheme: str, room: str, browser: Any
) -> None:
    context = await browser.new_context(viewport=PHONE, color_scheme=scheme, bypass_csp=True)
    page = await context.new_page()
    papers = set()
    for path in KINDS:
        await page.goto(room + path)
        papers.add(await page.evaluate("getComputedStyle(document.body).backgroundColor"))
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], path
        await page.evaluate(axe_core.AXE_SCRIPT)
        found = await page.evaluate("axe.run()")
        serious = [v for v in found["violations"] if v["impact"] in ("serious", "critical")]
        assert serious == [], path
    assert papers == {"rgb(251, 250, 247)" if scheme == "light" else "rgb(22, 22, 20)"}


async def test_markup_in_the_search_stays_text_and_scripts_in_the_page_do_not_run(
    room: str, browser: Any
) -> None:
    page = await browser.new_page()
    await page.goto(room)
    await page.get_by_role("searchbox").fill("<img src=x onerror=alert(1)>")
    await page.locator("#told:not(:empty)").wait_for()
    assert await page.locator("#search img").count() == 0
    await page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'),"
        " {textContent: 'window.ran = true'}))"
    )
    assert await page.evaluate("window.ran") is None
