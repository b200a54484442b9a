from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.adapters.telegram.parts import Bench
from tests.standin.telegram import Standin


@pytest.fixture
async def telegram() -> AsyncIterator[Standin]:
    async with Standin() as standin:
        yield standin


@pytest.fixture
async def bench(telegram: Standin) -> Bench:
    return Bench(telegram)
