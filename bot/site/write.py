"""The reading room as a folder of files, for any web server; only what changed is made at all."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from bot.core.errors import AiworkError
from bot.site.site import Site

_LIST = ".aiwork-site.json"
"""Every file that we wrote, with the stamp of what it was made from. What is in it and no more in
the site is deleted; nothing else ever is."""


_CHUNK = 2_000
"""Files: a second or two of drawing, twenty times what it takes to start another process."""

_work: _Work  # of a process that draws for another


class SiteError(AiworkError):
    """A folder that cannot take the site; the sentence says what can."""


@dataclass(frozen=True, slots=True)
class Written:
    pages: int
    changed: int
    deleted: int


def write_site(site: Site, folder: Path, today: date) -> Written:
    """Make `folder` the site, file by file, each whole at any moment. What stands there and was
    made from the same as now is left as it is. Raises SiteError for a folder that holds something
    else, or that cannot be written to."""
    before = _before(folder)
    try:
        return _write(site, folder, today, before)
    except OSError as error:
        raise SiteError(
            f"{folder} cannot be written: {error.strerror}; name another --out"
        ) from None


def _write(site: Site, folder: Path, today: date, before: Mapping[str, str]) -> Written:
    paths, stamps = dict[str, str](), dict[str, str]()
    for path, stamp in site.leaves(today):
        name = _name(path)
        paths[name], stamps[name] = path, stamp
    kept = {one for one, stamp in stamps.items() if stamp and before.get(one) == stamp}
    stale = [one for one in paths if one not in kept or not os.path.exists(folder / one)]
    if stale:  # who is interrupted leaves a folder that the next run knows as ours
        _note(
            folder, {**dict.fromkeys([*before, *paths], ""), **{one: stamps[one] for one in kept}}
        )
    changed = _make(_Work(site, str(folder), today), [(one, paths[one]) for one in stale])
    gone = [one for one in before if one not in paths]
    for one in gone:
        (folder / one).unlink(missing_ok=True)
    if stale or gone:
        _note(folder, stamps)
    return Written(len(paths), changed, len(gone))


def _before(folder: Path) -> dict[str, str]:
    """What a run before this one wrote."""
    try:
        listed = json.loads((folder / _LIST).read_bytes())
    except FileNotFoundError:
        if folder.is_dir() and any(folder.iterdir()):
            raise SiteError(f"{folder} holds something else; name an empty folder") from None
        return {}
    except (OSError, ValueError):
        raise SiteError(f"{folder / _LIST} cannot be read; name an empty folder") from None
    pairs = listed.items() if isinstance(listed, dict) else ()
    return {name: stamp for name, stamp in pairs if isinstance(stamp, str) and _within(name)}


def _note(folder: Path, stamps: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    _put(f"{folder}/{_LIST}", json.dumps(stamps, indent=0).encode())


def _within(name: str) -> bool:
    return ".." not in name.split("/") and not name.startswith("/")


def _name(path: str) -> str:
    """A page is a folder's index, so that every server finds it without an ending."""
    last = path.rpartition("/")[2]
    return path[1:] if "." in last else f"{path.strip('/')}/index.html".lstrip("/")


@dataclass(frozen=True, slots=True)
class _Work:
    site: Site
    folder: str
    today: date

    def make(self, files: Sequence[tuple[str, str]]) -> int:
        """Names with their paths; how many of them had to be written."""
        return sum(self._put(f"{self.folder}/{name}", path) for name, path in files)

    def _put(self, name: str, path: str) -> bool:
        made = self.site.file(path, self.today)
        if made is None:  # a picture that cannot be drawn whole
            Path(name).unlink(missing_ok=True)
            return False
        return _put(name, made.body)


def _make(work: _Work, files: Sequence[tuple[str, str]]) -> int:
    """On all processors when there is much to do: languages one after another, so that each has
    mostly its own to draw."""
    chunks = [files[at : at + _CHUNK] for at in range(0, len(files), _CHUNK)]
    workers = min(len(chunks), os.cpu_count() or 1) if sys.platform == "linux" else 1
    if workers < 2:
        return work.make(files)
    forked = get_context("fork")  # what the library holds is shared, not sent
    with ProcessPoolExecutor(workers, forked, initializer=_begin, initargs=(work,)) as pool:
        return sum(pool.map(_make_chunk, chunks))


def _begin(work: _Work) -> None:
    global _work
    _work = work


def _make_chunk(files: Sequence[tuple[str, str]]) -> int:
    return _work.make(files)


def _put(path: str, body: bytes) -> bool:
    """Whether it had to be written. Strings, since paths as objects cost half of the time."""
    folder, _, name = path.rpartition("/")
    try:
        with open(path, "rb") as held:
            if held.read() == body:
                return False
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)
    beside = f"{folder}/.{name}.new"
    with open(beside, "wb") as made:
        made.write(body)
    os.replace(beside, path)
    return True
