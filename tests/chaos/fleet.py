"""A whole service under load: webs, workers and PostgreSQL, thousands of digests at one minute
while people type commands, and a worker that is killed in the middle.

    python -m tests.chaos.fleet [--digests 2000] [--workspaces 50] [--rate 20] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from bot.core.chats import DeliveryState
from bot.store.store import Store
from tests.databases import postgres
from tests.fleet import Fleet, Slack, Telegram
from tests.seeding import seed, this_minute
from tests.whole import Bot

LINES = ("quote 996", "quote 裁員", "search layoffs", "topics", "help", "quote", "status")
SUBSCRIBER = 1_000_000
"""Telegram chats from here on get digests; those below type commands."""

ANSWER_SECONDS = 0.5
RESUME_SECONDS = 20.0
PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class FleetVerdict:
    """`lost`: neither arrived nor accounted for. `unexplained`: arrived more often than once
    without having been in flight at the kill. `resumed`: the longest that a platform whose lanes
    the victim held waited for its next digest. Seconds of an answer count from the post of the
    command to its answer's arrival; `load` is the machine's, before and after."""

    digests: int
    lost: int
    doubled: int
    tripled: int
    unexplained: int
    seconds: float
    resumed: float
    commands: int
    unanswered: int
    p50: float
    p99: float
    slowest: float
    load: tuple[float, float]
    examples: tuple[str, ...] = ()

    @property
    def kept(self) -> bool:
        digests = not (self.lost or self.tripled or self.unexplained)
        answers = not self.unanswered and self.p99 <= ANSWER_SECONDS
        return digests and answers and self.resumed <= RESUME_SECONDS


async def fleet_test(
    url: str,
    digests: int,
    workspaces: int,
    rate: float,
    rng: random.Random,
    *,
    progress: Callable[[], object] = lambda: None,
) -> FleetVerdict:
    """Half of the digests are for Slack. The worker that sends for Telegram's token is killed
    when a third of its digests have arrived."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            Slack() as slack,
            Telegram() as telegram,
            Fleet(Path(folder), url, slack, telegram) as fleet,
        ):
            return await _Run(fleet, digests, workspaces, rate, rng, progress).judged()


