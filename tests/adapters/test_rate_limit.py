"""Whoever asks too much is told once, then left waiting; nobody else notices."""

from __future__ import annotations

from bot.adapters.common.rate_limit import RateLimit, Verdict
from bot.core.address import Address
from bot.core.command import Command, Person, RoomKind
from bot.core.command_line import CommandLine
from tests.adapters.slack import kit as slack_kit
from tests.adapters.slack.payloads import slash
from tests.adapters.telegram.parts import Bench
from tests.standin.telegram import Standin

GROUP = Address("telegram", "-100")
SERVED, REFUSED, DROPPED = Verdict.SERVED, Verdict.REFUSED, Verdict.DROPPED


def typed(person: str = "A", at: Address | None = None) -> Command:
    home = Address("telegram", person)
    kind = RoomKind.GROUP if at else RoomKind.DM
    return Command(CommandLine("help"), Person(person, home), at or home, kind)


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_half_a_minutes_worth_at_once_then_one_sentence_then_silence_until_time_has_passed() -> (
    None
):
    time = Time()
    limit = RateLimit(person=6, now=time)
    assert [limit.judge(typed()) for _ in range(6)] == [SERVED] * 3 + [REFUSED] + [DROPPED] * 2
    time.now += 10  # one request's worth
    assert [limit.judge(typed()) for _ in range(2)] == [SERVED, REFUSED]


def test_one_person_costs_no_other_and_a_room_has_an_allowance_of_its_own() -> None:
    limit = RateLimit(person=4, room=6, now=Time())
    assert [limit.judge(typed(name, GROUP)) for name in "ABCDE"] == [SERVED] * 3 + [
        REFUSED,
        DROPPED,
    ]
    assert [limit.judge(typed("A")) for _ in range(2)] == [SERVED, REFUSED]


async def test_telegram_tells_a_flood_once_and_answers_others() -> None:
    async with Standin() as telegram:
        bench = Bench(telegram)
        async with bench.running(limit=RateLimit(person=4, now=Time())):
            for _ in range(6):
                telegram.says("help", user=7)
            telegram.says("topics", user=8)
            await telegram.until(lambda: telegram.texts(8) and len(telegram.texts(7)) == 3)
    flood = [one.too_often for one in bench.handler.asked if one.asker.id == "7"]
    assert flood == [False, False, True]


async def test_slack_tells_a_flood_once_and_answers_others() -> None:
    async with slack_kit.running(limit=RateLimit(person=4, now=Time())) as world:
        for _ in range(6):
            await world.slack.deliver("slash_commands", slash(world.slack, "help"))
        await world.slash("topics", user="U0BOB")
    asked = [(one.asker.id, one.too_often) for one in world.handle.asked]
    assert asked.count(("U0ANN", False)) == 2
    assert asked.count(("U0ANN", True)) == 1
    assert asked.count(("U0BOB", False)) == 1
