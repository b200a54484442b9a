"""Slack, as the parity suite plays it: slash commands in the direct message with the bot."""

from __future__ import annotations

from functools import partial

from bot.core.language import Language
from tests.adapters.slack.kit import adapter_for, readable
from tests.adapters.slack.payloads import slash
from tests.commands.desk import Desk
from tests.parity.transcript import Transcript
from tests.standin.slack import SlackStandIn

USER = "U0ANN"


async def play(transcript: Transcript, desk: Desk) -> list[str]:
    shown = []
    hint = desk.services.words.say("slack.file_sent", Language(transcript.language))
    async with SlackStandIn() as slack:
        slack.users[USER]["locale"] = transcript.language
        adapter = adapter_for(slack, words=desk.services.words)
        await adapter.start(desk.handler)
        for line in transcript.lines:
            payload = slash(
                slack, _as_slack_sends(line), user=USER, channel="D0ANN", name="directmessage"
            )
            await slack.deliver("slash_commands", payload)
            url = str(payload["response_url"])
            await slack.until(partial(slack.answers, url), 20)
            said = [_said(one) for one in slack.answers(url)]
            if slack.files:  # the answer says that it is there; the reader finds it there
                said = [text.replace(hint, "") for text in said]
                said += [text for *_, text in slack.files]
                slack.files.clear()
            shown.append("\n".join(said))
        await adapter.stop()
        assert slack.problems == []
    return shown


def _said(message: dict[str, object]) -> str:
    blocks = message["blocks"]
    assert isinstance(blocks, list)
    return "\n".join(map(readable, blocks))


def _as_slack_sends(typed: str) -> str:
    return typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
