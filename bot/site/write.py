"""The reading room as a folder of files, for any web server; only what changed is written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.core.errors import AiworkError
from bot.site.site import Site

_LIST = ".aiwork-site.json"
"""Names every file that we wrote: what is in it and no more in the site is deleted; nothing else
ever is."""


class SiteError(AiworkError):
    """A folder that cannot take the site; the sentence says what can."""


@dataclass(frozen=True, slots=True)
class Written:
    pages: int
    changed: int
    deleted: int


def write_site(site: Site, folder: Path, today: date) -> Written:
    """Make `folder` the site, file by file, each whole at any moment. Raises SiteError for a folder
    that holds something else, or that cannot be written to."""
    before = _before(folder)
    try:
        names = {_name(path): path for path in site.paths()}
        changed = sum(_put(folder / n, _body(site, path, today)) for n, path in names.items())
        changed += _put(folder / "404.html", site.missing("/").body)
        listed = sorted([*names, "404.html"])
        _put(folder / _LIST, json.dumps(listed, indent=0).encode())
        gone = [folder / one for one in before if one not in {*listed}]
        for path in gone:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise SiteError(
            f"{folder} cannot be written: {error.strerror}; name another --out"
        ) from None
    return Written(len(listed), changed, len(gone))


def _before(folder: Path) -> list[str]:
    """What a run before this one wrote."""
    try:
        listed = json.loads((folder / _LIST).read_bytes())
    except FileNotFoundError:
        if folder.is_dir() and any(folder.iterdir()):
            raise SiteError(f"{folder} holds something else; name an empty folder") from None
        return []
    except (OSError, ValueError):
        raise SiteError(f"{folder / _LIST} cannot be read; name an empty folder") from None
    return [one for one in listed if isinstance(one, str) and _within(one)]


def _within(name: str) -> bool:
    return ".." not in name.split("/") and not name.startswith("/")


def _name(path: str) -> str:
    """A page is a folder's index, so that every server finds it without an ending."""
    last = path.rpartition("/")[2]
    return path[1:] if "." in last else f"{path.strip('/')}/index.html".lstrip("/")


def _body(site: Site, path: str, today: date) -> bytes:
    made = site.file(path, today)
    assert made is not None, path
    return made.body


def _put(path: Path, body: bytes) -> bool:
    """Whether it had to be written."""
    try:
        if path.read_bytes() == body:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(body)
    beside.replace(path)
    return True
