"""The bot as operators run it: a real process, against the stand-ins of both platforms."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

from tests.index import put_index

READY_SECONDS = 60.0
"""Generous: a busy machine that runs other tests beside this one. Not a promise about speed."""


class Bot:
    """One `python -m bot …`; `lines` is what it printed on standard output so far."""

    def __init__(self, process: asyncio.subprocess.Process, log: BinaryIO) -> None:
        self.process = process
        self.lines: list[str] = []
        self._log = log

    @property
    def errors(self) -> str:
        """What it wrote to standard error so far."""
        log = self._log.fileno()  # read in place: the process shares the offset
        return os.pread(log, os.fstat(log).st_size, 0).decode()

    async def ready(self) -> str:
        """The `ready` line. Fails with what the process said when it ends before."""
        assert self.process.stdout
        async with asyncio.timeout(READY_SECONDS):
            while line := (await self.process.stdout.readline()).decode():
                self.lines.append(line.rstrip())
                if line.startswith("ready"):
                    return line.rstrip()
        raise AssertionError(f"the bot ended before it was ready: {await self.ended()}")

    @property
    def port(self) -> int:
        """The HTTP port of the `ready` line."""
        found = re.search(r"port (\d+)", self.lines[-1])
        assert found, self.lines
        return int(found[1])

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal and wait for the end; the exit code."""
        self.process.send_signal(number)
        await self.ended()
        assert self.process.returncode is not None
        return self.process.returncode

    async def ended(self) -> str:
        """Wait for the end; what was printed on standard error."""
        async with asyncio.timeout(READY_SECONDS):
            out, _ = await self.process.communicate()
        self.lines += out.decode().splitlines()
        return self.errors


@asynccontextmanager
async def running(
    folder: Path, settings: Mapping[str, str], *words: str, fresh: bool = False
) -> AsyncIterator[Bot]:
    """`python -m bot run`, or other words, with these settings and nothing else from outside;
    killed at the end if it still runs. The search index is there already, unless it is `fresh`."""
    if not fresh:
        put_index(folder)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with tempfile.TemporaryFile() as log:  # a pipe that nobody reads would stop a talkative bot
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *(words or ("run",)),
            env={**kept, "AIWORK_DATA_DIR": str(folder), **settings},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
        try:
            yield Bot(process, log)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
