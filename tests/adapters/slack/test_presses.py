"""What people press, choose and share on Slack."""

from __future__ import annotations

from typing import Any

from bot.core.command_line import CommandLine
from bot.core.reply import (
    Act,
    Buttons,
    Heading,
    Link,
    Paragraph,
    PickRoom,
    Quote,
    Reply,
    Share,
    spans,
)
from tests.adapters.slack.kit import Scripted, buttons, card, running, says
from tests.adapters.slack.payloads import message_shortcut, shortcut
from tests.standin.slack_api import texts

QUOTE = Reply(
    (
        Quote("Rest is work.", spans("A. Nonymous")),
        Buttons(
            (
                Act("Next", CommandLine("quote", "996", page=2)),
                Share("Share to channel", CommandLine("quote", "rest-1")),
                Link("Source", "https://example.org/"),
            )
        ),
    )
)


def read(message: Any) -> str:
    return "\n".join(texts(message["blocks"]))


async def test_a_pressed_button_replaces_its_message_when_the_reply_says_so() -> None:
    replies = {"quote": says("Page two", replaces=True), "help": says("Help")}
    async with running(Scripted(replies)) as world:
        turned = await world.press({"action_id": "act:0", "value": "quote 996 p2"})
        other = await world.press({"action_id": "act:1", "value": "help"}, thread="1700.1")
        (page,) = await world.said_to(turned["response_url"])
        (aside,) = await world.said_to(other["response_url"])
    assert page["replace_original"] is True
    assert (aside["replace_original"], aside["response_type"]) == (False, "ephemeral")
    assert aside["thread_ts"] == "1700.1"
    asked = {str(command.line) for command in world.handle.asked}
    assert asked == {"quote 996 p2", "help"}


async def test_a_press_among_the_direct_messages_is_answered_to_stay() -> None:
    async with running() as world:
        action = {"action_id": "act:0", "value": "help"}
        payload = await world.press(action, channel="D0ANN", name="directmessage", ephemeral=False)
        await world.slack.until(lambda: world.slack.posts)
    assert world.slack.posts[0]["channel"] == "D0ANN"
    assert world.slack.answers(payload["response_url"]) == []


async def test_link_buttons_and_unknown_ones_are_acknowledged_and_nothing_more() -> None:
    async with running() as world:
        await world.press({"action_id": "link:0", "url": "https://example.org/"})
        await world.press({"action_id": "somebody-elses", "value": "x"})
        await world.slack.deliver("interactive", {**shortcut(world.slack, "unknown")})
        await world.slack.deliver("something_new", {"type": "something_new"})
        await world.slash("ping")
    assert [str(command.line) for command in world.handle.asked] == ["ping"]


async def test_a_chosen_channel_is_added_to_the_line() -> None:
    picker = Reply(
        (
            Paragraph(spans("Where?")),
            Buttons((PickRoom("Channel", CommandLine("subscribe", "layoffs")),)),
        )
    )
    async with running(Scripted({"where": picker})) as world:
        (answer,) = await world.slash("where")
        (menu,) = buttons(answer)
        payload = await world.press({**menu, "selected_conversation": "C0SHUT"})
        await world.said_to(payload["response_url"])
        asked = world.handle.asked[-1]
        room = await world.adapter.directory.find_room(asked.asker, asked.at, "@C0SHUT")
        assert room is not None
        assert await world.adapter.directory.may_manage(asked.asker, room)
    assert asked.line == CommandLine("subscribe", "layoffs @C0SHUT")


async def test_sharing_posts_to_the_channel_without_buttons_and_says_who_did() -> None:
    async with running(Scripted({"quote": QUOTE})) as world:
        payload = await world.press({"action_id": "share:1", "value": "quote rest-1"})
        (shared,) = await world.said_to(payload["response_url"])
    assert (shared["response_type"], shared["replace_original"]) == ("in_channel", False)
    assert [button["text"]["text"] for button in buttons(shared)] == ["Source"]
    assert {"type": "user", "user_id": "U0ANN"} in shared["blocks"][-1]["elements"][0]["elements"]


