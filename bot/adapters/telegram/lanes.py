"""One chat in order, different chats side by side."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")

MAX_LANE = 100
"""Jobs of one chat held in memory; what comes on top stays in the inbox until there is room."""


class Lanes(Generic[T]):
    """Runs `work` on each job: jobs of one lane one after the other, lanes beside each other.

    A lane costs one task while it has jobs and nothing otherwise. `work` must not raise.
    """

    def __init__(
        self,
        work: Callable[[T], Awaitable[None]],
        emptied: Callable[[str], Awaitable[None]],
    ) -> None:
        self._work = work
        self._emptied = emptied
        self._jobs: dict[str, deque[T]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.held = 0

    def put(self, lane: str, job: T) -> bool:
        """Queue a job; `False` when the lane is full."""
        jobs = self._jobs.get(lane)
        if jobs is not None and len(jobs) >= MAX_LANE:
            return False
        self.held += 1
        if jobs is not None:
            jobs.append(job)
            return True
        self._jobs[lane] = deque([job])
        task = asyncio.create_task(self._run(lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def _run(self, lane: str) -> None:
        jobs = self._jobs[lane]
        try:
            while jobs:
                while jobs:
                    await self._work(jobs[0])
                    jobs.popleft()
                    self.held -= 1
                await self._emptied(lane)  # may put more
        finally:
            self.held -= len(jobs)
            del self._jobs[lane]

    async def drain(self, seconds: float) -> None:
        """Let the lanes run dry, for so long at most; then end what still runs."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
