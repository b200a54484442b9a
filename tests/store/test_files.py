"""One process runs on a folder, and the folder is a local one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.errors import StoreError
from bot.store.database import files
from bot.store.database.files import RunLock, file_system


def test_a_second_run_on_the_same_folder_says_so(tmp_path: Path) -> None:
    database = str(tmp_path / "aiwork.db")
    first, second = RunLock(database), RunLock(database)
    first.take()
    with pytest.raises(StoreError, match=r"another aiwork is running .* stop it"):
        second.take()
    first.release()
    second.take()
    second.release()


def test_a_network_folder_is_refused_unless_the_operator_insists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "file_system", lambda folder: "nfs4")
    database = str(tmp_path / "aiwork.db")
    with pytest.raises(StoreError, match="network file system"):
        RunLock(database).take()
    insisting = RunLock(database, network_ok=True)
    insisting.take()
    insisting.release()


def test_the_file_system_of_a_folder_is_known() -> None:
    assert file_system(Path("/proc/self")) == "proc"