async def test_sharing_from_a_direct_message_asks_where() -> None:
    async with running(Scripted({"quote": QUOTE})) as world:
        share = {"action_id": "share:1", "value": "quote rest-1", "text": {"text": "Share"}}
        await world.press(share, channel="D0ANN", name="directmessage", ephemeral=False)
        await world.slack.until(lambda: world.slack.views)
        (view,) = world.slack.views.values()
        url = world.slack.response_url()
        urls = [{"response_url": url, "channel_id": "C0NEWS", "block_id": "_room"}]
        submission = {
            "type": "view_submission",
            "user": {"id": "U0ANN"},
            "team": {"id": "T0WORK"},
            "trigger_id": world.slack.trigger(),
            "view": {**view, "id": "V1", "state": {"values": {}}},
            "response_urls": urls,
        }
        await world.slack.deliver("interactive", submission)
        (shared,) = await world.said_to(url)
    assert shared["response_type"] == "in_channel"
    assert "Rest is work." in read(shared)


async def test_the_message_shortcut_offers_cards_each_with_its_share_button() -> None:
    cards = [card(n, f"Quote number {n}. " + "慢" * 1500 * n) for n in range(1, 6)]
    async with running(Scripted(cards=cards)) as world:
        payload = message_shortcut(world.slack, "They work <b> & " + "996 " * 300)
        await world.slack.deliver("interactive", payload)
        answers = await world.said_to(payload["response_url"], posts=3)
    shares = [button for answer in answers for button in buttons(answer)]
    assert [share["value"] for share in shares] == [f"quote long-hours-{n}" for n in range(1, 6)]
    assert all(answer["response_type"] == "ephemeral" for answer in answers)
    (asked,) = world.handle.asked
    assert len(asked.line.args) <= 500


async def test_a_message_without_a_fitting_quote_gets_what_the_lookup_says() -> None:
    async with running(Scripted({"quote": says("Nothing fits; see topics.")})) as world:
        payload = message_shortcut(world.slack, "xyzzy")
        await world.slack.deliver("interactive", payload)
        (answer,) = await world.said_to(payload["response_url"])
    assert "Nothing fits" in read(answer)


async def test_the_global_shortcut_opens_the_quote_of_the_day_whose_buttons_work() -> None:
    replies = {"quote": QUOTE, "help": says("Help is here.")}
    async with running(Scripted(replies)) as world:
        payload = shortcut(world.slack, "quote_of_the_day")
        await world.slack.deliver("interactive", payload)
        await world.slack.until(lambda: world.slack.views)
        ((key, view),) = world.slack.views.items()
        assert world.handle.asked[0].line == CommandLine("quote", "today")
        shown = {**view, "id": key}
        await world.press({"action_id": "act:0", "value": "help"}, view=shown)
        await world.slack.until(lambda: "Help is here." in read(world.slack.views[key]))


async def test_the_home_shows_what_the_handler_says_and_what_a_press_did() -> None:
    home = Reply((Heading("Today"), Buttons((Act("Stop", CommandLine("unsubscribe", "all")),))))
    async with running(Scripted({"home": home, "unsubscribe": says("Stopped.")})) as world:
        await world.event({"type": "app_home_opened", "user": "U0ANN", "tab": "home"})
        await world.event({"type": "app_home_opened", "user": "U0ANN", "tab": "messages"})
        await world.slack.until(lambda: world.slack.homes["U0ANN"])
        (view,) = world.slack.homes["U0ANN"]
        (stop,) = buttons(view)
        await world.press(stop, view={**view, "id": "V1"})
        await world.slack.until(lambda: len(world.slack.homes["U0ANN"]) == 2)
    assert list(texts(world.slack.homes["U0ANN"][1]))[:2] == ["Stopped.", "Today"]
