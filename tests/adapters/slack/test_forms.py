"""Forms as modals: opened, filled in, corrected, sent."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.slack import modals
from bot.adapters.slack.forms import Origin, filled, modal
from bot.core.address import Address
from bot.core.command import Command, RoomKind
from bot.core.command_line import CommandLine
from bot.core.reply import (
    Buttons,
    Choice,
    Form,
    Outcome,
    PickMany,
    PickOne,
    PickRoom,
    Reply,
    TextField,
    TimeField,
    answer,
)
from tests.adapters.samples import SAMPLES
from tests.adapters.slack.kit import Answer, Scripted, World, buttons, running, says
from tests.adapters.slack.payloads import shortcut, submitted
from tests.standin.block_kit import view_problems
from tests.standin.slack import Fault
from tests.standin.slack_api import texts

SETTINGS = Form(
    "Settings of everything in this place",
    (
        PickOne("lang", "Language", (Choice("en", "English"), Choice("zh", "中文")), "en"),
        PickMany("days", "Days", (Choice("mon", "Mon"), Choice("tue", "Tue")), ("mon",)),
        TimeField("time", "Time", "09:30"),
        TextField("zone", "Zone", "Asia/Shanghai", "Europe/Berlin"),
    ),
    CommandLine("settings"),
    "Save",
)
SUBSCRIBE = Form(
    "Subscribe",
    (PickMany("topics", "Topics", (Choice("layoffs", "Layoffs"),)),),
    CommandLine("settings"),
    "Subscribe",
    CommandLine("subscribe"),
)
ORIGIN = Origin(CommandLine("settings"), Address("slack", "U0ANN", "T0WORK"), RoomKind.DM)
FILLED: dict[str, Any] = {
    "lang": {"type": "radio_buttons", "selected_option": {"value": "zh"}},
    "days": {"type": "checkboxes", "selected_options": [{"value": "mon"}, {"value": "tue"}]},
    "time": {"type": "timepicker", "selected_time": "08:15"},
    "zone": {"type": "plain_text_input", "value": " Europe/Berlin "},
}


def settings(command: Command) -> Reply:
    """Shows the form, refuses one zone, and takes everything else."""
    if not command.line.args:
        return Reply((SETTINGS,))
    if "zone=Nowhere" in command.line.args:
        return says("No such zone; try Berlin.", outcome=Outcome.REFUSED, field="zone")
    return says(f"Saved: {command.line.args}")


async def opened(world: World, line: str = "settings", **options: Any) -> Any:
    (button,) = [b for b in buttons((await world.slash(line))[0]) if b["type"] == "button"]
    payload = await world.press(button, **options)
    await world.slack.until(lambda: world.slack.views)
    return payload, list(world.slack.views.values())[-1]


async def test_a_form_is_a_button_that_opens_a_modal_whose_answers_make_a_line() -> None:
    async with running(Scripted({"settings": settings})) as world:
        payload, view = await opened(world)
        ack = await world.slack.deliver("interactive", submitted(view, FILLED, world.slack))
        (answered,) = await world.said_to(payload["response_url"])
    wanted = "lang=zh days=mon,tue time=08:15 zone=Europe/Berlin"
    assert "payload" not in ack
    assert list(texts(answered["blocks"])) == [f"Saved: {wanted}"]
    asked = world.handle.asked[-1]
    assert asked.line == CommandLine("settings", wanted)
    assert (str(asked.at), asked.kind, asked.personal) == (
        "slack:T0WORK/C0OPEN",
        RoomKind.CHANNEL,
        True,
    )


async def test_a_mistake_is_said_at_its_field_and_can_be_put_right() -> None:
    wrong = {**FILLED, "zone": {"type": "plain_text_input", "value": "Nowhere"}}
    async with running(Scripted({"settings": settings})) as world:
        payload, view = await opened(world)
        refused = await world.slack.deliver("interactive", submitted(view, wrong, world.slack))
        taken = await world.slack.deliver("interactive", submitted(view, FILLED, world.slack))
        await world.said_to(payload["response_url"])
    assert refused["payload"] == {
        "response_action": "errors",
        "errors": {"zone": "No such zone; try Berlin."},
    }
    assert "payload" not in taken


async def test_a_refusal_about_no_field_closes_the_form_and_is_shown() -> None:
    def never(command: Command) -> Reply:
        return (
            says("Not yours.", outcome=Outcome.REFUSED) if command.line.args else settings(command)
        )

    async with running(Scripted({"settings": never})) as world:
        payload, view = await opened(world)
        ack = await world.slack.deliver("interactive", submitted(view, FILLED, world.slack))
        (answered,) = await world.said_to(payload["response_url"])
    assert "payload" not in ack
    assert list(texts(answered["blocks"])) == ["Not yours."]


async def test_a_submission_that_takes_too_long_is_acknowledged_and_answered_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = asyncio.Event()

    class Slow(Scripted):
        async def __call__(self, command: Command) -> Reply:
            if command.line.args:
                await gate.wait()
            return await super().__call__(command)

    monkeypatch.setattr(modals, "IN_TIME", 0.01)
    async with running(Slow({"settings": settings})) as world:
        payload, view = await opened(world)
        await world.slack.deliver("interactive", submitted(view, FILLED, world.slack))
        gate.set()
        await world.said_to(payload["response_url"])


async def test_the_same_submission_delivered_twice_is_taken_once() -> None:
    async with running(Scripted({"settings": settings})) as world:
        payload, view = await opened(world)
        submission = submitted(view, FILLED, world.slack)
        await world.slack.deliver("interactive", submission)
        await world.slack.deliver("interactive", submission)
        await world.said_to(payload["response_url"])
        await world.slash("ping")
    assert len([c for c in world.handle.asked if c.line.args]) == 1


async def test_a_press_whose_trigger_ran_out_is_answered_with_what_to_do() -> None:
    async with running(Scripted({"settings": settings})) as world:
        world.slack.fail("views.open", Fault(error="expired_trigger_id"))
        payload = await world.press({"action_id": "form:0", "value": "settings"})
        (answered,) = await world.said_to(payload["response_url"])
    assert "press the button again" in answered["text"]


async def test_a_form_that_takes_long_is_put_into_a_modal_that_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = asyncio.Event()

    class Slow(Scripted):
        async def __call__(self, command: Command) -> Reply:
            await gate.wait()
            return await super().__call__(command)

    monkeypatch.setattr(modals, "SOON", 0.01)
    replies: dict[str, Answer] = {"settings": settings, "quote": says("Today's.")}
    async with running(Slow(replies)) as world:
        await world.press({"action_id": "form:0", "value": "settings"})
        await world.slack.until(lambda: len(world.slack.views) == 1)
        await world.slack.deliver("interactive", shortcut(world.slack, "quote_of_the_day"))
        await world.slack.until(lambda: len(world.slack.views) == 2)
        gate.set()
        await world.slack.until(lambda: "Today's." in [*texts([*world.slack.views.values()])])
        await world.slack.until(lambda: "Language" in [*texts([*world.slack.views.values()])])


async def test_a_handler_that_refuses_the_form_is_heard() -> None:
    async with running(Scripted({"settings": says("Only admins.")})) as world:
        payload = await world.press({"action_id": "form:0", "value": "settings"})
        (answered,) = await world.said_to(payload["response_url"])
    assert list(texts(answered["blocks"])) == ["Only admins."]


async def test_a_form_beside_a_channel_picker_has_one_too() -> None:
    reply = Reply((SUBSCRIBE, Buttons((PickRoom("For a channel", CommandLine("channel")),))))
    values: dict[str, Any] = {
        "topics": {"type": "checkboxes", "selected_options": [{"value": "layoffs"}]},
        "_room": {"type": "conversations_select", "selected_conversation": "C0NEWS"},
    }
    async with running(Scripted({"subscribe": reply})) as world:
        payload, view = await opened(world, "subscribe")
        await world.slack.deliver("interactive", submitted(view, values, world.slack))
        await world.said_to(payload["response_url"])
    assert world.handle.asked[-1].line == CommandLine("settings", "topics=layoffs @C0NEWS")


async def test_a_form_for_one_room_stays_with_it_and_asks_for_no_other() -> None:
    form = replace(
        SUBSCRIBE, line=CommandLine("settings", "@C0OPEN"), opener=CommandLine("subs", "@C0OPEN")
    )
    reply = Reply((form, Buttons((PickRoom("For a channel", CommandLine("channel")),))))
    values = {"topics": {"type": "checkboxes", "selected_options": []}}
    async with running(Scripted({"subs": reply})) as world:
        payload, view = await opened(world, "subs @C0OPEN")
        assert [block["block_id"] for block in view["blocks"]] == ["topics"]
        await world.slack.deliver("interactive", submitted(view, values, world.slack))
        await world.said_to(payload["response_url"])
    assert world.handle.asked[-1].line == CommandLine("settings", "topics=none @C0OPEN")


async def test_a_form_on_the_home_saves_and_shows_the_home_anew() -> None:
    replies: dict[str, Answer] = {"settings": settings, "home": Reply((SETTINGS,))}
    async with running(Scripted(replies)) as world:
        await world.event({"type": "app_home_opened", "user": "U0ANN", "tab": "home"})
        await world.slack.until(lambda: world.slack.homes["U0ANN"])
        home = {**world.slack.homes["U0ANN"][0], "id": "V1"}
        await world.press(buttons(home)[0], view=home)
        await world.slack.until(lambda: world.slack.views)
        (view,) = world.slack.views.values()
        await world.slack.deliver("interactive", submitted(view, FILLED, world.slack))
        await world.slack.until(lambda: len(world.slack.homes["U0ANN"]) == 2)
    assert next(texts(world.slack.homes["U0ANN"][1])).startswith("Saved")
    assert world.handle.asked[-2].at == world.handle.asked[-2].asker.home


def test_what_a_form_shows_at_first_is_what_it_would_send_untouched() -> None:
    view = modal(SETTINGS, None, ORIGIN)
    assert view_problems(view) == []
    state = {
        block["block_id"]: {"answer": _untouched(block["element"])} for block in view["blocks"]
    }
    values, room = filled({"state": {"values": state}})
    assert (values, room) == (
        {"lang": "en", "days": ("mon",), "time": "09:30", "zone": "Asia/Shanghai"},
        "",
    )


def _untouched(element: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": element["type"],
        "selected_option": element.get("initial_option"),
        "selected_options": element.get("initial_options", []),
        "selected_time": element.get("initial_time"),
        "value": element.get("initial_value"),
    }


def test_every_size_of_choice_fits_slack() -> None:
    for size in (1, 5, 6, 10, 11, 100, 101, 450):
        choices = tuple(Choice(f"c{n}", f"Choice {n} " + "长" * 90) for n in range(size))
        fields = (
            PickOne("one", "One " * 20, choices, "c0"),
            PickMany("many", "Many", choices, ("c0", choices[-1].value)),
            PickMany("none", "None", ()),
            TimeField("time", "Time", "not a time"[:0]),
            TextField("text", "Text", placeholder="e.g. " * 60),
        )
        view = modal(Form("T" * 60, fields, CommandLine("settings"), "S" * 60), None, ORIGIN)
        assert view_problems(view) == [], size


def test_an_empty_list_is_said_and_an_empty_text_is_not() -> None:
    state = {
        "days": {"answer": {"type": "checkboxes", "selected_options": []}},
        "zone": {"answer": {"type": "plain_text_input", "value": None}},
    }
    values, _ = filled({"state": {"values": state}})
    assert answer(CommandLine("settings"), values) == CommandLine("settings", "days=none")


def test_an_origin_survives_its_journey() -> None:
    origin = Origin(
        CommandLine("quote", "a b", 2), ORIGIN.at, RoomKind.GROUP, "https://x/r", "1.2", "D1"
    )
    assert Origin.unpack(origin.packed()) == origin


def test_the_sample_form_is_a_button_in_a_message() -> None:
    assert any(isinstance(block, Form) for block in SAMPLES["form"].blocks)
