"""The edition that lies at AIWORK_CONTENT_URL: fetched, checked whole, kept, swapped in.

Each good edition has a folder of its own in the data folder, named after its hash, with the archive
and its signature beside what was unpacked; it is made elsewhere and moved there whole. The newest
whose signature holds is served, whatever becomes of the address.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

from bot.core.errors import AiworkError, ContentError, SettingsError
from bot.library.archive import EditionError, Signature, unpack
from bot.library.load import load
from bot.library.reload import LiveLibrary
from bot.settings import Settings

FOLDER = "published"
KEPT = 2
"""Editions on disk: the one that is served, and the one before."""

MOST = 50_000_000
"""Bytes of an archive; one of 1,000 articles has 9 million."""

SECONDS = 120.0
"""For an archive, on a slow line."""

MOST_OF_A_SIGNATURE = 1_000
AHEAD = timedelta(hours=1)
"""How far a publisher's clock may be before ours. An edition from next year would keep out all that
come until then."""

_ARCHIVE, _SIGNATURE, _CONTENT = "edition.zip", "edition.zip.sig", "content"

_log = logging.getLogger("aiwork.content")


class Get(Protocol):
    """Fetches an address; at most so many bytes. Raises an AiworkError that says why not."""

    def __call__(self, url: str, *, most: int) -> Awaitable[tuple[str, bytes, str]]: ...


@dataclass(frozen=True, slots=True)
class KeptEdition:
    """A good edition on disk; `content` is its folder."""

    signature: Signature
    content: Path


class PublishedContent:
    """What is published at an address, for one process. Several may share a folder."""

    def __init__(
        self,
        url: str,
        key: str,
        data: Path,
        get: Get,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        live: Callable[[datetime], None] = lambda _: None,
        refused: Callable[[], None] = lambda: None,
    ) -> None:
        """`live` hears when the edition was made that is served from now on, `refused` of each time
        that none could be had."""
        self._url, self._key, self._get, self._now = url, key, get, now
        self._folder = data / FOLDER
        self._live, self._refused = live, refused
        self._unfit: tuple[str, str] = ("", "")
        """The hash of what was fetched and could not be served, and why: it need not be fetched
        again."""
        self._told = ""

    def current(self) -> KeptEdition | None:
        """The newest edition on disk whose signature holds."""
        found = [one for path in self._folders() if (one := self._read(path))]
        return max(found, key=lambda one: one.signature.made, default=None)

    async def refresh(self) -> KeptEdition | None:
        """The edition at the address, kept on disk, if it is newer than the one that is; else None.

        Raises EditionError, or the fetcher's error, and then nothing has changed."""
        _, raw, _ = await self._get(_beside(self._url), most=MOST_OF_A_SIGNATURE)
        signature = Signature.read(raw, self._key)
        held = await asyncio.to_thread(self.current)
        if held and signature.sha256 == held.signature.sha256:
            return None
        if held and signature.made <= held.signature.made:
            raise EditionError(
                f"the edition at the address was made {signature.made:%Y-%m-%d %H:%M:%S}Z, before "
                "the one that is served: publish it again to go back to it"
            )
        if signature.made > self._now() + AHEAD:
            raise EditionError("the edition at the address is of the future: set its clock right")
        if signature.sha256 == self._unfit[0]:
            raise EditionError(self._unfit[1])
        _, archive, _ = await self._get(self._url, most=MOST)
        if not signature.covers(archive):
            raise EditionError("the archive is not the one that was signed: upload both again")
        try:
            return await asyncio.to_thread(self._keep, signature, raw, archive)
        except EditionError as error:
            self._unfit = signature.sha256, str(error)
            raise

    async def take_up(self, library: LiveLibrary | None = None) -> None:
        """Refresh, and serve the newest that is kept; whatever is wrong is logged once, and what is
        served stays."""
        try:
            await self.refresh()
            self._told = ""
        except AiworkError as error:
            self._refused()
            if str(error) != self._told:
                _log.warning("no new content from %s: %s", urlsplit(self._url).hostname, error)
            self._told = str(error)
        held = await asyncio.to_thread(self.current)  # another process may have fetched it
        if held and library:
            await self._serve(held, library)

    async def _serve(self, held: KeptEdition, library: LiveLibrary) -> None:
        made = held.signature.made
        if held.content == library.folder:
            self._live(made)
        elif await asyncio.to_thread(library.serve, held.content):
            self._live(made)
            _log.info("the edition of %s is live", f"{made:%Y-%m-%d %H:%M:%S}Z")

    async def follow(self, library: LiveLibrary, seconds: float) -> None:
        """Take up new editions every so many seconds, until cancelled."""
        while True:
            try:
                await self.take_up(library)
            except Exception:  # noqa: BLE001 - no archive may take down a running bot
                _log.exception("no new content; the edition on hand stays")
            await asyncio.sleep(seconds)

    def _folders(self) -> list[Path]:
        try:
            return [path for path in self._folder.iterdir() if not path.name.startswith(".")]
        except OSError:
            return []

    def _read(self, path: Path) -> KeptEdition | None:
        try:
            signature = Signature.read((path / _SIGNATURE).read_bytes(), self._key)
            whole = signature.covers((path / _ARCHIVE).read_bytes())
        except (OSError, EditionError):
            return None
        there = whole and (path / _CONTENT).is_dir()
        return KeptEdition(signature, path / _CONTENT) if there else None

    def _keep(self, signature: Signature, signed: bytes, archive: bytes) -> KeptEdition:
        """Unpack and check it as a whole, then move it to its place."""
        place = self._folder / signature.sha256[:32]
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=self._folder, prefix=".new-"))
        try:
            unpack(archive, made / _CONTENT)
            _check(made / _CONTENT)
            (made / _ARCHIVE).write_bytes(archive)
            (made / _SIGNATURE).write_bytes(signed)
            if self._read(place) is None:
                shutil.rmtree(place, ignore_errors=True)
                os.replace(made, place)
        except OSError as error:
            raise EditionError(f"the edition cannot be kept in {self._folder}: {error}") from error
        finally:
            shutil.rmtree(made, ignore_errors=True)
        self._tidy()
        return KeptEdition(signature, place / _CONTENT)

    def _tidy(self) -> None:
        """What is older goes, once nobody can be reading it any more."""
        found = [(one, path) for path in self._folders() if (one := self._read(path))]
        found.sort(key=lambda pair: pair[0].signature.made)
        for _, path in found[:-KEPT]:
            shutil.rmtree(path, ignore_errors=True)


