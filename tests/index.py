"""The search index of the real content, made once for all tests and all processes they start.

Making it takes longer than most tests. It is keyed by content and code, and kept between runs."""

from __future__ import annotations

import functools
import os
import shutil
import tempfile
from pathlib import Path

from bot.app.services import CACHE
from bot.library.reload import LiveLibrary

CONTENT = Path(__file__).parents[1] / "content"
FOLDER = Path(tempfile.gettempdir()) / f"aiwork-tests-index-{os.getuid()}"


@functools.cache
def live_library() -> LiveLibrary:
    """One for all tests of a process."""
    return LiveLibrary(CONTENT, FOLDER)


def put_index(data: Path) -> None:
    """Lay the index into a data folder, as a bot that ran there before would have left it."""
    assert live_library().edition.index
    shutil.copytree(FOLDER, data / CACHE, dirs_exist_ok=True)
