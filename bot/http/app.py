"""The app: health, figures, and whatever routes the adapters bring."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp

from bot.http.guard import Guard

log = logging.getLogger("aiwork.http")

Check = Callable[[], Awaitable[bool]]
"""Whether a part does its work; an exception counts as no."""

CHECK_SECONDS: Final = 3.0


def make_http(
    routes: Sequence[BaseRoute],
    *,
    ready: Mapping[str, Check],
    metrics: Callable[[], bytes],
    stopped: Callable[[], Sequence[str]] = tuple,
) -> ASGIApp:
    """The app. `/healthz` says that the process lives, `/livez` that its work goes on (503 with
    what `stopped` names), `/readyz` what each check of `ready` says (503 unless all say yes),
    `/metrics` the figures; the rest is `routes`."""
    readiness = _Readiness(ready)

    async def answering(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def live(_request: Request) -> Response:
        still = stopped()
        return PlainTextResponse("\n".join(still) or "ok", 503 if still else 200)

    async def figures(_request: Request) -> Response:
        return Response(metrics(), media_type="text/plain; version=0.0.4; charset=utf-8")

    own = [
        Route("/healthz", answering),
        Route("/livez", live),
        Route("/readyz", readiness.answer),
        Route("/metrics", figures),
    ]
    # Starlette's own application would answer what breaks by itself, before the guard knows.
    return Guard(Router([*own, *routes], redirect_slashes=False))


class _Readiness:
    """Asks all checks together, once for everybody who asks meanwhile."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = dict(checks)
        self._asking: asyncio.Task[dict[str, bool]] | None = None

    async def answer(self, _request: Request) -> Response:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        found = await asyncio.shield(self._asking)
        ready = all(found.values())
        return JSONResponse({"ready": ready, "checks": found}, 200 if ready else 503)

    async def _ask(self) -> dict[str, bool]:
        answers = await asyncio.gather(*(self._one(n, c) for n, c in self._checks.items()))
        return dict(zip(self._checks, answers, strict=True))

    async def _one(self, name: str, check: Check) -> bool:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                return await check()
        except Exception as error:  # noqa: BLE001 - whatever broke, the part is not ready
            log.warning("%s is not ready (%s)", name, type(error).__name__)
            return False
