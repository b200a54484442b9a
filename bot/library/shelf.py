"""The library as the running bot holds it: one edition at a time, swapped whole."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

from bot.core.errors import ContentError
from bot.library.documents import documents
from bot.library.library import Library
from bot.library.load import load
from bot.library.search import Finding, Index, load_or_build

DEBOUNCE_MS = 400
"""Changes are gathered for so long: an editor saves in several writes, and people expect to see
an edit within two seconds."""

_log = logging.getLogger("aiwork.content")


@dataclass(frozen=True, slots=True)
class Edition:
    """One checked state of `content/`, with its index. A request reads one edition throughout."""

    library: Library
    index: Index

    def look(self, words: str, limit: int) -> Finding:
        return self.index.look(words, limit)


class Shelf:
    """Holds the current edition; `reload` swaps in a new one or keeps the old."""

    def __init__(self, folder: Path, cache: Path) -> None:
        """Loads the folder. Raises ContentError with every problem at once."""
        self._folder = folder
        self._cache = cache
        self.edition = self._read()

    def reload(self) -> bool:
        """Read the folder anew. A broken one is reported, and the edition on hand stays."""
        try:
            edition = self._read()
        except ContentError as error:
            _log.error("content not reloaded, the previous edition stays: %s", error)
            return False
        changed = edition.library.version != self.edition.library.version
        self.edition = edition
        if changed:
            _log.info("content reloaded: %d quotes", len(edition.library.quotes))
        return True

    async def watch(self) -> None:
        """Reload whenever a file below the folder changes, until cancelled. Indexing runs in a
        thread, so that answers do not wait for it."""
        from watchfiles import awatch

        async for _ in awatch(self._folder, debounce=DEBOUNCE_MS, step=50):
            await asyncio.to_thread(self.reload)

    def _read(self) -> Edition:
        library = load(self._folder)
        return Edition(library, load_or_build(documents(library), self._cache))
