"""A file of settings that cannot be read is told in one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "raw", "told"),
    [
        ("config/local.yaml", b"\tzone: UTC\n", "config/local.yaml:1: this is no YAML"),
        ("config/local.yaml", b"zone: [UTC\n", "this is no YAML"),
        ("config/local.yaml", b"- zone\n- UTC\n", "not a list or a text"),
        (".env", "AIWORK_LANGUAGE=en".encode("utf-16"), ".env is not in UTF-8"),
        (".env", "# 语言\nAIWORK_LANGUAGE=en".encode("gbk"), ".env is not in UTF-8"),
    ],
)
def test_it_ends_with_a_sentence_and_exit_code_2(
    tmp_path: Path, name: str, raw: bytes, told: str
) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(raw)
    done = subprocess.run(
        [sys.executable, "-m", "bot", "config"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
        capture_output=True,
    )
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
