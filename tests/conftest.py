"""What every test may ask for."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

settings.register_profile("aiwork", deadline=None, derandomize=True)
settings.load_profile("aiwork")  # the same examples every time, and no test asserts how long


def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as there are cores: a third of the time tests wait for a process, a page
    or a lock."""
    return max(2, (os.cpu_count() or 2) * 3 // 2)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite tests/adapters/golden; review the diff",
    )
