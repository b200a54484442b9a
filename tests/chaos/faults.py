"""Thousands of digests while the platform, the database and the clock misbehave on a schedule."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from sqlalchemy import Select, exists, func, select, text

from bot.core.address import Address
from bot.core.chats import Delivery, DeliveryState
from bot.core.errors import RetryLater, Unknown
from bot.core.reply import Reply
from bot.delivery.outbox import Outbox
from bot.delivery.rate_limit import Limits
from bot.store.database.tables import OPEN, chat, delivery
from bot.store.store import Store
from tests.delivery.fakes import Composer
from tests.seeding import seed

RATE = 600.0
"""Messages a second: a fifth of what the machine can do, so that delays tell of faults."""

SHARE = 0.08
"""Of the chats meet a fault; less than the quarter at which a lane slows down as a whole."""

LONG = 12 * 3600

AN_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Wait:
    """A 429."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Error:
    """A 500 or 502, or a refused connection: surely not delivered."""

    why: str


@dataclass(frozen=True, slots=True)
class Silence:
    """A timeout, before or after the platform accepted the message."""

    accepted: bool


Fault: TypeAlias = "Wait | Error | Silence"


@dataclass(frozen=True, slots=True)
class FaultVerdict:
    """`wrong` counts digests whose state is not the one that their faults lead to. `p99` are the
    99th percentiles of the seconds that unaffected chats waited, without and with faults."""

    database: str
    digests: int
    faults: int
    lost: int
    doubled: int
    tripled: int
    wrong: int
    expired: int
    in_doubt: int
    p99_before: float
    p99: float
    examples: tuple[str, ...] = ()

    @property
    def kept(self) -> bool:
        return not (self.lost or self.tripled or self.wrong) and self.growth <= 0.10

    @property
    def growth(self) -> float:
        return self.p99 / self.p99_before - 1


