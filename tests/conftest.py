"""What every test may ask for."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("aiwork", deadline=None, derandomize=True)
settings.load_profile("aiwork")  # the same examples every time, and no test asserts how long


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite tests/adapters/golden; review the diff",
    )
