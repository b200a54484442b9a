"""Carries replies to people, by whatever way their request came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import assert_never

from bot.adapters.slack.clients import SAFE, Clients
from bot.adapters.slack.forms import Origin, show_modal
from bot.adapters.slack.home import HOME, home_view
from bot.adapters.slack.render import messages, one_message, render
from bot.adapters.slack.rich import Json, escape, plain_text
from bot.adapters.slack.share import ShareLabels
from bot.adapters.slack.tasks import log
from bot.adapters.slack.ways import ByUrl, InModal, InRoom, OnHome, Way
from bot.adapters.slack.web import patiently
from bot.core.command import Command
from bot.core.errors import SendError
from bot.core.language import Language, language_of
from bot.core.plain_text import ShowLine
from bot.core.ports import Handle
from bot.core.reply import Divider, Reply
from bot.core.words import Words

RESPONSE_POSTS = 5
"""How often Slack lets a response URL be used."""

EPHEMERAL = {"response_type": "ephemeral", "replace_original": False}
PUBLIC = {"response_type": "in_channel", "replace_original": False}
REPLACING = {"replace_original": True}


class Answers:
    def __init__(
        self, clients: Clients, show: ShowLine, words: Words, handle: Handle, default: Language
    ) -> None:
        self.clients, self.show, self.handle = clients, show, handle
        self._words, self._default, self._labels = words, default, ShareLabels(words)

    def words(self, key: str, command: Command, **values: str) -> str:
        """A sentence of our own in the asker's language."""
        return self._words.say(key, language_of(command.language) or self._default, **values)

    async def answer(self, command: Command, way: Way, reply: Reply, *, whole: bool = True) -> None:
        """Say it, in one message alone unless `whole`; what goes wrong is logged, for there is
        nobody left to tell."""
        reply = self._labels.on(reply)
        parts = messages(reply, self.show) if whole else [one_message(reply, self.show)]
        with _logged():
            await self._say(command, way, reply, parts)

    async def show_parts(
        self, command: Command, way: ByUrl, parts: Sequence[Json], *, public: bool = False
    ) -> None:
        """Say what is drawn already, to the asker or to the whole room."""
        with _logged():
            await self._respond(command, way, parts, PUBLIC if public else EPHEMERAL)

    async def update_view(self, command: Command, view: str, shown: Json) -> None:
        """Show something else in an open modal."""
        with _logged():
            await self._update(command, view, shown)

    def modal(self, command: Command, reply: Reply) -> Json:
        """The reply as a modal, for where there is no conversation to put it in."""
        origin = Origin(command.line, command.at, command.kind)
        return show_modal(render(self._labels.on(reply).blocks, self.show), origin)

    async def _say(self, command: Command, way: Way, reply: Reply, parts: Sequence[Json]) -> None:
        match way:
            case ByUrl(room=room, thread=thread) if room and not reply.replaces:
                await self._post(command, room, thread, parts)
            case ByUrl():
                # To the asker alone, whoever the reply is for: only *Share* speaks to the room.
                options = REPLACING if way.pressed and reply.replaces else EPHEMERAL
                await self._respond(command, way, parts, options)
            case InRoom(room=room, thread=thread):
                await self._post(command, room, thread, parts)
            case OnHome():
                await self._home(command, reply)
            case InModal(view=view):
                await self._update(command, view, self.modal(command, reply))
            case _:
                assert_never(way)

    async def _respond(
        self, command: Command, way: ByUrl, parts: Sequence[Json], options: Json
    ) -> None:
        """The first part with `options`; the others follow it, replacing nothing."""
        following = {**EPHEMERAL, **options, "replace_original": False}
        if len(parts) > RESPONSE_POSTS:
            more = _sentence(self.words("slack.more", command))
            parts = [*parts[: RESPONSE_POSTS - 1], more]
        for number, part in enumerate(parts):
            body = {**part, **SAFE, **(following if number else options), **_in(way.thread)}
            await patiently(partial(self.clients.web.respond, way.url, body))

    async def _post(self, command: Command, room: str, thread: str, parts: Sequence[Json]) -> None:
        for part in parts:
            body = {"channel": room, **part, **_in(thread)}
            await patiently(partial(self.clients.post, command.at.workspace, body))

    async def _home(self, command: Command, reply: Reply) -> None:
        """Publish the asker's Home; what another line said stands on top of it."""
        blocks = reply.blocks
        if command.line.verb != HOME.verb:
            shown = await self.handle(replace(command, line=HOME))
            blocks = (*blocks, Divider(), *shown.blocks)
        view = home_view(blocks, self.show, self.words("slack.more", command))
        client = await self.clients.of(command.at.workspace)
        await patiently(lambda: client.views_publish(user_id=command.asker.id, view=view))

    async def _update(self, command: Command, view: str, shown: Json) -> None:
        client = await self.clients.of(command.at.workspace)
        await patiently(lambda: client.views_update(view_id=view, view=shown))


@contextmanager
def _logged() -> Iterator[None]:
    try:
        yield
    except SendError as error:
        log.warning("an answer did not reach Slack: %s", error.why)


def _sentence(words: str) -> Json:
    """Instead of a sixth post."""
    section = {"type": "section", "text": plain_text(words, 3000)}
    return {"text": escape(words), "blocks": [section]}


def _in(thread: str) -> Json:
    return {"thread_ts": thread} if thread else {}