class _Run:
    def __init__(
        self,
        fleet: Fleet,
        digests: int,
        workspaces: int,
        rate: float,
        rng: random.Random,
        progress: Callable[[], object],
    ) -> None:
        self._fleet, self._rng, self._progress = fleet, rng, progress
        self._teams = [f"T{number:04}" for number in range(workspaces)]
        self._rooms = [f"D{number:05}" for number in range(digests // 2)]
        self._people = [SUBSCRIBER + number for number in range(digests - digests // 2)]
        self._pause = 1 / rate
        self._asked: dict[str, float] = {}
        self._typing: set[asyncio.Task[None]] = set()

    async def judged(self) -> FleetVerdict:
        before = os.getloadavg()[0]
        workers = await self._start()
        talk = asyncio.create_task(self._talk())
        await self._warm()
        began = await self._fall_due()
        resumed = await self._kill(workers)
        await self._arrive(len(self._rooms), len(self._people))
        seconds = time.monotonic() - began
        talk.cancel()
        await self._answered()
        await self._settled()
        waits = self._waits()
        return FleetVerdict(
            digests=len(self._rooms) + len(self._people),
            **await self._count(),
            seconds=round(seconds, 1),
            resumed=round(resumed, 1),
            commands=len(self._asked),
            unanswered=len(self._asked) - len(waits),
            p50=round(statistics.median(waits), 3),
            p99=round(statistics.quantiles(waits, n=100)[98], 3),
            slowest=round(max(waits), 3),
            load=(round(before, 1), round(os.getloadavg()[0], 1)),
            examples=tuple(self._fleet.slack.problems[:5]),
        )

    async def _start(self) -> list[Bot]:
        fleet = self._fleet
        await fleet.release()
        await asyncio.gather(fleet.web(), fleet.web())
        workers = await asyncio.gather(fleet.worker(), fleet.worker())
        for team in self._teams:
            await fleet.install(team)
            self._progress()
        for person in self._people:
            fleet.telegram.room(person)
        return list(workers)

    # People --------------------------------------------------------------------------------

    async def _talk(self) -> None:
        """One command after the other at an even pace, whether or not the last is answered."""
        clock = asyncio.get_running_loop().time
        due = clock()
        number = 0
        while True:
            number += 1
            task = asyncio.create_task(self._type(number))
            self._typing.add(task)
            task.add_done_callback(self._typing.discard)
            due += self._pause
            await asyncio.sleep(max(0.0, due - clock()))

    async def _type(self, number: int) -> None:
        line = self._rng.choice(LINES)
        now = time.monotonic()
        if number % 2:
            self._asked[str(number)] = now
            await self._fleet.says(f"/{line}", number)
        else:
            user = self._rng.choice(list(self._fleet.slack.users))
            url = await self._fleet.types(self._rng.choice(self._teams), line, user=user)
            self._asked[url.rpartition("/")[2]] = now

    async def _warm(self) -> None:
        """The first commands are of people whose language is asked for, and of cold processes."""
        await asyncio.sleep(3)
        await asyncio.gather(*self._typing)
        self._asked.clear()

    async def _answered(self) -> None:
        """What was asked last has its time, too."""
        await asyncio.gather(*self._typing)
        with suppress(TimeoutError):
            await until(lambda: len(self._waits()) == len(self._asked), seconds=20)

    def _waits(self) -> list[float]:
        arrived = {str(chat): at for chat, at in reversed(self._fleet.telegram.arrived)}
        arrived |= self._fleet.slack.answered
        return [arrived[key] - at for key, at in self._asked.items() if key in arrived]

    # Digests -------------------------------------------------------------------------------

    async def _fall_due(self) -> float:
        """All at the next full minute; that moment on the monotonic clock."""
        store = await Store.open(self._fleet.url)
        due = this_minute(store.now()) + timedelta(minutes=1)
        await seed(store, self._rooms, due, workspaces=self._teams, platform="slack")
        await seed(store, [str(person) for person in self._people], due, platform="telegram")
        wait = (due - store.now()) / timedelta(seconds=1)
        await store.close()
        await asyncio.sleep(wait)
        return time.monotonic()

    def _slack_digests(self) -> list[tuple[str, float]]:
        return [(f"{t}/{room}", at) for t, room, at in self._fleet.slack.arrived if room[0] == "D"]

    def _telegram_digests(self) -> list[tuple[str, float]]:
        arrived = self._fleet.telegram.arrived
        return [(f"/{chat}", at) for chat, at in arrived if chat >= SUBSCRIBER]

    async def _arrive(self, slack: int, telegram: int) -> None:
        """Until digests for so many chats have arrived; not for ever."""
        await until(
            lambda: (
                len({to for to, _ in self._slack_digests()}) >= slack
                and len({to for to, _ in self._telegram_digests()}) >= telegram
            )
        )

    async def _kill(self, workers: list[Bot]) -> float:
        """Seconds until somebody else sends for Telegram's token."""
        await self._arrive(0, len(self._people) // 3)
        sent = [
            await self._fleet.figure(worker, "aiwork_deliveries_total", platform="telegram")
            for worker in workers
        ]
        victim = workers[sent.index(max(sent))]
        victim.process.send_signal(signal.SIGKILL)
        await victim.process.wait()
        killed, so_far = time.monotonic(), len(self._telegram_digests())
        await until(lambda: len(self._telegram_digests()) > so_far)
        return self._telegram_digests()[so_far][1] - killed

    async def _settled(self) -> None:
        """What was in flight at the kill is sent once more by then, and every outcome written."""
        store = await Store.open(self._fleet.url)
        for state in (DeliveryState.SENDING, DeliveryState.PENDING):
            while await store.deliveries.list(state, limit=1):  # noqa: ASYNC110 - the database
                await asyncio.sleep(0.2)
        await store.close()

    async def _count(self) -> dict[str, int]:
        store = await Store.open(self._fleet.url)
        known = await store.deliveries.list(limit=1_000_000)
        await store.close()
        doubts = {f"{one.at.workspace}/{one.at.room}": one.doubts for one in known}
        times = Counter(to for to, _ in (*self._slack_digests(), *self._telegram_digests()))
        wanted = len(self._rooms) + len(self._people)
        return {
            "lost": wanted - sum(times[to] > 0 for to in doubts),
            "doubled": sum(count == 2 for count in times.values()),
            "tripled": sum(count > 2 for count in times.values()),
            "unexplained": sum(count > 1 and not doubts.get(to) for to, count in times.items()),
        }


async def until(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Look now and then; TimeoutError when it takes too long."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - many things are looked at, and none of them tells
            await asyncio.sleep(0.1)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.fleet", description=__doc__)
    parser.add_argument("--digests", type=int, default=2000)
    parser.add_argument("--workspaces", type=int, default=50)
    parser.add_argument("--rate", type=float, default=20.0, help="commands a second")
    parser.add_argument("--seed", type=int, default=20260301)
    parser.add_argument("--json", action="store_true")
    wish = parser.parse_args()
    rng = random.Random(wish.seed)
    url = postgres().database()
    verdict = asyncio.run(fleet_test(url, wish.digests, wish.workspaces, wish.rate, rng))
    told = {**asdict(verdict), "kept": verdict.kept}
    if wish.json:
        sys.stdout.write(json.dumps(told) + "\n")
    else:
        sys.stdout.write("".join(f"{name:<12}{value}\n" for name, value in told.items()))
    return 0 if verdict.kept else 1


if __name__ == "__main__":
    sys.exit(main())
