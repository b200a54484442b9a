"""Answers to people, by whatever way their request came."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar, assert_never

from bot.adapters.common.clock import Clock
from bot.adapters.common.events import Pressed, Searched
from bot.adapters.common.pipeline import Ask
from bot.adapters.slack.client import PATIENCE, SAFE, Client
from bot.adapters.slack.errors import send_error
from bot.adapters.slack.forms import HOME, home_view
from bot.adapters.slack.modals import Modals
from bot.adapters.slack.render import (
    label_shares,
    render,
    render_blocks,
    render_cards,
    render_one,
    render_shared,
)
from bot.adapters.slack.rich_text import Json, escape, plain_text
from bot.adapters.slack.targets import ByUrl, InModal, InRoom, OnHome, Shown, Target
from bot.core.address import Address
from bot.core.command import Command, RoomKind
from bot.core.errors import Gone, Refused, SendError
from bot.core.language import Language, language_of
from bot.core.plain_text import ShowLine
from bot.core.ports import Handle
from bot.core.reply import Audience, Card, Divider, File, Outcome, Paragraph, Reply, spans
from bot.core.split import without_files
from bot.core.words import Words

T = TypeVar("T")

_log = logging.getLogger("aiwork.slack")

RESPONSE_POSTS = 5
"""How often Slack lets a response URL be used."""

EPHEMERAL = {"response_type": "ephemeral", "replace_original": False}
PUBLIC = {"response_type": "in_channel", "replace_original": False}
REPLACING = {"replace_original": True}


class Responder:
    def __init__(
        self,
        client: Client,
        show: ShowLine,
        words: Words,
        handle: Handle,
        language: Language,
        clock: Clock,
    ) -> None:
        """`handle` is asked for what an App Home shows beside an answer."""
        self._client, self._show_line, self._words = client, show, words
        self._handle, self._language, self._clock = handle, language, clock
        self._modals = Modals(client, show, words, self.show, self._say, clock)
        self.submission, self.settle = self._modals.submission, self._modals.settle

    async def answer(self, command: Command, target: Target, ask: Ask) -> bool:
        match target:
            case ByUrl(public=True):
                await self._share(command, target, await ask())
            case ByUrl() | InRoom() | OnHome() | InModal():
                await self.show(command, target, await ask())
            case _:
                await self._modals.answer(command, target, ask)
        return True

    async def offer(self, search: Searched[Target], cards: tuple[Card, ...]) -> bool:
        if not cards or not isinstance(search.target, ByUrl):
            return False
        label = self._say("slack.share", search.command)
        parts = render_cards(cards, label, self._show_line)
        await self._respond(search.command, search.target, parts, EPHEMERAL)
        return True

    async def acknowledge(self, press: Pressed[Target]) -> None:
        """Bolt has acknowledged it."""

    async def refuse_stale(self, command: Command, target: Target) -> None:
        reply = Reply((Paragraph(spans(self._say("slack.expired", command))),))
        match target:
            case ByUrl() | InRoom() | OnHome() | InModal():
                await self.show(command, target, reply)
            case _:
                await self.show(command, InRoom(command.asker.id), reply)

    def follow(self, target: Target, to: Address) -> Target:
        """Slack's rooms keep their ids."""
        return target

    def report(self, error: SendError) -> None:
        _log.warning("an answer did not reach Slack: %s", error.why)

    async def show(self, command: Command, target: Shown, reply: Reply) -> None:
        """Raises Gone when the room of the command is, and other SendErrors."""
        reply = label_shares(reply, self._words)
        has_files = any(isinstance(one, File) for one in reply.blocks)
        rest, files = without_files(reply) if has_files else (reply, [])
        if files and await self._hand_over(command, target, rest, files):
            if isinstance(target, InRoom) and command.kind is RoomKind.DM:
                return  # the file stands there, under its words
            reply = replace(rest, blocks=(*rest.blocks, self._told_where(command)))
        match target:
            case ByUrl(room=room, thread=thread) if room and not reply.replaces:
                await self._post(command, InRoom(room, thread), reply)
            case ByUrl():
                # To the asker alone, whoever the reply is for: only *Share* speaks to the room.
                options = REPLACING if target.pressed and reply.replaces else EPHEMERAL
                await self._respond(command, target, render(reply, self._show_line), options)
            case InRoom() if reply.audience is Audience.PERSON and command.kind is not RoomKind.DM:
                await self._whisper(command, target, reply)
            case InRoom():
                await self._post(command, target, reply)
            case OnHome():
                await self._publish_home(command, reply)
            case InModal(view=view):
                await self._modals.update(command, view, reply)
            case _:
                assert_never(target)

    async def _hand_over(
        self, command: Command, target: Shown, rest: Reply, files: Sequence[File]
    ) -> bool:
        """Send the files where nobody but the asker reads: a file cannot be shown to one person of
        a channel. `False` where the app may not, or cannot reach them: then the text is shown."""
        team, room, thread = command.at.workspace, command.asker.id, ""
        if isinstance(target, InRoom) and command.kind is RoomKind.DM:
            room, thread = target.room, target.thread
        blocks = render_blocks(rest.blocks, self._show_line)
        share = self._client.share_file
        try:
            for file in files:
                uploaded = await self._try(partial(self._client.upload, team, file))
                await self._try(partial(share, team, uploaded, room, blocks, thread))
        except SendError as error:
            _log.info("Slack did not take a file (%s): its text is shown", error.why)
            return False
        return True

    def _told_where(self, command: Command) -> Paragraph:
        return Paragraph(spans(self._say("slack.file_sent", command)))

    async def _share(self, command: Command, target: ByUrl, reply: Reply) -> None:
        """What the whole room sees, signed by who shared it; a refusal its asker alone."""
        if reply.outcome is not Outcome.ANSWERED:
            await self.show(command, replace(target, public=False, room="", pressed=False), reply)
            return
        by = self._say("slack.shared_by", command, person="\0")
        parts = render_shared(reply, by, command.asker.id, self._show_line)
        await self._respond(command, target, parts, PUBLIC)

    async def _respond(
        self, command: Command, target: ByUrl, parts: Sequence[Json], options: Json
    ) -> None:
        """The first part with `options`; the others follow it, replacing nothing."""
        following = {**EPHEMERAL, **options, "replace_original": False}
        if len(parts) > RESPONSE_POSTS:
            more = _sentence(self._say("slack.more", command))
            parts = [*parts[: RESPONSE_POSTS - 1], more]
        for number, part in enumerate(parts):
            body = {**part, **SAFE, **(following if number else options), **_in(target.thread)}
            await self._try(partial(self._client.respond, target.url, body))

    async def _post(self, command: Command, target: InRoom, reply: Reply) -> None:
        whole = not target.welcome
        show = self._show_line
        for part in render(reply, show) if whole else [render_one(reply, show)]:
            body = {"channel": target.room, **part, **_in(target.thread)}
            try:
                await self._try(partial(self._client.post, command.at.workspace, body))
            except Gone as error:
                if command.kind is RoomKind.DM or target.room == command.at.room:
                    raise
                raise Refused(error.why) from None  # another room than the command's

    async def _whisper(self, command: Command, target: InRoom, reply: Reply) -> None:
        """To the asker alone, in the thread; by a direct message where Slack does not let us."""
        team, person = command.at.workspace, command.asker.id
        try:
            for part in render(reply, self._show_line):
                body = {"channel": target.room, **part, **_in(target.thread)}
                await self._try(partial(self._client.whisper, team, person, body))
        except (Gone, Refused):
            await self._post(command, InRoom(person), reply)

    async def _publish_home(self, command: Command, reply: Reply) -> None:
        """Publish the asker's Home; what another line said stands on top of it."""
        blocks = reply.blocks
        if command.line.verb != HOME.verb:
            shown = await self._handle(replace(command, line=HOME))
            blocks = (*blocks, Divider(), *shown.blocks)
        drawn = render_blocks(blocks, self._show_line)
        view = home_view(drawn, self._say("slack.more", command))
        try:
            client = await self._client.of(command.at.workspace)
            await self._try(lambda: client.views_publish(user_id=command.asker.id, view=view))
        except Gone as error:
            raise Refused(error.why) from None  # a Home that is not shown makes no chat gone

    async def _try(self, call: Callable[[], Awaitable[T]]) -> T:
        return await PATIENCE.send(call, send_error, self._clock)

    def _say(self, key: str, command: Command, **values: str) -> str:
        """A sentence of our own in the asker's language."""
        return self._words.say(key, language_of(command.language) or self._language, **values)


def _sentence(words: str) -> Json:
    """Instead of a sixth post."""
    section: dict[str, Any] = {"type": "section", "text": plain_text(words, 3000)}
    return {"text": escape(words), "blocks": [section]}


def _in(thread: str) -> Json:
    return {"thread_ts": thread} if thread else {}
