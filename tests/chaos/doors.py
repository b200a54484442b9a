"""Commands by all four doors into a real process that is killed in the middle, again and again:
what was acknowledged is answered, by the process that comes after if need be.

python -m tests.chaos.doors [--kills 20] [--commands 24] [--seed N] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

import aiohttp

from tests.adapters.slack.payloads import slash
from tests.adapters.slack.service import signature
from tests.fleet import FORM, Fleet, Slack, Telegram
from tests.standin.slack import APP_TOKEN, BOT_TOKEN, SlackStandIn
from tests.standin.telegram import TOKEN, Standin
from tests.whole import Bot, running

LINES = ("quote 996", "quote 裁员", "topics", "help", "search layoffs", "status")
NO_LIMITS = {"AIWORK_LIMIT_PERSON": "0", "AIWORK_LIMIT_ROOM": "0"}
LONGEST_LIFE = 1.5
"""Seconds from the first command to the kill, at most: the time in which a burst is answered."""

PATIENCE = 60.0
"""Seconds in which the last process answers what was left, on a machine that does other things."""

TEAM = "T0001"
"""The workspace that installs the app over OAuth."""


@dataclass(frozen=True, slots=True)
class DoorsVerdict:
    """By door: how many commands were acknowledged, and how many of those were never answered."""

    kills: int
    acknowledged: dict[str, int]
    lost: dict[str, int]

    @property
    def kept(self) -> bool:
        return all(self.acknowledged.values()) and not any(self.lost.values())


@dataclass(slots=True)
class Tally:
    """What was acknowledged at one door; `answered` looks at the platform."""

    acknowledged: set[str] = field(default_factory=set)
    answered: Callable[[str], object] = bool

    def open(self) -> list[str]:
        return [key for key in self.acknowledged if not self.answered(key)]


class World(Protocol):
    """Two doors into one process."""

    doors: dict[str, Tally]

    def start(self) -> contextlib.AbstractAsyncContextManager[Bot]: ...

    async def ask(self, bot: Bot, line: str) -> None:
        """The line by each door, whether or not anybody listens any more."""
        ...


class Connected:
    """Socket Mode and polling."""

    def __init__(self, folder: Path, slack: SlackStandIn, telegram: Standin) -> None:
        self._folder, self._slack, self._telegram = folder, slack, telegram
        self._people = count(1000)
        self._typed: dict[int, str] = {}
        self.doors = {
            "socket mode": Tally(answered=slack.answers),
            "polling": Tally(answered=lambda key: telegram.texts(int(key))),
        }

    def start(self) -> contextlib.AbstractAsyncContextManager[Bot]:
        settings = {
            **NO_LIMITS,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_BASE_URL": self._slack.api,
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE_URL": self._telegram.root,
        }
        return running(self._folder, settings)

    async def ask(self, bot: Bot, line: str) -> None:
        person = next(self._people)
        self._typed[self._telegram.says(f"/{line}", person)] = str(person)
        payload = slash(self._slack, line)
        url = str(payload["response_url"])
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(3):
                await self._slack.deliver("slash_commands", payload)
                self.doors["socket mode"].acknowledged.add(url)
        confirmed = self._telegram.confirmed
        done = (who for update, who in self._typed.items() if update <= confirmed)
        self.doors["polling"].acknowledged.update(done)


class Posted:
    """Slack over HTTP, and Telegram's webhook."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._people = count(1000)
        self.doors = {
            "http": Tally(answered=fleet.slack.answers),
            "webhook": Tally(answered=lambda key: fleet.telegram.texts(int(key))),
        }

    @contextlib.asynccontextmanager
    async def start(self) -> Any:
        async with running(self._fleet.folder, self._fleet.settings) as bot:
            await bot.ready()
            self._fleet.balancer.ports[:] = [bot.port]
            if not self._installed:
                await self._fleet.install(TEAM)
                self._installed = True
            yield bot

    _installed = False

    async def ask(self, bot: Bot, line: str) -> None:
        await asyncio.gather(self._slack(bot, line), self._telegram(bot, line))

    async def _slack(self, bot: Bot, line: str) -> None:
        payload = {**slash(self._fleet.slack, line), "team_id": TEAM}
        body = urlencode(payload).encode()
        headers = {"Content-Type": FORM, **signature(body)}
        if await _posted(bot, "/slack/commands", headers, body):
            self.doors["http"].acknowledged.add(str(payload["response_url"]))

    async def _telegram(self, bot: Bot, line: str) -> None:
        person, telegram = next(self._people), self._fleet.telegram
        telegram.says(f"/{line}", person)
        (update,) = telegram.take()
        assert telegram.webhook
        headers = {
            "Content-Type": "application/json",
            "X-Telegram-Bot-Api-Secret-Token": telegram.webhook["secret_token"],
        }
        if await _posted(bot, "/telegram", headers, json.dumps(update).encode()):
            self.doors["webhook"].acknowledged.add(str(person))


