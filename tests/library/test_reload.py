"""Content that changes while the bot runs."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.library.reload import LiveLibrary

CONTENT = Path(__file__).parents[2] / "content"
ARTICLE = "articles/silicon-valley-002.yaml"
SPOKEN = "这是当今世界上最有趣的科学问题。"
EDITED = "这是当今世界上最有意思的科学问题。"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


@pytest.fixture
async def live(content: Path, tmp_path: Path) -> AsyncIterator[LiveLibrary]:
    """A library that is being watched."""
    live = LiveLibrary(content, tmp_path / "index")
    await live.warm()
    watching = asyncio.create_task(live.watch())
    yield live
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def text_becomes(live: LiveLibrary, text: str) -> None:
    """Ask again until the quote reads so."""
    async with asyncio.timeout(20):
        while live.edition.library.quotes["most-interesting-question"].text != text:
            await asyncio.to_thread(live.edition.look, SPOKEN, 1)


def edit(content: Path, old: str, new: str) -> None:
    file = content / ARTICLE
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


async def test_an_edited_quote_is_picked_up_and_found_by_its_new_words(
    live: LiveLibrary, content: Path
) -> None:
    edit(content, SPOKEN, EDITED)
    await text_becomes(live, EDITED)
    assert (
        live.edition.look("最有意思的科学问题", 1).hits[0].id == "quote:most-interesting-question"
    )


async def test_a_broken_file_leaves_the_edition_on_hand_until_it_is_mended(
    live: LiveLibrary, content: Path, caplog: pytest.LogCaptureFixture
) -> None:
    edit(content, "topics: [safety]", "topics: [safety")
    assert not live.reload()
    assert "silicon-valley-002.yaml" in caplog.text
    assert len(live.edition.library.quotes) > 0
    edit(content, "topics: [safety", "topics: [safety]")
    edit(content, "topics: [safety]]", "topics: [safety]")
    edit(content, SPOKEN, EDITED)
    await text_becomes(live, EDITED)


async def test_a_withdrawn_quote_is_served_nowhere_from_then_on(
    live: LiveLibrary, content: Path
) -> None:
    edit(
        content,
        "- id: most-interesting-question\n    status: published",
        "- id: most-interesting-question\n    status: withdrawn",
    )
    assert live.reload()
    assert "most-interesting-question" not in live.edition.library.quotes
    found = live.edition.look(SPOKEN, 5)
    assert "quote:most-interesting-question" not in {hit.id for hit in found.hits}
