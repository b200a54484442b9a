"""What people ask on Slack, and how the answer reaches them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bot.adapters.slack import directory
from bot.core.command import Command
from bot.core.command_line import CommandLine
from bot.core.reply import (
    Act,
    Audience,
    Buttons,
    Heading,
    Link,
    Quote,
    Reply,
    Share,
    spans,
)
from tests.adapters.samples import HOSTILE, LONG_QUOTE
from tests.adapters.slack.kit import MemoryInbox, Scripted, adapter_for, buttons, running, says
from tests.adapters.slack.payloads import direct, mention, slash
from tests.standin.slack import Fault, SlackStandIn
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


async def test_a_slash_command_is_answered_to_the_asker_alone() -> None:
    async with running(Scripted({"quote": QUOTE})) as world:
        (answer,) = await world.slash("quote 996")
    assert answer["response_type"] == "ephemeral"
    assert "Rest is work." in read(answer)
    assert world.handle.asked[0].line == CommandLine("quote", "996")


async def test_a_slash_command_without_a_word_opens_the_start() -> None:
    async with running() as world:
        await world.slash("")
    assert world.handle.asked[0].line == CommandLine("start")


async def test_a_slash_command_never_speaks_to_the_room_and_replaces_nothing() -> None:
    loud = Scripted({"digest": says("For all", audience=Audience.ROOM, replaces=True)})
    async with running(loud) as world:
        (answer,) = await world.slash("digest now")
    assert (answer["response_type"], answer["replace_original"]) == ("ephemeral", False)


async def test_a_long_answer_goes_on_in_further_posts_and_loses_nothing() -> None:
    long = Reply(tuple(Quote(LONG_QUOTE, ()) for _ in range(3)))
    async with running(Scripted({"quote": long})) as world:
        payload = slash(world.slack, "quote")
        await world.slack.deliver("slash_commands", payload)
        answers = await world.said_to(payload["response_url"], posts=3)
    assert "".join(map(read, answers)).replace("\n", "") == LONG_QUOTE * 3
    assert {answer["replace_original"] for answer in answers} == {False}


async def test_what_does_not_fit_five_posts_says_so_in_the_last() -> None:
    endless = Reply(tuple(Quote(LONG_QUOTE, ()) for _ in range(8)))
    async with running(Scripted({"quote": endless})) as world:
        payload = slash(world.slack, "quote")
        await world.slack.deliver("slash_commands", payload)
        answers = await world.said_to(payload["response_url"], posts=5)
    assert "direct message" in read(answers[-1])


async def test_a_mention_is_answered_in_its_thread() -> None:
    async with running() as world:
        await world.event(mention("<@U0BOT> quote 996", ts="1800000000.000100"))
        await world.slack.until(lambda: world.slack.posts)
        await world.event(mention("Hey <@U0BOT> topics", thread_ts="1700000000.000001"))
        await world.slack.until(lambda: len(world.slack.posts) == 2)
    opened, joined = world.slack.posts
    assert (opened["channel"], opened["thread_ts"]) == ("C0OPEN", "1800000000.000100")
    assert joined["thread_ts"] == "1700000000.000001"
    assert [str(c.line) for c in world.handle.asked] == ["quote 996", "hey topics"]
    assert world.handle.asked[0].personal


async def test_a_direct_message_is_answered_beside_it_as_the_person() -> None:
    async with running() as world:
        await world.event(direct("语录 996", user="U0LI"))
        await world.slack.until(lambda: world.slack.posts)
    (asked,) = world.handle.asked
    assert world.slack.posts[0]["channel"] == "D0ANN"
    assert "thread_ts" not in world.slack.posts[0]
    assert (asked.at, asked.language) == (asked.asker.home, "zh-Hans")


async def test_the_bots_name_in_a_direct_message_is_no_part_of_the_words() -> None:
    async with running() as world:
        await world.event(direct("<@U0BOT> quote 996"))
        await world.event(direct("<@U0BOT>"))
        await world.slack.until(lambda: len(world.slack.posts) == 2)
    assert [str(command.line) for command in world.handle.asked] == ["quote 996", "start"]


async def test_a_file_sent_with_words_is_answered_for_its_words() -> None:
    async with running() as world:
        await world.event(direct("quote 996", subtype="file_share"))
        await world.slack.until(lambda: world.slack.posts)
    assert [str(command.line) for command in world.handle.asked] == ["quote 996"]


async def test_the_share_button_says_where_to_in_the_language_of_the_reply() -> None:
    def share(label: str) -> Reply:
        return Reply((Buttons((Share(label, CommandLine("quote", "rest-1")),)),))

    replies = {"quote": share("Share"), "语录": share("分享"), "other": share("Pass on")}
    async with running(Scripted(replies)) as world:
        for line, label in (
            ("quote", "Share to channel"),
            ("语录", "分享到频道"),
            ("other", "Pass on"),
        ):
            (answer,) = await world.slash(line)
            (button,) = buttons(answer["blocks"])
            assert button["text"]["text"] == label


async def test_bots_edits_and_the_bot_itself_are_not_answered() -> None:
    silent = [
        direct("hello", bot_id="B0OTHER"),
        direct("hello", subtype="message_changed"),
        direct("set the channel topic: rest", subtype="channel_topic"),
        direct("A huddle started", subtype="huddle_thread"),
        direct("Reminder: rest.", user="USLACKBOT"),
        direct("hello", user="U0BOT"),
        direct(""),
        mention("<@U0BOT> hi", channel="D0ANN"),
        mention("<@U0BOT> hi", bot_id="B0OTHER"),
        {"type": "reaction_added", "user": "U0ANN"},
    ]
    async with running() as world:
        for event in silent:
            await world.event(event)
        await world.slash("ping")
    assert [str(command.line) for command in world.handle.asked] == ["ping"]


async def test_what_slack_delivers_again_is_answered_once() -> None:
    async with running() as world:
        payload = slash(world.slack, "quote")
        for _ in range(3):
            await world.slack.deliver("slash_commands", payload)
        said = mention("<@U0BOT> hi")
        for event_id in ("Ev1", "Ev1", "Ev2"):  # a mention may come as two events
            await world.event(said, event_id=event_id)
        await world.slash("last")
        await world.slack.until(lambda: world.slack.posts)
    assert len(world.slack.answers(payload["response_url"])) == 1
    assert len(world.slack.posts) == 1


async def test_an_acknowledgement_waits_for_nothing() -> None:
    gate = asyncio.Event()

    class Slow(Scripted):
        async def __call__(self, command: Command) -> Reply:
            await gate.wait()
            return await super().__call__(command)

    async with running(Slow()) as world:
        payload = slash(world.slack, "quote")
        await world.slack.deliver("slash_commands", payload)
        assert world.slack.answers(payload["response_url"]) == []
        gate.set()
        await world.said_to(payload["response_url"])


async def test_a_home_of_more_than_a_hundred_blocks_says_that_there_is_more() -> None:
    long = Reply(tuple(Heading(f"Topic {n}") for n in range(130)))
    async with running(Scripted({"home": long})) as world:
        await world.event({"type": "app_home_opened", "user": "U0ANN", "tab": "home"})
        await world.slack.until(lambda: world.slack.homes["U0ANN"])
    (view,) = world.slack.homes["U0ANN"]
    assert "There is more" in list(texts(view))[-1]


async def test_hostile_texts_that_a_person_typed_come_back_as_text() -> None:
    def echo(command: Command) -> Reply:
        return says(command.line.args)

    async with running(Scripted({"quote": echo})) as world:
        for text in HOSTILE.values():
            typed = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            (answer,) = await world.slash(f"quote {typed}")
            assert read(answer).split() == text.split()
            assert "<" not in answer["text"]


async def test_a_channel_or_person_that_slack_marked_up_arrives_as_it_was_seen() -> None:
    async with running() as world:
        typed = "subscribe <#C0NEWS|news> <@U0LI> <https://example.org|example> <!here>"
        await world.slash(typed)
    assert str(world.handle.asked[0].line) == "subscribe @C0NEWS @U0LI example @here"


async def test_a_slow_profile_holds_no_answer_up(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = asyncio.Event()
    async with running() as world:
        world.slack.fail("users.info", Fault(hold=gate))
        monkeypatch.setattr(directory, "PATIENT", 0.01)
        await world.slash("ping")
        assert world.handle.asked[0].language is None
        gate.set()
        monkeypatch.undo()
        await world.slash("ping", user="U0LI")
        assert world.handle.asked[1].language == "zh-Hans"


async def test_what_concerns_one_person_is_said_to_them_alone() -> None:
    own = says("Your digest: layoffs", audience=Audience.PERSON)
    async with running(Scripted({"status": own})) as world:
        await world.event(mention("<@U0BOT> status", ts="1800000000.000500"))
        await world.slack.until(lambda: world.slack.whispers)
        whisper = world.slack.whispers[0]
        assert (whisper["channel"], whisper["user"]) == ("C0OPEN", "U0ANN")
        assert whisper["thread_ts"] == "1800000000.000500"
        world.slack.fail("chat.postEphemeral", Fault(error="user_not_in_channel"))
        await world.event(mention("<@U0BOT> status"))
        await world.slack.until(lambda: world.slack.posts)
    assert [post["channel"] for post in world.slack.posts] == ["U0ANN"]


async def test_a_command_that_a_kill_left_behind_is_answered_after_the_start() -> None:
    inbox = MemoryInbox()
    async with SlackStandIn() as slack:
        left = slash(slack, "quote 996")
        await inbox.keep("slack", [(f"T0WORK:{left['trigger_id']}", json.dumps(left))])
        adapter = adapter_for(slack, inbox=inbox)
        await adapter.start(Scripted())
        await slack.until(lambda: slack.answers(left["response_url"]))
        await adapter.stop()
        assert inbox.payloads == {}


async def test_what_is_acknowledged_was_kept_before() -> None:
    inbox, kept = MemoryInbox(), []

    class Blocked(Scripted):
        async def __call__(self, command: Command) -> Reply:
            kept.append(dict(inbox.payloads))
            return await super().__call__(command)

    async with running(Blocked(), inbox=inbox) as world:
        await world.slash("quote 996")
    assert [len(payloads) for payloads in kept] == [1]
    assert inbox.payloads == {}


async def test_a_persons_commands_are_answered_in_their_order() -> None:
    async with running() as world:
        lines = [f"quote {n}" for n in range(20)]
        for line in lines:
            await world.slack.deliver("slash_commands", slash(world.slack, line))
        await world.slack.until(lambda: len(world.handle.asked) == 20)
    assert [str(command.line) for command in world.handle.asked] == lines


@pytest.mark.parametrize(
    "typed", ["<@U0BOT>, quote 996", "<@U0BOT>：quote 996", "quote 996 <@U0BOT>"]
)
async def test_punctuation_after_the_bots_name_is_no_part_of_the_words(typed: str) -> None:
    async with running() as world:
        await world.event(mention(typed))
        await world.slack.until(lambda: world.slack.posts)
    assert [str(command.line) for command in world.handle.asked] == ["quote 996"]
