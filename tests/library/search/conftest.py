from __future__ import annotations

import pytest

from bot.library.search import Index, build
from tests.library.search.lines import lines


@pytest.fixture(scope="session")
def index() -> Index:
    return build(lines())
