"""What people ask: slash commands, mentions, direct messages, presses, shortcuts, the Home."""

from __future__ import annotations

from typing import Any

from bot.adapters.slack.buttons import pressed
from bot.adapters.slack.cards import card_messages
from bot.adapters.slack.forms import Origin
from bot.adapters.slack.home import HOME
from bot.adapters.slack.incoming import as_typed, command, interaction, message, slash
from bot.adapters.slack.modals import Modals
from bot.adapters.slack.turns import Turns
from bot.adapters.slack.ways import ByUrl, InRoom, way_back
from bot.core.command import Command
from bot.core.command_line import MAX_TYPED, CommandLine
from bot.core.installation import Installation

CARDS = 5
FIND_QUOTE, QUOTE_OF_THE_DAY = "find_quote", "quote_of_the_day"
"""Callback ids of the shortcuts, as in config/slack-manifest.yaml."""

Body = dict[str, Any]


class Requests:
    def __init__(self, turns: Turns, modals: Modals) -> None:
        self._turns, self._modals = turns, modals
        self.submission = modals.submission

    async def slash(self, body: Body, installation: Installation) -> None:
        asked = slash(body, installation)
        url = str(body.get("response_url") or "")
        await self._turns.take(asked, ByUrl(url) if url else InRoom(asked.asker.id))

    async def message(self, body: Body, installation: Installation) -> None:
        """A mention is answered in its thread (or opens one), a direct message beside it."""
        asked = message(body, installation)
        if asked is None:
            return
        event = body["event"]
        mention = event.get("type") == "app_mention"
        thread = str(event.get("thread_ts") or (event.get("ts") if mention else "") or "")
        await self._turns.take(asked, InRoom(str(event["channel"]), thread))

    async def home(self, body: Body, installation: Installation) -> None:
        event = body["event"]
        if event.get("tab", "home") != "home":
            return
        event_id = str(body.get("event_id") or "")
        asked = command(HOME, str(event["user"]), installation, event=event_id)
        await self._turns.show_home(asked)

    async def press(self, body: Body, installation: Installation) -> None:
        press = pressed((body.get("actions") or [{}])[0])
        if press is None or press.kind == "link":
            return  # Slack opens the address by itself
        asked = _placed(interaction(body, press.line, installation), body)
        way = way_back(body, asked.asker)
        if press.kind == "pick":
            self._turns.chosen(asked, press.room)
        if press.kind == "form":
            await self._modals.open_form(asked, way, str(body.get("trigger_id") or ""))
        elif press.kind == "share":
            await self._modals.share(asked, way, press.label, str(body.get("trigger_id") or ""))
        else:
            await self._turns.take(asked, way)

    async def shortcut(self, body: Body, installation: Installation) -> None:
        callback = body.get("callback_id")
        if callback == FIND_QUOTE:
            await self._find(body, installation)
        elif callback == QUOTE_OF_THE_DAY:
            asked = interaction(body, CommandLine("quote", "today"), installation)
            await self._modals.show(asked, str(body.get("trigger_id") or ""))

    async def _find(self, body: Body, installation: Installation) -> None:
        """Cards that fit a message's first 500 characters; none: what the lookup says of it."""
        words = as_typed(str((body.get("message") or {}).get("text") or ""))
        line = CommandLine("quote", " ".join(words[:MAX_TYPED].split()))
        asked = await self._turns.admit(interaction(body, line, installation))
        if asked is None:
            return
        way = ByUrl(str(body.get("response_url") or ""))
        answers = self._turns.answers
        if cards := await self._turns.handle.cards(asked, 0, CARDS):
            label = answers.words("slack.share", asked)
            await answers.show_parts(asked, way, card_messages(cards, label, answers.show))
        else:
            await answers.answer(asked, way, await self._turns.handle(asked))


def _placed(asked: Command, body: Body) -> Command:
    """A press in a modal tells no channel; the modal remembers where it was opened."""
    view = body.get("view") or {}
    if view.get("type") != "modal" or not view.get("private_metadata"):
        return asked
    return Origin.unpack(str(view["private_metadata"])).place(asked)
