"""The pictures of docs/editing.md, taken from the page: `python -m tests.editor.desk.pictures`.

The draft is of an article that is plainly made up, damaged as pages damage.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from bot.core.language import Language
from bot.editor.importer.run import import_one
from bot.http import serve
from bot.http.guard import Guard
from tests.cli.process import ROOT
from tests.editor.damage import damage
from tests.editor.desk.conftest import NAME, PRONOUN, TODAY, gate_of
from tests.editor.test_import import CHINESE

PICTURES = {Language.EN: "docs/desk.jpg", Language.HANS: "docs/desk.zh.jpg"}
SIZE = {"width": 1040, "height": 680}
SEED = 7
LARGEST = 150_000
"""Bytes: a page of the docs is read on a phone, too."""


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        content = Path(shutil.copytree(ROOT / "content", Path(folder) / "content"))
        source = Path(folder) / "article.txt"
        source.write_text(damage(CHINESE, SEED, share=0.12).text, encoding="utf-8")
        await import_one(str(source), content, TODAY, name=NAME)
        async with async_playwright() as tools:
            browser = await tools.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            for language, name in PICTURES.items():
                await _take(browser, content, language, ROOT / name)
            await browser.close()


async def _take(browser: Browser, content: Path, language: Language, to: Path) -> None:
    gate = gate_of(content, language)
    async with serve(Guard(gate), 0, "127.0.0.1") as port:
        gate.port = port
        page = await browser.new_page(viewport=SIZE)  # type: ignore[arg-type]
        await page.goto(gate.address())
        await page.goto(f"http://127.0.0.1:{port}/draft/{NAME}?lang={language}#{PRONOUN}")
        await page.wait_for_load_state()
        picture = await page.screenshot(type="jpeg", quality=70)
        await page.close()
    assert len(picture) < LARGEST, f"{to} is too large for a page of the docs"
    await asyncio.to_thread(to.write_bytes, picture)


if __name__ == "__main__":
    asyncio.run(main())
