"""The bot on its platforms: started together, stopped in order."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from bot.app.alerts import Alert, Alerts, make_alerts
from bot.app.backups import Backups
from bot.app.capacity import forecasts_of, warning
from bot.app.deliveries import make_outbox
from bot.app.exclusive import run_exclusively
from bot.app.liveness import ANSWER_SECONDS, Liveness
from bot.app.mcp import mcp_routes
from bot.app.platforms import platforms_for
from bot.app.published import published_content
from bot.app.roles import Role, RunningPlatform
from bot.app.services import LazyStore, database_url, make_services, read_grammar
from bot.app.site import site_routes
from bot.app.systemd import notify
from bot.app.web import Readiness, addresses, serve_http
from bot.app.workdays import follow_calendars
from bot.commands.all import make_registry
from bot.commands.handler import Handler
from bot.commands.shuffle import StoreShuffle
from bot.core.errors import SettingsError, StoreError
from bot.core.ports import Directory, Sender
from bot.metrics import Metrics
from bot.settings import Settings
from bot.store.database.engine import Database, sqlite_path
from bot.store.store import Store

_log = logging.getLogger("aiwork.service")

TIDY_SECONDS = 3600.0
DAY = timedelta(days=1)


async def serve(settings: Settings, role: Role, announce: Callable[[str], None]) -> None:
    """Run until SIGTERM or Ctrl-C; what is in hand is finished then. `announce` gets the `ready`
    line. Raises AiworkError when settings, content, database or a platform do not allow it."""
    memory = LazyStore(settings)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    running = asyncio.create_task(_run(settings, role, memory, announce))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        notify("STOPPING=1")
        stopping.cancel()
        if not running.done():
            running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await memory.close()
    if not running.cancelled():
        running.result()


async def _run(
    settings: Settings, role: Role, memory: LazyStore, announce: Callable[[str], None]
) -> None:
    directories: dict[str, Directory] = {}
    senders: dict[str, Sender] = {}
    store = await memory.open()
    metrics, readiness, liveness = Metrics(), Readiness(store), Liveness(time.monotonic)
    published = published_content(settings, metrics.content_is_of, metrics.content_refused)
    if published and published.current() is None:
        await published.take_up()  # without one, what came with the bot is served until there is
    services = make_services(settings, memory, directories, StoreShuffle(memory.open))
    registry = make_registry()
    handler = Handler(services, registry, read_grammar(), metrics.count_answer)
    found = platforms_for(settings, role, store, services, registry, metrics.reconnected)
    await _unlock(store)
    alerts = make_alerts(settings, store, services, senders, liveness.stopped)
    alerts = alerts if role is not Role.WEB else None  # which sends nothing
    runners = [_PlatformRunner(platform, alerts) for platform in found]
    readiness.add("content", lambda: bool(services.library.edition.library.quotes))
    for one in runners:
        readiness.add(one.platform.name, one.up.is_set)
        liveness.watch(f"{one.platform.name} has not answered", ANSWER_SECONDS, one.answered_at)
    warming = asyncio.create_task(services.library.warm())  # while the platforms are asked
    following = (
        published.follow(services.library, settings.content_every)
        if published
        else services.library.watch()
    )
    work: list[Coroutine[Any, Any, None]] = [following, liveness.run()]
    if role is not Role.WEB:
        dry = alerts.ran_dry if alerts else lambda _: None
        outbox = make_outbox(settings, store, services, senders, metrics, dry)
        await outbox.open()  # before anything is heard: a second process must not start to
        readiness.watch(outbox)
        liveness.watch_deliveries(outbox, store, senders)
        work += [outbox.run(), _tidy(store), follow_calendars(store, services.workdays)]
    if alerts:
        work.append(alerts.run())
    if role is not Role.WEB and (backups := make_backups(settings, store, alerts)):
        work.append(backups.run())
    room = site_routes(
        settings, role, services.library, services.words, lambda: services.now().date()
    )
    hearing = [one.run(store.database, handler, directories, senders) for one in runners]
    async with (
        mcp_routes(settings, role, services.library) as more,
        serve_http(
            settings, role, found, readiness, metrics, [*more, *room], liveness.stopped
        ) as port,
    ):
        doors = addresses(settings, found) if port else ()
        alone = "deliveries" if runners else "mcp" if more else "reading room"
        ready = partial(_announce, announce, liveness)
        await _together([*work, _ready(warming, runners, port, doors, ready, alone)], hearing)


def _announce(announce: Callable[[str], None], liveness: Liveness, line: str) -> None:
    announce(line)
    liveness.ready()


def make_backups(settings: Settings, store: Store, alerts: Alerts | None) -> Backups | None:
    """`None` where AIWORK_BACKUP_DIR names no folder."""
    database = sqlite_path(database_url(settings))
    if settings.backup_dir is None or database is None:
        return None

    async def report(why: str) -> None:
        if alerts:
            await alerts.report(Alert.BACKUP, "", bool(why), why=why)

    return Backups(database, settings.backup_dir, store.now, report)


class _PlatformRunner:
    """An adapter at work; `up` when it serves, or stands by to."""

    def __init__(self, platform: RunningPlatform, alerts: Alerts | None = None) -> None:
        self.platform, self._alerts = platform, alerts
        self.up = asyncio.Event()

    def answered_at(self) -> float | None:
        """For the watch over this process; `None` until it is up."""
        return self.platform.adapter.answered_at if self.up.is_set() else None

    async def run(
        self,
        database: Database,
        handler: Handler,
        directories: dict[str, Directory],
        senders: dict[str, Sender],
    ) -> None:
        """Until cancelled; then the adapter lets running answers finish."""
        adapter = self.platform.adapter

        async def work() -> None:
            try:
                await adapter.start(handler)
                if self.platform.how or adapter.name not in directories:
                    directories[adapter.name] = (
                        adapter.directory
                    )  # the one that hears knows who is where
                if self.platform.sends:
                    senders[adapter.name] = adapter
                self.up.set()
                await adapter.watch()
            except SettingsError as error:
                if self._alerts and self.up.is_set():
                    await self._alerts.farewell(error)
                raise
            finally:
                await adapter.stop()
                if self.platform.close:
                    await self.platform.close()

        if not self.platform.lock:
            return await work()
        self.up.set()
        await run_exclusively(database, self.platform.lock, work)
        return None


async def _ready(
    warming: Awaitable[None],
    runners: Sequence[_PlatformRunner],
    port: int | None,
    doors: Sequence[str],
    announce: Callable[[str], None],
    alone: str,
) -> None:
    await warming
    for one in runners:
        await one.up.wait()
    gc.collect()
    gc.freeze()  # a full collection takes 75 ms otherwise, mostly over what never becomes garbage
    parts = [one.platform.name for one in runners if one.platform.how]
    announce(f"ready: {', '.join(parts or [alone])}" + (f"; HTTP on port {port}" if port else ""))
    for door in doors:
        announce(f"  {door}")
    await asyncio.Event().wait()


async def _unlock(store: Store) -> None:
    """Stored tokens that the key does not open end the start: nothing would work, and nothing
    must be overwritten."""
    if await store.installations.check() and not store.installations.encrypted:
        _log.warning(
            "AIWORK_SECRET_KEY is not set: Slack tokens lie in the database as they are; "
            "set it, and they are sealed as they are used"
        )


async def _tidy(store: Store) -> None:
    """Delete what has outlived its use, and look at what is to come, until cancelled."""
    while True:
        try:
            if rows := await store.purge():
                _log.info("%d rows have outlived their use and are deleted", rows)
            if words := warning(await forecasts_of(store, DAY)):
                _log.warning(words)
        except StoreError as error:
            _log.warning("nothing could be tidied: %s", error)
        await asyncio.sleep(TIDY_SECONDS)


async def _together(
    first: Sequence[Coroutine[Any, Any, None]], last: Sequence[Coroutine[Any, Any, None]]
) -> None:
    """Run all until one fails or we are cancelled; then stop `first`, and when that is done
    `last`: a digest in hand still needs its adapter. Wrong settings are told together."""
    early = [asyncio.create_task(work) for work in first]
    late = [asyncio.create_task(work) for work in last]
    try:
        await asyncio.wait({*early, *late}, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for group in (early, late):
            for task in group:
                task.cancel()
            await asyncio.gather(*group, return_exceptions=True)
    failed = [e for task in (*early, *late) if not task.cancelled() and (e := task.exception())]
    wrong = [s for error in failed if isinstance(error, SettingsError) for s in error.sentences]
    if wrong:
        raise SettingsError(wrong)
    for error in failed:
        raise error