async def _posted(bot: Bot, path: str, headers: dict[str, str], body: bytes) -> bool:
    """Whether it was acknowledged. What was not is posted again by the platform, which is another
    test's."""
    timeout = aiohttp.ClientTimeout(total=3)
    with contextlib.suppress(aiohttp.ClientError, TimeoutError, ConnectionError):
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            http.post(f"http://127.0.0.1:{bot.port}{path}", data=body, headers=headers) as answer,
        ):
            return answer.status == 200
    return False


async def doors_test(
    kills: int,
    rng: random.Random,
    *,
    commands: int = 24,
    progress: Callable[[], object] = lambda: None,
) -> DoorsVerdict:
    """`kills` of each of two processes, with so many commands by each door before every one."""
    tallies: dict[str, Tally] = {}
    with tempfile.TemporaryDirectory() as folder:
        async with SlackStandIn() as slack, Standin() as telegram:
            near = Path(folder) / "near"
            near.mkdir()
            world = Connected(near, slack, telegram)
            await _killed(world, kills, commands, rng, progress)
            tallies |= world.doors
        far = Path(folder) / "far"
        far.mkdir()
        url = f"sqlite:///{far}/aiwork.db"
        async with (
            Slack() as installed,
            Telegram() as hooked,
            Fleet(far, url, installed, hooked, **NO_LIMITS) as fleet,
        ):
            posted = Posted(fleet)
            await _killed(posted, kills, commands, rng, progress)
            tallies |= posted.doors
    return DoorsVerdict(
        kills=2 * kills,
        acknowledged={door: len(tally.acknowledged) for door, tally in tallies.items()},
        lost={door: len(tally.open()) for door, tally in tallies.items()},
    )


async def _killed(
    world: World, kills: int, commands: int, rng: random.Random, progress: Callable[[], object]
) -> None:
    for _ in range(kills):
        async with world.start() as bot:
            await _ready(bot)
            asked = [
                asyncio.create_task(_later(world, bot, rng.choice(LINES), rng.random()))
                for _ in range(commands)
            ]
            await asyncio.sleep(rng.uniform(0.02, LONGEST_LIFE))
            await bot.stop(signal.SIGKILL)
            await asyncio.gather(*asked)
        progress()
    async with world.start() as bot:
        await _ready(bot)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while any(tally.open() for tally in world.doors.values()):  # noqa: ASYNC110 - the platforms
                    await asyncio.sleep(0.1)


async def _later(world: World, bot: Bot, line: str, share: float) -> None:
    await asyncio.sleep(share * LONGEST_LIFE)
    if bot.process.returncode is None:
        await world.ask(bot, line)


async def _ready(bot: Bot) -> None:
    if not bot.lines:
        await bot.ready()


def _told(verdict: DoorsVerdict) -> Iterator[str]:
    for name, value in {**asdict(verdict), "kept": verdict.kept}.items():
        yield f"{name:<14}{value}\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.doors", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--commands", type=int, default=24, help="by each door before a kill")
    parser.add_argument("--seed", type=int, default=20260301)
    parser.add_argument("--json", action="store_true")
    wish = parser.parse_args()
    rng = random.Random(wish.seed)
    verdict = asyncio.run(doors_test(wish.kills, rng, commands=wish.commands))
    if wish.json:
        sys.stdout.write(json.dumps({**asdict(verdict), "kept": verdict.kept}) + "\n")
    else:
        sys.stdout.write("".join(_told(verdict)))
    return 0 if verdict.kept else 1


if __name__ == "__main__":
    sys.exit(main())
