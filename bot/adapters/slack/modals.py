"""Modals: forms, where to share, and the quote of the day."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from bot.adapters.slack import forms
from bot.adapters.slack.buttons import in_room
from bot.adapters.slack.forms import (
    Origin,
    filled,
    find_form,
    mistake,
    modal,
    share_modal,
    waiting_modal,
)
from bot.adapters.slack.incoming import event_of, person
from bot.adapters.slack.rich import Json
from bot.adapters.slack.share import share_messages
from bot.adapters.slack.tasks import log
from bot.adapters.slack.turns import HURRIED, Turns
from bot.adapters.slack.ways import ByUrl, InModal, InRoom, OnHome, Way
from bot.adapters.slack.web import patiently
from bot.core.command import Command, RoomKind
from bot.core.errors import SendError
from bot.core.installation import Installation
from bot.core.plain_text import text_of
from bot.core.reply import Outcome, Paragraph, Reply, answer, spans

IN_TIME = 2.4
"""Seconds within which a mistake can still be said at its field; Slack waits three."""

SOON = 1.0
"""Seconds that an answer may take before a modal is opened without it."""

Body = dict[str, Any]


class Modals:
    def __init__(self, turns: Turns) -> None:
        self._turns, self._answers = turns, turns.answers

    async def open_form(self, asked: Command, way: Way, trigger: str) -> None:
        """Ask the handler for the form and open it; anything else it says is shown as usual."""
        reply, opened = await self._reply(asked, way, trigger)
        if reply is None:
            return
        form, picker = find_form(reply, asked.line)
        if form is None:
            await self._answers.answer(asked, InModal(opened) if opened else way, reply)
            return
        view = modal(form, picker, _origin(replace(asked, line=form.line), way))
        await self._show(asked, way, trigger, view, opened)

    async def share(self, asked: Command, way: Way, label: str, trigger: str) -> None:
        """Into the channel where it was pressed; elsewhere the person chooses one."""
        if isinstance(way, ByUrl) and asked.kind is not RoomKind.DM:
            if admitted := await self._turns.admit(asked):
                await self._share_by(way.url, admitted)
        elif await self._turns.first(asked):
            await self._show(asked, way, trigger, share_modal(label, _origin(asked, way)))

    async def show(self, asked: Command, trigger: str) -> None:
        """The answer in a modal of its own; among the direct messages when that is too late."""
        way = InRoom(asked.asker.id)
        reply, opened = await self._reply(asked, way, trigger)
        if reply is None:
            return
        view = self._answers.modal(asked, reply)
        if opened:
            await self._answers.update_view(asked, opened, view)
        elif not await self._open(asked, way, trigger, view):
            await self._answers.answer(asked, way, reply)

    async def submission(self, ack: Any, body: Body, installation: Installation) -> None:
        """A filled-in modal. A mistake is said at its field, in the acknowledgement itself;
        otherwise the modal closes and the answer goes where the form came from."""
        view = body["view"]
        kind = view.get("callback_id")
        if kind not in (forms.FORM, forms.SHARE):
            await ack()
            return
        origin = Origin.unpack(str(view["private_metadata"]))
        asker = person(str(body["user"]["id"]), installation)
        asked = origin.place(Command(origin.line, asker, origin.at, event=event_of(body)))
        if kind == forms.SHARE:
            await ack()
            await self._share_to(asked, body)
        else:
            await self._submit(ack, asked, origin, view)

    async def _submit(self, ack: Any, asked: Command, origin: Origin, view: Body) -> None:
        started = asyncio.get_running_loop().time()
        values, room = filled(view)
        line = answer(asked.line, values)
        if room:
            line = in_room(line, room)
            self._turns.chosen(asked, room)
        first, asked = await asyncio.gather(
            self._turns.first(asked), self._turns.in_language(replace(asked, line=line), HURRIED)
        )
        if not first:
            await ack()
            return
        work = asyncio.ensure_future(self._turns.handle(asked))
        left = started + IN_TIME - asyncio.get_running_loop().time()
        await asyncio.wait({work}, timeout=max(0.0, left))
        if work.done() and (errors := self._mistakes(work.result(), view)):
            await ack(response_action="errors", errors=errors)
            return
        await ack()
        await self._answers.answer(asked, _way_of(origin, asked), await work)

    def _mistakes(self, reply: Reply, view: Body) -> dict[str, str]:
        """What is wrong with which field; nothing when it is about none of this form's."""
        fields = (view.get("state") or {}).get("values", {})
        if reply.outcome is not Outcome.REFUSED or reply.field not in fields:
            return {}
        return mistake(reply.field, text_of(reply, self._answers.show))

    async def _share_to(self, asked: Command, body: Body) -> None:
        urls = [str(each["response_url"]) for each in body.get("response_urls") or ()]
        admitted = await self._turns.admit(asked)
        if urls and admitted:
            await self._share_by(urls[0], admitted)

    async def _share_by(self, url: str, asked: Command) -> None:
        reply = await self._turns.handle(asked)
        if reply.outcome is not Outcome.ANSWERED:
            await self._answers.answer(asked, ByUrl(url), reply)
            return
        by = self._answers.words("slack.shared_by", asked, person="\0")
        parts = share_messages(reply, by, asked.asker.id, self._answers.show)
        await self._answers.show_parts(asked, ByUrl(url), parts, public=True)

    async def _reply(self, asked: Command, way: Way, trigger: str) -> tuple[Reply | None, str]:
        """What the handler says. When that takes long, a modal that waits for it is opened before
        the trigger id runs out; its id is the second part, empty otherwise."""
        work = asyncio.ensure_future(self._turns.hurry(asked))
        await asyncio.wait({work}, timeout=SOON)
        opened = "" if work.done() else await self._open(asked, way, trigger, waiting_modal())
        return await work, opened

    async def _show(
        self, asked: Command, way: Way, trigger: str, view: Json, opened: str = ""
    ) -> None:
        """Into the modal that waits, or a new one; says so when it is too late for that."""
        if opened:
            await self._answers.update_view(asked, opened, view)
        elif not await self._open(asked, way, trigger, view):
            sentence = self._answers.words("slack.expired", asked)
            await self._answers.answer(asked, way, Reply((Paragraph(spans(sentence)),)))

    async def _open(self, asked: Command, way: Way, trigger: str, view: Json) -> str:
        """Open a modal, on top of the one that was pressed if any. Its id, empty when Slack did
        not let us."""
        client = await self._answers.clients.of(asked.at.workspace)
        call = client.views_push if isinstance(way, InModal) else client.views_open
        try:
            answer = await patiently(lambda: call(trigger_id=trigger, view=view))
        except SendError as error:
            log.info("Slack opened no modal: %s", error.why)
            return ""
        return str((answer.get("view") or {}).get("id") or "opened")


def _origin(asked: Command, way: Way) -> Origin:
    match way:
        case ByUrl(url=url, thread=thread, room=room):
            return Origin(asked.line, asked.at, asked.kind, url, thread, room)
        case InRoom(room=room, thread=thread):
            return Origin(asked.line, asked.at, asked.kind, "", thread, room)
        case _:
            return Origin(asked.line, asked.at, asked.kind)


def _way_of(origin: Origin, asked: Command) -> Way:
    if origin.url:
        return ByUrl(origin.url, origin.thread, origin.room, pressed=True)
    return InRoom(origin.room, origin.thread) if origin.room else OnHome(asked.asker)
