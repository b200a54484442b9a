from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copytree

import pytest

from bot.library.reload import LiveLibrary
from tests.commands.desk import CONTENT, Desk, OneStore, make_desk
from tests.databases import Clock, new_database


@pytest.fixture
def clock() -> Clock:
    """Monday, 2 March 2026, 08:00 UTC."""
    return Clock("2026-03-02T08:00")


@pytest.fixture
def database(tmp_path: Path) -> str:
    return new_database("sqlite", tmp_path)


@pytest.fixture
async def stores(database: str, clock: Clock) -> AsyncIterator[OneStore]:
    stores = OneStore(database, clock)
    yield stores
    await stores.close()


@pytest.fixture
def ask(stores: OneStore, clock: Clock) -> Desk:
    return make_desk(stores, clock)


@pytest.fixture
def without_compute(stores: OneStore, clock: Clock, tmp_path: Path) -> Desk:
    """The library before it had a quote on compute."""
    content = copytree(CONTENT, tmp_path / "content")
    article = content / "articles" / "meta-talent-war.yaml"
    told = article.read_text("utf-8")
    served = "- id: sniffing-idle-gpus\n    status: "
    assert f"{served}published" in told
    article.write_text(told.replace(f"{served}published", f"{served}withdrawn"), "utf-8")
    return make_desk(stores, clock, library=LiveLibrary(content, tmp_path / "index"))
