"""The desk's routes: the list, a draft, what is done with it, and two files of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from bot.core.errors import AiworkError
from bot.core.language import Language
from bot.core.words import Voice, Words
from bot.editor.desk import frame, pages
from bot.editor.desk.decide import Decision, DeskAct, NotDone, decide
from bot.editor.desk.drafts import drafts_in, open_draft, version_of
from bot.editor.yaml_edit import read_text, write_text

_ASSETS: Final = {"review.css": "text/css", "review.js": "text/javascript"}
_FOLDER: Final = Path(__file__).with_name("assets")
MOST_FIELDS: Final = 2_000


@dataclass
class Desk:
    """One editor's desk over a content folder. `language` is that of the pages; the cards are in
    the one that is chosen there."""

    folder: Path
    words: Words
    language: Language
    draw: pages.Draw
    today: Callable[[], date]
    _before: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Of each draft what its text became by the last act, and what it was before."""

    def app(self) -> ASGIApp:
        return Router(
            [
                Route("/", self._list),
                Route("/draft/{name}", self._show, methods=["GET"]),
                Route("/draft/{name}", self._do, methods=["POST"]),
                Route("/assets/{file}", _asset),
                Route("/favicon.ico", _nothing),
            ],
            redirect_slashes=False,
        )

    async def _list(self, request: Request) -> Response:
        found = await asyncio.to_thread(drafts_in, self.folder)
        return HTMLResponse(frame.listed(found, self._voice, _told(request)))

    async def _show(self, request: Request) -> Response:
        name = request.path_params["name"]
        try:
            return HTMLResponse(await asyncio.to_thread(self._page, name, request))
        except AiworkError as error:
            return HTMLResponse(frame.wrong(str(error), self._voice), 404)

    async def _do(self, request: Request) -> Response:
        name = request.path_params["name"]
        body = (await request.body()).decode("utf-8", "replace")
        try:
            form = parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)
            given = _decision(form)
        except ValueError:
            return PlainTextResponse("this is no form of the desk", 400)
        try:
            kept = await asyncio.to_thread(self._decide, name, given)
            if kept:
                page = await asyncio.to_thread(self._page, name, request, kept, given)
                return HTMLResponse(page, 409 if kept is NotDone.STALE else 422)
        except AiworkError as error:
            return HTMLResponse(frame.wrong(str(error), self._voice), 422)
        return RedirectResponse(_next(name, given, request), 303)

    def _decide(self, name: str, given: Decision | None) -> NotDone | None:
        draft = open_draft(self.folder, name, self.language, self.today(), checked=False)
        if given is None:
            after, before = self._before.pop(name, ("", ""))
            if draft.version == after:
                write_text(draft.file, before)
            return None
        kept = decide(self.folder, name, given, self.language, self.today())
        if (text := read_text(draft.file)) != draft.text:
            self._before[name] = (version_of(text), draft.text)
        return kept

    def _page(
        self,
        name: str,
        request: Request,
        kept: NotDone | None = None,
        given: Decision | None = None,
    ) -> str:
        draft = open_draft(self.folder, name, self.language, self.today())
        chosen = request.query_params.get("lang", "")
        language = Language(chosen) if chosen in list(Language) else Language.EN
        cards = Voice(self.words, language)
        typed = dict(given.typed or {}) if given and kept is NotDone.STALE else {}
        undo = self._before.get(name, ("", ""))[0] == draft.version
        told = _told(request) if kept is None else f"desk.not.{kept}"
        at = given.at if given and kept else ""
        return pages.draft_page(draft, self._voice, cards, self.draw, typed, told, at, undo=undo)

    @property
    def _voice(self) -> Voice:
        return Voice(self.words, self.language)


def _told(request: Request) -> str:
    """What was done, as a key of the words; only those that we send ourselves."""
    done = request.query_params.get("done", "")
    return f"desk.done.{done}" if done in [*DeskAct, "undo"] else ""


def _decision(form: Sequence[tuple[str, str]]) -> Decision | None:
    """None for undo. Raises ValueError for what no page of ours sends."""
    fields = dict(form)
    act, _, at = fields.pop("act", "save").partition(" ")
    if act == "undo":
        return None
    confirmed = tuple(
        (name.removeprefix("confirm:"), doubt)
        for name, doubt in form
        if name.startswith("confirm:")
    )
    version = fields.pop("version", "")
    if not version:
        raise ValueError("no version")
    return Decision(DeskAct(act), at, fields, confirmed, version)


def _next(name: str, given: Decision | None, request: Request) -> str:
    act = given.act if given else "undo"
    query = {"done": str(act)}
    if act is DeskAct.PUBLISH:
        return f"/?{urlencode(query)}"
    if lang := request.query_params.get("lang"):
        query["lang"] = lang
    place = f"#{quote(given.at)}" if given and given.at and act is not DeskAct.DROP else ""
    return f"/draft/{quote(name)}?{urlencode(query)}{place}"


async def _asset(request: Request) -> Response:
    name = request.path_params["file"]
    if name not in _ASSETS:
        return PlainTextResponse("there is no such file", 404)
    return Response((_FOLDER / name).read_bytes(), media_type=f"{_ASSETS[name]}; charset=utf-8")


async def _nothing(_request: Request) -> Response:
    return Response(status_code=204)
