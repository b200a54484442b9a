"""Make the search index in a process of its own: `python -m bot.library.prepare CONTENT CACHE`.

Making one loads dictionaries of scripts and readings (OpenCC, pypinyin) that nothing gives back:
a bot that had made its own index held 70 MB more than one that had read it.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

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


def main() -> None:
    from bot.library.reload import LiveLibrary

    content, cache = map(Path, sys.argv[1:3])
    assert LiveLibrary(content, cache).edition.index


if __name__ == "__main__":
    main()
