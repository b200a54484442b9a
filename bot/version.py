"""Which version this is; of a checkout, which commit."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

import bot

SECONDS = 2.0


@cache
def version() -> str:
    """`0.1.0`, and from a checkout `0.1.0 (d517a68abc)`, with `+changes` where files differ from
    it."""
    commit = _commit(Path(bot.__file__).parent.parent)
    return f"{bot.__version__} ({commit})" if commit else bot.__version__


def _commit(root: Path) -> str:
    """'' where the folder above the package is no checkout, or git cannot tell."""
    if not (root / ".git").exists():
        return ""
    command = ["git", "-C", str(root), "describe", "--always", "--exclude=*", "--abbrev=10"]
    try:
        done = subprocess.run(  # noqa: S603 - fixed words
            [*command, "--dirty=+changes"], capture_output=True, text=True, timeout=SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