class Clock:
    """The real time, and what somebody set it ahead."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(slots=True)
class Flaky:
    """A platform that follows a plan of faults per chat."""

    plan: dict[str, deque[Fault]]
    arrivals: list[tuple[str, float]] = field(default_factory=list)

    async def send(self, at: Address, reply: Reply, *, silent: bool = False) -> str:
        await asyncio.sleep(0.005)
        faults = self.plan.get(at.room)
        fault = faults.popleft() if faults else None
        match fault:
            case Wait(seconds):
                raise RetryLater("Too Many Requests", after=seconds)
            case Error(why):
                raise RetryLater(why)
            case Silence(accepted=False):
                await asyncio.sleep(0.5)
                raise Unknown("read timeout")
            case _:
                self.arrivals.append((at.room, time.monotonic()))
        await asyncio.sleep(0.5 if fault else 0.005)
        if fault:
            raise Unknown("read timeout")
        return str(len(self.arrivals))


def a_plan(rooms: list[str], rng: random.Random) -> dict[str, list[Fault]]:
    """For some of the rooms one to three faults, one after the other."""
    return {
        room: [_a_fault(rng) for _ in range(rng.choice((1, 1, 2, 3)))]
        for room in rooms
        if rng.random() < SHARE
    }


def _a_fault(rng: random.Random) -> Fault:
    kind = rng.random()
    if kind < 0.4:
        return Wait(round(LONG ** rng.random(), 1))  # 1 s to 12 h, as many short as long ones
    if kind < 0.75:
        return Error(rng.choice(("Internal Server Error", "Bad Gateway", "connection refused")))
    return Silence(accepted=rng.random() < 0.5)


async def fault_test(
    url: Callable[[], str],
    database: str,
    digests: int,
    rng: random.Random,
    *,
    lanes: int = 1,
    progress: Callable[[], object] = lambda: None,
) -> FaultVerdict:
    """Twice the same digests: without faults, and with them."""
    rooms = [str(number) for number in range(digests)]
    plan = a_plan(rooms, rng)
    calm = await _run(url(), database, rooms, {}, rng, progress, lanes)
    wild = await _run(url(), database, rooms, plan, rng, progress, lanes)
    return _judge(database, rooms, plan, calm, wild)


@dataclass(frozen=True, slots=True)
class _Result:
    started: float
    arrivals: list[tuple[str, float]]
    deliveries: dict[str, Delivery]


async def _run(
    url: str,
    database: str,
    rooms: list[str],
    plan: dict[str, list[Fault]],
    rng: random.Random,
    progress: Callable[[], object],
    lanes: int,
) -> _Result:
    clock = Clock()
    store = await Store.open(url, clock=clock)
    due = store.now().replace(second=0, microsecond=0) - timedelta(minutes=3)
    await seed(store, rooms, due, workspaces=[f"T{number}" for number in range(lanes)])
    flaky = Flaky({room: deque(faults) for room, faults in plan.items()})
    limits = {"test": Limits(per_second=RATE / lanes)}
    outbox = Outbox(store, {"test": flaky}, Composer(), limits=limits)
    running = asyncio.create_task(outbox.run())
    started = time.monotonic()
    trouble = asyncio.create_task(_trouble(store, clock, database, rng, bool(plan)))
    await _quiet(store, clock, len(rooms), progress)
    await trouble
    for hours in (0.05, 0.5, 1, 1, 1, 1, 1, 1, 1) if plan else ():
        clock.ahead += timedelta(hours=hours)
        await _quiet(store, clock, len(rooms), progress)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    found = {one.at.room: one for one in await store.deliveries.list(limit=len(rooms))}
    await store.close()
    return _Result(started, flaky.arrivals, found)


async def _quiet(store: Store, clock: Clock, digests: int, progress: Callable[[], object]) -> None:
    """Wait until nothing is left to do at this moment of the clock, which was set back since some
    chats were to be left alone for a while."""
    calm = 0
    while calm < 3:
        await asyncio.sleep(0.5)
        progress()
        async with store.database.read() as connection:
            waiting = await connection.scalar(_waiting(clock()))
            known = await connection.scalar(select(func.count()).select_from(delivery))
        calm = calm + 1 if known == digests and not waiting else 0


def _waiting(now: datetime) -> Select[int]:
    left_alone = exists().where(chat.c.id == delivery.c.chat_id, chat.c.not_before > now)
    return select(func.count()).where(
        text(f"delivery.{OPEN}"), delivery.c.not_before <= now, ~left_alone
    )


async def _trouble(store: Store, clock: Clock, database: str, rng: random.Random, on: bool) -> None:
    """The clock jumps an hour ahead and back, and somebody else keeps the database busy."""
    if not on:
        return
    for hours in (1, -2, 1):
        await asyncio.sleep(1 + rng.random())
        clock.ahead += timedelta(hours=hours)
        with suppress(Exception):
            await _hold(store, database, 0.3)


async def _hold(store: Store, database: str, seconds: float) -> None:
    async with store.database.write() as connection:
        if database == "postgres":
            await connection.execute(text("LOCK TABLE delivery IN EXCLUSIVE MODE"))
        await asyncio.sleep(seconds)


def _judge(
    database: str,
    rooms: list[str],
    plan: dict[str, list[Fault]],
    calm: _Result,
    wild: _Result,
) -> FaultVerdict:
    count = Counter(room for room, _ in wild.arrivals)
    examples = [
        f"{room}: {plan.get(room)} → {_state(wild, room)}, arrived {count[room]} times"
        for room in rooms
        if not _as_planned(plan.get(room, []), wild.deliveries.get(room), count[room])
    ]
    states = Counter(_state(wild, room) for room in rooms)
    accounted = (DeliveryState.EXPIRED, DeliveryState.UNKNOWN)
    return FaultVerdict(
        database=database,
        digests=len(rooms),
        faults=sum(map(len, plan.values())),
        lost=sum(not count[room] and _state(wild, room) not in accounted for room in rooms),
        doubled=sum(times == 2 for times in count.values()),
        tripled=sum(times > 2 for times in count.values()),
        wrong=len(examples),
        expired=states[DeliveryState.EXPIRED],
        in_doubt=sum(one.doubts > 0 for one in wild.deliveries.values()),
        p99_before=_p99(calm, plan),
        p99=_p99(wild, plan),
        examples=tuple(examples[:5]),
    )


def _state(result: _Result, room: str) -> DeliveryState | None:
    found = result.deliveries.get(room)
    return found.state if found else None


def _p99(result: _Result, plan: dict[str, list[Fault]]) -> float:
    delays = sorted(at - result.started for room, at in result.arrivals if room not in plan)
    return delays[int(len(delays) * 0.99) - 1]


def _as_planned(faults: list[Fault], found: Delivery | None, arrived: int) -> bool:
    """Whether a digest ended as its faults say, by the words of the promise."""
    if found is None:
        return False
    doubts = accepted = 0
    long = False
    for fault in faults:
        match fault:
            case Silence():
                doubts += 1
                accepted += fault.accepted
            case Wait(seconds):
                long = long or seconds > AN_HOUR  # it may be too late for whatever comes next
            case Error():
                pass
        if doubts == 2:  # once more at most
            return _is(found, DeliveryState.UNKNOWN, doubts, arrived == accepted)
        if long and _is(found, _LATE[doubts], doubts, arrived == accepted):
            return True
    return _is(found, DeliveryState.SENT, doubts, arrived == accepted + 1)


_LATE = (DeliveryState.EXPIRED, DeliveryState.UNKNOWN)
"""What a wait that outlives the digest makes of it: without a doubt, and with one."""


def _is(found: Delivery, state: DeliveryState, doubts: int, arrived: bool) -> bool:
    return found.state is state and found.doubts == doubts and arrived