def published_content(
    settings: Settings,
    live: Callable[[datetime], None] = lambda _: None,
    refused: Callable[[], None] = lambda: None,
) -> PublishedContent | None:
    """What these settings follow; None where they name no address."""
    if settings.content_url is None or settings.content_key is None:
        return None
    key = settings.content_key.get_secret_value()
    get = _fetcher(settings.content_private)
    return PublishedContent(
        settings.content_url, key, settings.data_dir, get, live=live, refused=refused
    )


def _fetcher(private: bool) -> Get:
    """Loads aiohttp when something is fetched."""

    async def get(url: str, *, most: int) -> tuple[str, bytes, str]:
        try:
            from bot.fetch import fetch, is_public
        except ImportError:
            raise SettingsError(
                ["AIWORK_CONTENT_URL needs aiohttp: run `pip install 'aiwork[editor]'`"]
            ) from None
        allowed = (lambda _: True) if private else is_public
        return await partial(fetch, allowed=allowed, seconds=SECONDS)(url, most=most)

    return get


def _beside(url: str) -> str:
    """Where the signature lies: the same path and `.sig`."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path}.sig"))


def _check(content: Path) -> None:
    try:
        library = load(content)
    except ContentError as error:
        more = f" (and {len(error.problems) - 1} more)" if len(error.problems) > 1 else ""
        raise EditionError(
            f"the edition is not fit to be served: {error.problems[0]}{more}"
        ) from None
    if not library.quotes:
        raise EditionError("the edition has nothing to serve")
