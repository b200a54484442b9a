"""`python -m bot` as a process of its own, on the real content and an empty data folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def aiwork(
    *words: str, data: Path, typed: bytes = b"", language: str = "C.UTF-8", **settings: str
) -> subprocess.CompletedProcess[bytes]:
    """Run to the end; neither tokens nor settings of whoever runs the tests come in."""
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "TMPDIR")}
    environment = {
        **kept,
        "AIWORK_DATA_DIR": str(data),
        "LC_ALL": language,
        "PYTHONPATH": str(ROOT),
        **settings,
    }
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=ROOT,
        env=environment,
        input=typed,
        capture_output=True,
        timeout=60,
    )
