"""A process that delivers until it is killed: python -m tests.chaos.worker URL PORT NAME [WORD…]

The words: `leave` does not send what is in doubt again; `freeze` stops the process by SIGSTOP
in the middle of its twentieth transaction, as a paused virtual machine would.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery import outbox as outbox_module
from bot.delivery.outbox import Outbox
from bot.delivery.rate_limit import Limits
from bot.store.delivery.locks import AdvisoryLocks
from bot.store.store import Store
from tests.chaos.platform import HttpSender
from tests.delivery.fakes import Composer

RATE = Limits(per_second=400)


async def main(url: str, port: int, name: str, *words: str) -> None:
    if "freeze" in words:
        _freeze_in_transaction(after=20)
    outbox_module.LONGEST_SLEEP = 0.3  # so that new work is noticed soon, and kills follow fast
    store = await Store.open(url, upgrade=False)
    outbox = Outbox(
        store,
        {"test": HttpSender(port, name)},
        Composer(),
        limits={"test": RATE},
        once_more="leave" not in words,
    )
    sys.stdout.write("running\n")
    sys.stdout.flush()
    await outbox.run()


def _freeze_in_transaction(after: int) -> None:
    ordinary = AdvisoryLocks.write
    count = 0

    @contextlib.asynccontextmanager
    async def write(self: AdvisoryLocks) -> AsyncIterator[AsyncConnection]:
        nonlocal count
        async with ordinary(self) as connection:
            yield connection
            count += 1
            if count == after:
                os.kill(os.getpid(), signal.SIGSTOP)

    AdvisoryLocks.write = write  # type: ignore[method-assign]


if __name__ == "__main__":
    url, port, name, *words = sys.argv[1:]
    asyncio.run(main(url, int(port), name, *words))
