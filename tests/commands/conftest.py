from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.commands.desk import Desk, OneStore, make_desk
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
