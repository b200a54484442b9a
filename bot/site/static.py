"""What stands in the reading room as it is: a style sheet, a script; and what makes a page anew."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path, PurePosixPath

import bot

PNG = ".png"

_ASSETS = Path(__file__).with_name("assets")

KINDS = {
    PNG: "image/png",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class SiteFile:
    """What stands at a path. `status` is 410 for what was withdrawn; `lasting` says that the
    content of this path never changes."""

    body: bytes
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    lasting: bool = False


def asset(name: str) -> SiteFile | None:
    body = assets()[0].get(name)
    if body is None:
        return None
    return SiteFile(body, KINDS[PurePosixPath(name).suffix], lasting=True)


@cache
def code() -> str:
    """A hash of everything of ours that draws, and of whose characters it writes."""
    hashed = hashlib.sha256(version("opencc").encode())
    for path in sorted(Path(bot.__file__).parent.rglob("*.py")):
        hashed.update(path.read_bytes())
    return hashed.hexdigest() + "".join(assets()[0])


@cache
def assets() -> tuple[dict[str, bytes], list[tuple[str, str]]]:
    """The files by their names with a hash in it, and which plain name each is of."""
    files, names = {}, []
    for path in sorted(_ASSETS.glob("*.*")):
        body = path.read_bytes()
        hashed = f"{path.stem}.{hashlib.sha256(body).hexdigest()[:12]}{path.suffix}"
        files[hashed] = body
        names.append((hashed, path.name))
    return files, names
