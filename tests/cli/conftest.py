from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for this process's tests: the index is made once."""
    return tmp_path_factory.mktemp("data")
