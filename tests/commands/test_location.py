"""Messages without words: a place sets the zone, anything else gets a kind sentence."""

from __future__ import annotations

from typing import Any

import pytest

from bot.commands.location import nearest_zone
from tests.adapters.telegram.parts import Bench
from tests.commands.desk import Desk, lines
from tests.standin.telegram import Standin


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (31.23, 121.47, "Asia/Shanghai"),
        (37.39, -122.08, "America/Los_Angeles"),
        (52.52, 13.40, "Europe/Berlin"),
        (-33.87, 151.21, "Australia/Sydney"),
        (40.71, -74.01, "America/New_York"),
    ],
)
def test_a_place_lies_in_the_zone_of_the_nearest_city(
    latitude: float, longitude: float, zone: str
) -> None:
    assert nearest_zone(latitude, longitude) == zone


async def test_a_shared_place_is_asked_back_by_the_clock_there(ask: Desk) -> None:
    reply = await ask("location 31.23,121.47")
    assert "It is 16:00 in Shanghai, right?" in await ask.say("location 31.23,121.47")
    assert lines(reply)[0] == "settings zone=Asia/Shanghai"
    await ask("subscribe layoffs")
    await ask(lines(reply)[0])
    assert "Asia/Shanghai" in await ask.say("status")


async def test_a_sticker_is_answered_with_an_example(ask: Desk) -> None:
    assert "I can only read words. Try, for example: quote 996" in await ask.say("wordless")


async def test_telegram_hears_places_and_stickers_in_private_chats_alone() -> None:
    sticker = {
        "file_id": "a", "file_unique_id": "b", "type": "regular", "width": 1, "height": 1,
        "is_animated": False, "is_video": False,
    }  # fmt: skip
    async with Standin() as telegram:
        bench = Bench(telegram)
        async with bench.running():
            telegram.says("hello")
            private: dict[str, Any] = {"id": 7, "type": "private", "first_name": "Ann"}
            person = {"id": 7, "is_bot": False, "first_name": "Ann"}
            group: dict[str, Any] = {"id": -5, "type": "group", "title": "G"}
            place = {"latitude": 31.23, "longitude": 121.47}
            wordless: list[tuple[dict[str, Any], dict[str, Any]]] = [
                (private, {"location": place}),
                (private, {"sticker": sticker}),
                (group, {"sticker": sticker}),
            ]
            for number, (chat, what) in enumerate(wordless, 100):
                message = {"message_id": number, "date": 1, "chat": chat, "from": person, **what}
                telegram.update(message=message)
            telegram.says("end")
            await telegram.until(lambda: "end" in bench.handler.lines)
    assert bench.handler.lines == ["hello", "location 31.23,121.47", "wordless", "end"]
