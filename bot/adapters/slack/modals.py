"""Modals: answers of their own, forms and what was filled in, where to share."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Protocol, TypeAlias, assert_never

from bot.adapters.common.clock import Clock
from bot.adapters.common.pipeline import Ask
from bot.adapters.common.recent import Recent
from bot.adapters.slack.client import PATIENCE, Client
from bot.adapters.slack.errors import send_error
from bot.adapters.slack.forms import (
    Origin,
    find_form,
    mistake,
    modal,
    share_modal,
    show_modal,
    waiting_modal,
)
from bot.adapters.slack.render import label_shares, render_blocks
from bot.adapters.slack.rich_text import Json
from bot.adapters.slack.targets import (
    ByUrl,
    FormModal,
    InModal,
    InRoom,
    NewModal,
    ShareModal,
    Shown,
    Submission,
)
from bot.core.command import Command
from bot.core.errors import Gone, SendError
from bot.core.plain_text import ShowLine, text_of
from bot.core.reply import Outcome, Paragraph, Reply, spans
from bot.core.words import Words

_log = logging.getLogger("aiwork.slack")

IN_TIME = 2.4
"""Seconds within which a mistake can still be said at its field; Slack waits three."""

SOON = 1.0
"""Seconds that an answer may take before a modal is opened without it."""

_SUBMISSIONS = 1_000
"""Submissions that wait for their acknowledgement: two seconds each."""

Show: TypeAlias = "Callable[[Command, Shown, Reply], Awaitable[None]]"


class Say(Protocol):
    def __call__(self, key: str, command: Command, **values: str) -> str: ...


class Modals:
    def __init__(
        self, client: Client, show_line: ShowLine, words: Words, show: Show, say: Say, clock: Clock
    ) -> None:
        """`show` carries a reply to where a modal came from, `say` is a sentence of our own."""
        self._client, self._show_line, self._words = client, show_line, words
        self._show, self._say, self._clock = show, say, clock
        self._awaited: Recent[str, asyncio.Future[Json]] = Recent(_SUBMISSIONS)

    async def submission(self, event: str, take: Awaitable[bool]) -> Json:
        """What to acknowledge that submission with: mistakes at their fields, or nothing."""
        mistakes: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._awaited.put(event, mistakes)
        try:
            async with asyncio.timeout(IN_TIME):
                return await mistakes if await take else {}
        except TimeoutError:
            return {}
        finally:
            self._awaited.pop(event)

    def settle(self, event: str) -> None:
        """That submission has nothing to be told at its fields."""
        self._resolve(event, {})

    async def answer(
        self,
        command: Command,
        target: NewModal | FormModal | ShareModal | Submission,
        ask: Ask,
    ) -> None:
        match target:
            case NewModal():
                await self._answer_in_modal(command, target, ask)
            case FormModal():
                await self._open_form(command, target, ask)
            case ShareModal(label=label, back=back):
                view = share_modal(label, _origin(command, back))
                await self._put(command, target.trigger, back, view)
            case Submission():
                await self._submit(command, target, ask)
            case _:
                assert_never(target)

    async def update(self, command: Command, view: str, reply: Reply) -> None:
        """Show the reply in an open modal."""
        await self._update(command, view, self._drawn(command, reply))

    async def _answer_in_modal(self, command: Command, target: NewModal, ask: Ask) -> None:
        reply, opened = await self._reply(command, target.trigger, target.otherwise, ask)
        if opened:
            await self.update(command, opened, reply)
            return
        view = self._drawn(command, reply)
        if not await self._open(command, target.trigger, target.otherwise, view):
            await self._show(command, target.otherwise, reply)

    async def _open_form(self, command: Command, target: FormModal, ask: Ask) -> None:
        """Open the form of the reply; anything else it says is shown as usual."""
        reply, opened = await self._reply(command, target.trigger, target.back, ask)
        form, picker = find_form(reply, command.line)
        if form is None:
            shown = InModal(opened) if opened else target.back
            await self._show(command, shown, reply)
            return
        view = modal(form, picker, _origin(replace(command, line=form.line), target.back))
        await self._put(command, target.trigger, target.back, view, opened)

    async def _submit(self, command: Command, target: Submission, ask: Ask) -> None:
        reply = await ask()
        if reply.outcome is Outcome.REFUSED and reply.field in target.fields:
            errors = mistake(reply.field, text_of(reply, self._show_line))
            if self._resolve(target.event, {"response_action": "errors", "errors": errors}):
                return
        self._resolve(target.event, {})
        await self._show(command, target.back, reply)

    def _resolve(self, event: str, acknowledgement: Json) -> bool:
        """Whether somebody was still waiting for it."""
        awaited = self._awaited.get(event)
        if awaited is None or awaited.done():
            return False
        awaited.set_result(acknowledgement)
        return True

    def _drawn(self, command: Command, reply: Reply) -> Json:
        """The reply as a modal, for where there is no conversation to put it in."""
        blocks = render_blocks(label_shares(reply, self._words).blocks, self._show_line)
        return show_modal(blocks, Origin(command.line, command.at, command.kind))

    async def _reply(
        self, command: Command, trigger: str, back: Shown, ask: Ask
    ) -> tuple[Reply, str]:
        """What the handler says. When that takes long, a modal that waits for it is opened before
        the trigger id runs out; its id is the second part, empty otherwise."""
        work = asyncio.ensure_future(ask())
        await asyncio.wait({work}, timeout=SOON)
        opened = "" if work.done() else await self._open(command, trigger, back, waiting_modal())
        return await work, opened

    async def _put(
        self, command: Command, trigger: str, back: Shown, view: Json, opened: str = ""
    ) -> None:
        """Into the modal that waits, or a new one; says so when it is too late for that."""
        if opened:
            await self._update(command, opened, view)
        elif not await self._open(command, trigger, back, view):
            sentence = self._say("slack.expired", command)
            await self._show(command, back, Reply((Paragraph(spans(sentence)),)))

    async def _open(self, command: Command, trigger: str, back: Shown, view: Json) -> str:
        """Open a modal, on top of the one that was pressed if any. Its id, empty when Slack did
        not let us."""

        async def call() -> Any:
            client = await self._client.of(command.at.workspace)
            push = isinstance(back, InModal)
            method = client.views_push if push else client.views_open
            return await method(trigger_id=trigger, view=view)

        try:
            opened = await PATIENCE.send(call, send_error, self._clock)
        except SendError as error:
            _log.info("Slack opened no modal: %s", error.why)
            return ""
        return str((opened.get("view") or {}).get("id") or "opened")

    async def _update(self, command: Command, view: str, shown: Json) -> None:
        async def call() -> Any:
            client = await self._client.of(command.at.workspace)
            return await client.views_update(view_id=view, view=shown)

        try:
            await PATIENCE.send(call, send_error, self._clock)
        except Gone as error:  # the modal is closed, the chat is well
            _log.info("Slack updated no modal: %s", error.why)


def _origin(command: Command, back: Shown) -> Origin:
    match back:
        case ByUrl(url=url, thread=thread, room=room):
            return Origin(command.line, command.at, command.kind, url, thread, room)
        case InRoom(room=room, thread=thread):
            return Origin(command.line, command.at, command.kind, "", thread, room)
        case _:
            return Origin(command.line, command.at, command.kind)
