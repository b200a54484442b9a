"""The library as the running bot holds it: one edition at a time, swapped whole."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bot.core.errors import ContentError, Problem
from bot.library.documents import changes, documents
from bot.library.heap import give_back
from bot.library.library import Library
from bot.library.load import ContentReader
from bot.library.prepare import open_index, prepare_index

if TYPE_CHECKING:
    from bot.library.search import Index, SearchResult

DEBOUNCE_MS = 400
"""Changes are gathered for so long: an editor saves in several writes, and people expect to see
an edit within two seconds."""

_log = logging.getLogger("aiwork.content")


@dataclass(frozen=True)
class Edition:
    """One checked state of `content/`. A request reads one edition throughout.

    The index is opened when words are first looked up: topics, ids and random quotes need none,
    and numpy alone takes a fifth of the time in which `ask` must answer.
    """

    library: Library
    open_index: Callable[[], Index]

    @cached_property
    def index(self) -> Index:
        return self.open_index()

    def look(self, words: str, limit: int) -> SearchResult:
        """By letters and sounds: a matter of milliseconds."""
        return self.index.look_by_letters(words, limit).result

    async def find(self, words: str, limit: int) -> SearchResult:
        """The same with sense as a second opinion. What loads or runs the encoder does so in a
        thread: nobody else's answer waits for it."""
        found = self.index.look_by_letters(words, limit)
        if not self.index.asks_sense(found):
            return found.result
        return await asyncio.to_thread(self.index.look_by_sense, found, limit)


class LiveLibrary:
    """Holds the current edition; `reload` swaps in a new one or keeps the old. A bot that goes on
    running calls `warm` first, so that nobody waits for the index."""

    def __init__(
        self, folder: Path, cache: Path, told: Callable[[Edition], None] = lambda _: None
    ) -> None:
        """Loads the folder. Raises ContentError with every problem at once. `told` hears of each
        edition that is swapped in later."""
        self._told = [told]
        self._folder = folder
        self._cache = cache
        self._reader = ContentReader(folder, cache)
        self.problems: tuple[Problem, ...] = ()
        """What keeps the folder as it is now from being served."""
        self.edition = self._read()

    def reload(self) -> bool:
        """Read the folder anew, of it what has changed. A broken one is reported, and the edition
        on hand stays."""
        try:
            library = self._reader.load()
        except ContentError as error:
            self.problems = error.problems
            for problem in error.problems:
                _log.error("content not reloaded, the previous edition stays: %s", problem)
            return False
        self.problems = ()
        if library.version != self.edition.library.version:
            changed = changes(self.edition.library, library)
            index = self.edition.index.changed(lambda: documents(library), *changed)
            edition = Edition(library, lambda: index)
            edition.index  # noqa: B018 - opened before anybody is answered from it
            self.edition = edition
            _log.info("content reloaded: %d quotes", len(library.quotes))
            for told in self._told:
                told(edition)
            del edition, index, changed
            give_back()
        return True

    @property
    def folder(self) -> Path:
        """What is read."""
        return self._folder

    def serve(self, folder: Path) -> bool:
        """Serve what another folder holds from now on, if that is fit to be; as `reload`."""
        before, self._folder = self._folder, folder
        self._reader.move(folder)
        if self.reload():
            return True
        self._folder = before
        self._reader.move(before)
        return False

    def tell(self, told: Callable[[Edition], None]) -> None:
        """Let somebody else hear of each edition that is swapped in: who keeps what was made of the
        old one must let it go, or both are held."""
        self._told.append(told)

    async def watch(self) -> None:
        """Reload whenever a file below the folder changes, until cancelled. Indexing runs in a
        thread, so that answers do not wait for it."""
        from watchfiles import awatch

        async for _ in awatch(self._folder, debounce=DEBOUNCE_MS, step=50):
            try:
                await asyncio.to_thread(self.reload)
            except Exception:  # noqa: BLE001 - no file may take down a running bot
                _log.exception("content not reloaded, the previous edition stays")

    async def warm(self) -> None:
        """Open the index of the current edition, in a thread; a first one is made by a process of
        its own."""
        await asyncio.to_thread(self._warm)

    def _warm(self) -> None:
        from bot.library.search.cache import FILE

        if not (self._cache / FILE).exists():
            prepare_index(self._folder, self._cache)
        self.edition.index  # noqa: B018 - opened
        give_back()

    def _read(self) -> Edition:
        library = self._reader.load()
        return Edition(library, lambda: open_index(library, self._cache))
