"""`aiwork`, on the real content and an empty data folder."""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from click.testing import CliRunner

from bot.cli import main

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Done:
    returncode: int
    stdout: bytes
    stderr: bytes


def aiwork(
    *words: str,
    data: Path,
    typed: bytes = b"",
    language: str = "C.UTF-8",
    process: bool = False,
    **settings: str,
) -> Done:
    """Run to the end; neither tokens nor settings of whoever runs the tests come in.

    `run` and what is asked for with `process` has a process of its own; a new one for each of the
    others takes as long as everything else they do."""
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "TMPDIR")}
    environment = {
        **kept,
        "AIWORK_DATA_DIR": str(data),
        "LC_ALL": language,
        "PYTHONPATH": str(ROOT),
        **settings,
    }
    if process or words[0] == "run":
        done = subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=ROOT,
            env=environment,
            input=typed,
            capture_output=True,
            timeout=60,
        )
        return Done(done.returncode, done.stdout, done.stderr)
    with contextlib.chdir(ROOT), mock.patch.dict(os.environ, environment, clear=True), _same_log():
        result = CliRunner().invoke(main, words, input=typed)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout_bytes, result.stderr_bytes)


@contextlib.contextmanager
def _same_log() -> Iterator[None]:
    """A command sets up the log of its process, which here is that of all other tests as well."""
    root, ours = logging.getLogger(), logging.getLogger("aiwork")
    before = root.handlers[:], root.level, ours.level, logging.raiseExceptions
    try:
        yield
    finally:
        root.handlers[:], level, our_level, logging.raiseExceptions = before
        root.setLevel(level)
        ours.setLevel(our_level)
        logging.captureWarnings(False)
