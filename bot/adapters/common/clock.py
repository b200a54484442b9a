"""Time as an adapter sees it; tests bring their own."""

from __future__ import annotations

import asyncio
import time


class Clock:
    """Seconds that never jump, and waiting."""

    now = staticmethod(time.monotonic)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
