"""A reply with a file: handed over where its asker alone reads, or shown as text."""

from __future__ import annotations

from bot.core.reply import File, Heading, Reply
from bot.core.words import Words
from tests.adapters.slack.kit import EN, HANS, Scripted, readable, running
from tests.adapters.slack.payloads import direct
from tests.standin.slack import Fault, SlackStandIn

DATA = '{"topic": "layoffs", "老板": "<!channel> *not bold*"}'
WORDS = Words(
    {**EN, "slack.file_sent": "The file is in your direct messages with me."},
    {**HANS, "slack.file_sent": "文件已发到你与我的私信里。"},
    {},
    lambda text: text,
)


def exporting() -> Scripted:
    return Scripted({"export": Reply((Heading("All that is stored"), File("data.json", DATA)))})


async def test_a_file_goes_to_the_direct_messages_of_who_asked() -> None:
    async with running(exporting(), words=WORDS) as world:
        (said,) = await world.slash("export", channel="C0OPEN")
        assert world.slack.files == [("U0ANN", "data.json", DATA)]
        text = "\n".join(map(readable, said["blocks"]))
        assert text == "All that is stored\nThe file is in your direct messages with me."
        assert said["response_type"] == "ephemeral"


async def test_in_the_direct_messages_it_stands_under_its_words() -> None:
    async with running(exporting(), words=WORDS) as world:
        await world.event(direct("export"))
        await world.slack.until(lambda: world.slack.files)
        assert world.slack.files == [("D0ANN", "data.json", DATA)]
        assert world.slack.posts == []


async def test_without_the_right_the_text_itself_is_shown() -> None:
    slack = SlackStandIn()
    slack.scopes = tuple(scope for scope in slack.scopes if scope != "files:write")
    async with running(exporting(), slack, words=WORDS) as world:
        (said,) = await world.slash("export")
        assert DATA in "\n".join(map(readable, said["blocks"]))
        assert slack.files == []


async def test_a_file_that_slack_loses_is_shown_as_text() -> None:
    async with running(exporting(), words=WORDS) as world:
        world.slack.fail("files.completeUploadExternal", Fault(error="fatal_error"), times=9)
        (said,) = await world.slash("export")
        assert DATA in "\n".join(map(readable, said["blocks"]))
