"""Make the search index in a process of its own: `python -m bot.library.prepare CONTENT CACHE`.

Making one loads dictionaries of scripts and readings (OpenCC, pypinyin) that nothing gives back:
a bot that had made its own index held 70 MB more than one that had read it.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.library.documents import documents
from bot.library.remembered import name_of

if TYPE_CHECKING:
    from bot.library.library import Library
    from bot.library.search import Index

SECONDS = 120.0
"""For a library of 12,000 quotes on a slow machine; who waits longer makes it itself."""

_log = logging.getLogger("aiwork.content")


def prepare_index(content: Path, cache: Path) -> None:
    """Leave an index in the cache. A process that cannot be started or ends badly is only logged:
    the index is then made where it is needed."""
    command = [sys.executable, "-m", __name__, str(content), str(cache)]
    try:
        subprocess.run(  # noqa: S603 - our own interpreter, our own module
            command, check=True, capture_output=True, timeout=SECONDS
        )
    except (OSError, subprocess.SubprocessError) as error:
        _log.info("the search index is made in this process (%s)", type(error).__name__)


def open_index(library: Library, cache: Path) -> Index:
    """The index of that library: read from the cache, else made and left there."""
    from bot.library.search import load_or_build

    return load_or_build(lambda: documents(library), cache, name_of("index", library.version))


def main() -> None:
    from bot.library.load import load

    content, cache = map(Path, sys.argv[1:3])
    open_index(load(content), cache)


if __name__ == "__main__":
    main()
