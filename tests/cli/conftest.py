from __future__ import annotations

from pathlib import Path

import pytest

from tests.index import put_index


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for this process's tests: with the index that a bot would have made."""
    data = tmp_path_factory.mktemp("data")
    put_index(data)
    return data
