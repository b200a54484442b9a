"""The data folder of an SQLite database: may it be written, is it local, who runs on it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

from bot.core.errors import StoreError

PRIVATE_FILE = 0o600
"""Rights of a file that nobody else on the machine shall read."""

NETWORK = frozenset({
    "9p", "afs", "beegfs", "ceph", "cifs", "fuse.glusterfs", "fuse.sshfs", "glusterfs", "lustre",
    "ncpfs", "nfs", "nfs4", "smb3", "smbfs", "virtiofs",
})  # fmt: skip
"""File systems on which SQLite's locks are not to be trusted (sqlite.org/faq.html, question 5)."""


def prepare_folder(database: str | None) -> None:
    """Make the folder of a database file, and see that it can be written; StoreError if not."""
    if database in (None, "", ":memory:"):
        return
    path = Path(str(database)).absolute()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(_no_folder(path.parent, error.strerror)) from error
    if not os.access(path.parent, os.W_OK):
        raise StoreError(_no_folder(path.parent, "it is read-only"))
    if path.exists() and not os.access(path, os.W_OK):
        raise StoreError(f"{path} is read-only: give this user the right to write to it")
    keep_private(path)


def keep_private(path: Path) -> None:
    """The file, made if there is none, is for this user alone: it holds what people follow, and
    tokens. SQLite gives the files beside its database the same rights."""
    try:
        path.touch(PRIVATE_FILE)
        if path.stat().st_mode & 0o077:
            path.chmod(PRIVATE_FILE)
    except PermissionError:
        pass  # somebody else's, who lets us write: theirs to decide
    except OSError as error:
        raise StoreError(_no_folder(path.parent, error.strerror)) from error


class RunLock:
    """An exclusive lock on a file beside the database, held by the one process that delivers.
    The system takes it back when the process ends, however it ends."""

    def __init__(self, database: str | None, *, network_ok: bool = False) -> None:
        memory = database in (None, "", ":memory:")
        self._path = None if memory else Path(f"{database}.lock").absolute()
        self._network_ok = network_ok
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Raises StoreError when another process has it, and for a folder on a network."""
        if self._path is None or self._file is not None:
            return
        kind = file_system(self._path.parent)
        if kind in NETWORK and not self._network_ok:
            raise StoreError(
                f"{self._path.parent} is on a network file system ({kind}), where SQLite can lose"
                " data: set AIWORK_DATA_DIR to a local folder, or DATABASE_URL to a PostgreSQL;"
                " AIWORK_ALLOW_NETWORK_FOLDER=true takes the risk"
            )
        try:
            file = self._path.open("a", encoding="utf-8")
        except OSError as error:
            raise StoreError(_no_folder(self._path.parent, error.strerror)) from error
        if not _lock(file):
            file.close()
            raise StoreError(
                f"another aiwork is running on {self._path.parent}: stop it first, or set"
                " AIWORK_DATA_DIR to another folder; several processes need PostgreSQL"
            )
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def file_system(folder: Path) -> str:
    """The type of the file system that a folder is on, '' where the system does not tell."""
    mounts = Path("/proc/self/mountinfo")
    if not mounts.exists():
        return ""
    best, kind = 0, ""
    target = str(folder.resolve())
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        mount, _, source = line.partition(" - ")
        point = mount.split(" ")[4].encode().decode("unicode_escape")
        inside = target == point or target.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= best:
            best, kind = len(point), source.split(" ")[0]
    return kind


def _no_folder(folder: Path, why: str | None) -> str:
    return (
        f"the data folder {folder} cannot be written ({why}): give this user the right to write"
        " to it, or set AIWORK_DATA_DIR to another folder"
    )


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _lock(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
