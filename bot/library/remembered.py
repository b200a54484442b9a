"""What was read and checked, remembered by what it was read from, beside the search index.

A file of the memory is named after the SHA-256 of everything that its content follows from: our
code, the versions of what it calls, a file's place and bytes. It is JSON behind its own hash; one
that is cut short, changed or of other code is never believed, and read anew. Since a lie in here
would be served, nothing is taken from a folder that somebody else could write to.
"""

from __future__ import annotations

import hashlib
import logging
import os
import stat
import tempfile
from collections.abc import Collection
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

import bot.core
import bot.library

FOLDER = "files"
SPARE = 3_000
"""Files that are kept beside those in use: what `check` found in the same articles, a branch that
is looked at in turn with another one, what was edited today."""

_MADE_BY = ("pydantic", "pyyaml", "rapidfuzz", "opencc")
_HASH = 32

_log = logging.getLogger(__name__)


class Memory:
    """Bytes by name, in a folder of one's own. A folder that cannot be used is a memory that
    forgets: everything works, and takes its time."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder / FOLDER if folder and _is_ours(folder / FOLDER) else None

    def recall(self, name: str) -> bytes | None:
        """What was kept under the name; None when there is nothing, or it is not whole."""
        if self._folder is None:
            return None
        try:
            raw = (self._folder / name).read_bytes()
        except OSError:
            return None
        held = raw[_HASH:]
        return held if hashlib.sha256(held).digest() == raw[:_HASH] else None

    def keep(self, name: str, held: bytes) -> None:
        """A whole file or none; a folder without room is no error."""
        if self._folder is None:
            return
        try:
            handle, beside = tempfile.mkstemp(dir=self._folder, prefix=".new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(hashlib.sha256(held).digest() + held)
                os.replace(beside, self._folder / name)
            except BaseException:
                os.unlink(beside)
                raise
        except OSError as error:
            _log.warning(
                "what was read cannot be kept in %s (%s); check the folder", self._folder, error
            )
            self._folder = None

    def tidy(self, used: Collection[str]) -> None:
        """Forget the oldest of what is not in use."""
        if self._folder is None:
            return
        with suppress(OSError):
            unused = [one for one in os.scandir(self._folder) if one.name not in used]
            if len(unused) > SPARE:
                unused.sort(key=lambda one: one.stat().st_mtime)
                for one in unused[:-SPARE]:
                    os.unlink(one.path)


def name_of(kind: str, *parts: str | bytes) -> str:
    """The name of what follows from these parts and our code."""
    digest = hashlib.sha256(_code())
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(b"%d\0" % len(raw) + raw)
    return f"{digest.hexdigest()[:48]}.{kind}"


def _is_ours(folder: Path) -> bool:
    """Whether the folder is there (made, if need be), and nobody else can write to it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
    except OSError:
        return False
    ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()
    if ours and not status.st_mode & 0o022:
        return True
    _log.warning(
        "%s can be written to by others: what is kept there is not believed; delete the folder, "
        "and it is made anew", folder,
    )  # fmt: skip
    return False


@cache
def _code() -> bytes:
    """Changes with anything that readings and findings are made by."""
    digest = hashlib.sha256()
    for package in (bot.library, bot.core):
        root = Path(str(package.__file__)).parent
        for source in sorted((*root.rglob("*.py"), *root.rglob("*.yaml"))):
            if "search" not in source.parts:
                digest.update(source.name.encode() + source.read_bytes())
    for name in _MADE_BY:
        digest.update(version(name).encode())
    return digest.digest()
