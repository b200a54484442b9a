"""A year of a bot's life in minutes: zones with daylight saving, changed minds, pauses, outages.

The oracle knows nothing of our slot arithmetic: it looks at what clocks show, minute by minute.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.core.address import Address
from bot.core.chats import EVERY_DAY, WORKDAYS, Chat, Schedule, days_in, weekdays
from bot.core.command import RoomKind
from bot.core.ports import DigestRequest
from bot.core.reply import Paragraph, Reply, spans
from bot.delivery.outbox import Outbox
from bot.delivery.rate_limit import UNLIMITED
from bot.store.store import Store
from tests.delivery.fakes import Composer, text_of

ZONES = (
    "UTC", "Asia/Shanghai", "Asia/Kolkata", "Europe/Berlin", "Europe/London", "America/New_York",
    "America/Los_Angeles", "America/St_Johns", "America/Santiago", "Australia/Lord_Howe",
    "Australia/Sydney", "Pacific/Auckland", "Africa/Cairo", "Africa/Casablanca", "Asia/Beirut",
    "America/Scoresbysund", "Pacific/Chatham", "Pacific/Apia",
)  # fmt: skip

MINUTES = (0, 30, 60, 90, 120, 135, 150, 180, 570, 720, 1080, 1320, 1410)
"""Local times; several lie in the gaps and overlaps of the zones above."""

DIGEST_LIFETIME = timedelta(hours=6)


@dataclass(slots=True)
class Person:
    """One chat: what it asked for, and what it got (local date → instant)."""

    chat: Chat
    schedule: Schedule
    since: datetime
    expected: dict[date, datetime] = field(default_factory=dict)
    got: dict[date, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class YearVerdict:
    """`missed`: neither sent nor skipped for an outage longer than the grace; `late`: not at the
    local time although the bot ran; `doubled`: two on one local day; `uncalled`: nobody asked."""

    chats: int
    days: int
    sent: int
    skipped: int
    missed: int
    late: int
    doubled: int
    uncalled: int
    examples: tuple[str, ...] = ()

    @property
    def kept(self) -> bool:
        return not (self.missed or self.late or self.doubled or self.uncalled)


class Year:
    """A simulation that steps from one event to the next."""

    def __init__(self, store: Store, clock: SteppedClock, chats: int, days: int, seed: int) -> None:
        self.store = store
        self.clock = clock
        self.rng = random.Random(seed)
        self.people: dict[str, Person] = {}
        self.chats = chats
        self.end = clock.now + timedelta(days=days)
        self.outages: list[tuple[datetime, datetime]] = []
        self.doubled: list[str] = []

    async def run(self, progress: Callable[[], object] = lambda: None) -> YearVerdict:
        start = self.clock.now
        for number in range(self.chats):
            await self._join(Address("test", str(number)))
        outbox = Outbox(self.store, {"test": self}, _Dated(), limits={"test": UNLIMITED})
        await outbox.start()
        plans = self._plans(start)
        while self.clock.now < self.end:
            await outbox.step()
            await self._next_moment(plans, outbox)
            progress()
        await outbox.step()
        await outbox.finish()
        return await self._judge((self.end - start).days)

    async def send(self, at: Address, reply: Reply, *, silent: bool = False) -> str:
        person = self.people[at.room]
        day = date.fromisoformat(text_of(reply))
        if day in person.got:
            self.doubled.append(f"{at} {day}")
        person.got[day] = self.clock.now
        return "m"

    def _plans(self, start: datetime) -> list[tuple[datetime, str]]:
        """When people change their minds (twice a year each) and when the bot is away."""
        span = (self.end - start) / timedelta(minutes=1)
        moments = [
            (start + timedelta(minutes=int(self.rng.random() * span)), "change")
            for _ in range(2 * self.chats)
        ]
        moments += [
            (start + timedelta(minutes=int(self.rng.random() * span)), "outage")
            for _ in range(max(1, int(span / 1440 / 14)))
        ]
        return sorted(moments)

    async def _next_moment(self, plans: list[tuple[datetime, str]], outbox: Outbox) -> None:
        due = await self.store.schedules.next_due() or self.end
        if plans and plans[0][0] <= due:
            moment, what = plans.pop(0)
            self.clock.now = max(self.clock.now, moment)
            if what == "change":
                await outbox.step()  # what is due at this very moment was due before the change
                await self._change(self.rng.choice(list(self.people.values())))
            else:
                self._outage()
        else:
            self.clock.now = max(self.clock.now, min(due, self.end))

    def _outage(self) -> None:
        """Some hours to two days in which nothing runs; expectations go on."""
        length = timedelta(minutes=int(60 * 48 ** self.rng.random()))
        self.outages.append((self.clock.now, self.clock.now + length))
        self.clock.now += length

    async def _join(self, at: Address) -> None:
        chat = await self.store.chats.ensure(at, RoomKind.DM)
        wanted = self._a_schedule()
        await self.store.schedules.set(chat, wanted)
        self.people[at.room] = Person(chat, wanted, self.clock.now)

    async def _change(self, person: Person) -> None:
        """Another time, days, zone; a pause; off and on. Settles what was expected so far."""
        _expect(person, self.clock.now)
        kind = self.rng.choice(("schedule", "schedule", "pause", "off"))
        wanted = replace(person.schedule, paused_until=None, on=True)
        match kind:
            case "schedule":
                wanted = self._a_schedule()
            case "pause":
                until = self.clock.now + timedelta(days=self.rng.randint(1, 20))
                wanted = replace(wanted, paused_until=until)
            case _:
                wanted = replace(wanted, on=not person.schedule.on)
        await self.store.schedules.set(person.chat, wanted)
        person.schedule, person.since = wanted, self.clock.now

    def _a_schedule(self) -> Schedule:
        days = self.rng.choice((WORKDAYS, EVERY_DAY, weekdays([self.rng.randrange(7)])))
        return Schedule(self.rng.choice(ZONES), self.rng.choice(MINUTES), days)

    async def _judge(self, days: int) -> YearVerdict:
        missed, late, uncalled, skipped = [], [], [], 0
        for person in self.people.values():
            _expect(person, self.end)
            asked = dict(person.expected)
            for day, due in asked.items():
                got = person.got.get(day)
                away = self._away(due)
                if got is None and away is not None and away - due > DIGEST_LIFETIME:
                    skipped += 1
                elif got is None and not self._overtaken(person, day, due):
                    missed.append(f"{person.chat.at} {day} {person.schedule}")
                elif got is not None and got != due and (away is None or got != away):
                    late.append(f"{person.chat.at} {day}: {due} came {got}")
            uncalled += [f"{person.chat.at} {day}" for day in person.got if day not in asked]
        return YearVerdict(
            chats=len(self.people),
            days=days,
            sent=sum(len(person.got) for person in self.people.values()),
            skipped=skipped,
            missed=len(missed),
            late=len(late),
            doubled=len(self.doubled),
            uncalled=len(uncalled),
            examples=(*missed[:3], *late[:3], *self.doubled[:3], *uncalled[:3]),
        )

    def _away(self, due: datetime) -> datetime | None:
        """When the bot was back, if it was away at that moment."""
        return max((end for start, end in self.outages if start <= due < end), default=None)

    def _overtaken(self, person: Person, day: date, due: datetime) -> bool:
        """A later digest was due as well when the bot was back, and came instead."""
        back = self._away(due)
        return back is not None and any(due < other <= back for other in person.expected.values())


class SteppedClock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class _Dated(Composer):
    """Never at a loss for words, which are the day that it is for."""

    def choose(self, request: DigestRequest) -> list[str]:
        return ["item"]

    def serves(self, items: Sequence[str]) -> bool:
        return True

    def render(self, items: Sequence[str], request: DigestRequest) -> Reply:
        return Reply((Paragraph(spans(request.slot.date.isoformat())),))


def _expect(person: Person, until: datetime) -> None:
    """Add the digests that the schedule in force since `since` asks for, by looking at the
    zone's clock; one a local day, later days only."""
    schedule = person.schedule
    start = max(filter(None, (person.since, schedule.paused_until)))
    if not schedule.on or start >= until:
        return
    last = max(person.expected, default=date.min)
    zone = ZoneInfo(schedule.zone)
    day = start.astimezone(zone).date() - timedelta(days=1)
    while day <= until.astimezone(zone).date():
        if day > last and day.weekday() in days_in(schedule.days):
            due = local_moment(schedule.zone, day, schedule.minute)
            if due is not None and start < due <= until:
                person.expected[day] = due
        day += timedelta(days=1)


@lru_cache(maxsize=200_000)
def local_moment(zone: str, day: date, minute: int) -> datetime | None:
    """The first moment at which the clocks of that zone show that time on that day; when they
    skip it, as long after the skip began as the time lies behind its beginning: what a clock that
    nobody put forward would show. `None` for a day that the zone does not have."""
    tz = ZoneInfo(zone)
    wanted = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=UTC)
    moment = datetime.combine(day, time(), tzinfo=UTC) - timedelta(hours=15)
    before = moment.astimezone(tz).utcoffset() or timedelta()
    while True:  # quarter by quarter: no zone changes its clocks at another time
        offset = moment.astimezone(tz).utcoffset() or timedelta()
        candidate = wanted - offset
        if candidate < moment:  # the clocks went past it between two quarters
            return _if_the_day_exists(wanted - before, tz, day)
        if candidate < moment + timedelta(minutes=15):
            return _if_the_day_exists(candidate, tz, day)
        before = offset
        moment += timedelta(minutes=15)


def _if_the_day_exists(found: datetime, tz: ZoneInfo, day: date) -> datetime | None:
    noon = datetime.combine(day, time(12), tzinfo=tz).astimezone(UTC).astimezone(tz)
    return found if noon.date() == day else None
