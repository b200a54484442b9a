"""The reading room over HTTP, at AIWORK_PUBLIC_URL: the pages that `content site` writes."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.app.roles import Role
from bot.core.words import Words
from bot.library.reload import Edition, LiveLibrary
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.site.site import Site
    from bot.site.static import SiteFile

KEPT = 20_000_000
"""Bytes that are kept of what was made: a thousand pages and some hundred pictures."""

_LASTING = "public, max-age=31536000, immutable"
_SHORT = "public, max-age=60"
"""What is withdrawn is gone within a minute."""


def serves_site(settings: Settings, role: Role) -> bool:
    """Whether this process has the reading room: a public address is known, and it is no worker."""
    return settings.public_url is not None and role is not Role.WORKER


def site_routes(
    settings: Settings, role: Role, library: LiveLibrary, words: Words, today: Callable[[], date]
) -> list[Route]:
    """The last route of all: whatever nobody else answers is looked for in the reading room."""
    if not serves_site(settings, role):
        return []
    room = _Room(library, words, settings.public_url or "", today)
    return [Route("/{path:path}", room.answer, methods=["GET"])]


@dataclass(frozen=True, slots=True)
class _Made:
    file: SiteFile
    packed: bytes
    """Empty where packing gains nothing."""
    tag: str

    @property
    def weight(self) -> int:
        return len(self.file.body) + len(self.packed)


class _Room:
    """Makes each file once an edition and day; who asks for it meanwhile waits for the same."""

    def __init__(
        self, library: LiveLibrary, words: Words, url: str, today: Callable[[], date]
    ) -> None:
        self._library, self._words, self._url, self._today = library, words, url, today
        self._edition: Edition | None = None
        self._day: date | None = None
        self._site: Site | None = None
        self._made: dict[str, asyncio.Task[_Made | None]] = {}
        library.tell(self._let_go)

    def _let_go(self, _: Edition) -> None:
        """The old edition, which nobody may ask for any more. Called from the thread that reads."""
        self._site, self._edition, self._made = None, None, {}

    async def answer(self, request: Request) -> Response:
        site = self._current()
        path = self._within(request.url.path, site)
        made = await asyncio.shield(self._made.get(path) or self._make(path, site))
        if made is None:
            made = _packed(site.missing(path))
        elif (index := site.index_of(path)) not in self._made:
            self._make(index, site)  # who reads a page may search next
        return _response(made, request)

    def _current(self) -> Site:
        from bot.adapters.picture import has_pictures
        from bot.site.site import Site

        edition, today, site = self._library.edition, self._today(), self._site
        if site is None or self._edition is not edition or self._day != today:
            site = self._site = Site(edition.library, self._words, self._url, has_pictures())
            self._edition, self._day, self._made = edition, today, {}
        return site

    def _within(self, path: str, site: Site) -> str:
        """The path below the public address, whether a balancer takes its path away or not."""
        root = site.place.root
        below = path.removeprefix(root) if root and f"{path}/".startswith(f"{root}/") else path
        return below or "/"

    def _make(self, path: str, site: Site) -> asyncio.Task[_Made | None]:
        """In a thread: an index of ten thousand entries takes seconds."""
        today, kept = self._today(), self._made

        def make() -> _Made | None:
            file = site.file(path, today)
            return _packed(file) if file else None

        task = asyncio.create_task(asyncio.to_thread(make))
        kept[path] = task
        task.add_done_callback(lambda done: _forget(kept, path, done))
        return task


def _forget(
    kept: dict[str, asyncio.Task[_Made | None]], path: str, done: asyncio.Task[_Made | None]
) -> None:
    """What is not there is not kept, nor what broke, nor more than there is room for; an index is:
    it takes longest to make, and everybody who searches asks for it."""
    from bot.site.site import INDEX

    if _broke(done) or done.result() is None:
        kept.pop(path, None)
        return
    sound = {one: task for one, task in kept.items() if task.done() and not _broke(task)}
    files = {one: task.result() for one, task in sound.items() if INDEX not in one}
    weights = {one: file.weight for one, file in files.items() if file}
    excess = sum(weights.values()) - KEPT
    for one, weight in weights.items():  # the oldest first
        if excess <= 0:
            break
        kept.pop(one)
        excess -= weight


def _broke(task: asyncio.Task[_Made | None]) -> bool:
    return task.cancelled() or task.exception() is not None


def _packed(file: SiteFile) -> _Made:
    return _Made(
        file,
        b"" if file.kind.startswith("image/") else gzip.compress(file.body, 6, mtime=0),
        hashlib.sha256(file.body).hexdigest()[:24],
    )


def _response(made: _Made, request: Request) -> Response:
    from bot.site.layout import POLICY

    packs = bool(made.packed) and "gzip" in request.headers.get("accept-encoding", "")
    tag = f'"{made.tag}{"-gz" if packs else ""}"'
    headers = {
        "ETag": tag,
        "Vary": "Accept-Encoding",
        "Cache-Control": _LASTING if made.file.lasting else _SHORT,
        "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
    }
    known = [one.strip().removeprefix("W/") for one in _known(request).split(",")]
    if made.file.status == 200 and (tag in known or "*" in known):
        return Response(status_code=304, headers=headers)
    if packs:
        headers["Content-Encoding"] = "gzip"
    body = made.packed if packs else made.file.body
    return Response(body, made.file.status, headers, media_type=made.file.kind)


def _known(request: Request) -> str:
    return request.headers.get("if-none-match", "")
