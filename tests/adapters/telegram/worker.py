"""A process that polls the stand-in until it is killed: `worker ROOT INBOX`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.adapters.telegram.parts import Bench, Inbox
from tests.standin.telegram import Standin


async def main(root: str, inbox: Path) -> None:
    telegram = Standin()  # not served here: only its address is needed
    telegram.root = root
    bench = Bench(telegram)
    bench.inbox = Inbox(inbox)
    async with bench.running() as adapter:
        await adapter.watch()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
