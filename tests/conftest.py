"""What every test may ask for."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("aiwork", deadline=None, derandomize=True)
settings.load_profile("aiwork")  # the same examples every time, and no test asserts how long


def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as there are cores: a third of the time tests wait for a process, a page
    or a lock."""
    return max(2, (os.cpu_count() or 2) * 3 // 2)


@pytest.fixture(autouse=True)
def levels_stay() -> Iterator[None]:
    """A command that runs in this process sets up its log; the next test listens for warnings."""
    loggers = [logging.getLogger(name) for name in ("", "aiwork")]
    before = [one.level for one in loggers]
    yield
    for one, level in zip(loggers, before, strict=True):
        if one.level != level:
            one.setLevel(level)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite tests/adapters/golden; review the diff",
    )
