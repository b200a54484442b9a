"""HTTP for a process, where it has any: routes, health, figures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from starlette.routing import Route

from bot.app.roles import Role, RunningPlatform
from bot.delivery.outbox import Outbox
from bot.http import Check, make_http, serve
from bot.metrics import Metrics
from bot.settings import Settings
from bot.store.store import Store

DEFAULT_PORT = 8080

STALE_SECONDS = 30.0
"""A due loop that has not come round for six of its longest sleeps does no work."""


class Readiness:
    """What `/readyz` asks: the database, and whatever was added."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.checks: dict[str, Check] = {"database": self._database}

    def add(self, name: str, holds: Callable[[], bool]) -> None:
        async def check() -> bool:
            return holds()

        self.checks[name] = check

    def watch(self, outbox: Outbox) -> None:
        """Whether deliveries are being made: the due loop comes round."""
        now = asyncio.get_running_loop().time
        self.add("deliveries", lambda: now() - outbox.last_round < STALE_SECONDS)

    async def _database(self) -> bool:
        await self._store.schedules.next_due()
        return True


def addresses(settings: Settings, platforms: Sequence[RunningPlatform]) -> tuple[str, ...]:
    """Where the platforms' requests come in, as they are entered there: below AIWORK_PUBLIC_URL,
    or below whatever public address leads here."""
    root = (settings.public_url or "https://<public address>").rstrip("/")
    routes = [route for one in platforms for route in (*one.adapter.routes(), *one.pages)]
    return tuple(f"{root}{route.path}" for route in routes if isinstance(route, Route))


@asynccontextmanager
async def serve_http(
    settings: Settings,
    role: Role,
    platforms: Sequence[RunningPlatform],
    readiness: Readiness,
    metrics: Metrics,
    more: Sequence[Route] = (),
    stopped: Callable[[], Sequence[str]] = tuple,
) -> AsyncIterator[int | None]:
    """Serves where there is something to serve or a port was asked for; gives the real port.
    `more` are routes of no platform; `stopped` is what `/livez` tells."""
    routes = [route for one in platforms for route in (*one.adapter.routes(), *one.pages)]
    routes += more
    if not routes and role is not Role.WEB and settings.port is None:
        yield None
        return
    app = make_http(routes, ready=readiness.checks, metrics=metrics.exposition, stopped=stopped)
    port = DEFAULT_PORT if settings.port is None else settings.port
    async with serve(app, port) as real:
        yield real
