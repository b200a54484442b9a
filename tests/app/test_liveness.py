"""`/livez`: what stands still is named, and what a restart would not help is left alone."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.adapters.slack import socket_mode
from bot.app import liveness as limits
from bot.app.liveness import Liveness, Overdue
from bot.app.systemd import notify, watchdog_seconds
from bot.cli import main
from bot.core.address import Address
from bot.core.chats import Schedule
from bot.core.command import RoomKind
from bot.core.errors import RetryLater, StoreAway
from bot.delivery.outbox import Outbox
from bot.delivery.rate_limit import UNLIMITED
from bot.http import make_http, serve
from bot.store.store import Store
from tests.adapters.slack.kit import running
from tests.adapters.telegram.parts import Bench
from tests.databases import KINDS, Clock, new_database
from tests.delivery.fakes import Composer, Platform
from tests.http.conftest import Service, status
from tests.standin.slack import Fault as SlackFault
from tests.standin.telegram import TOKEN, Fault, Standin
from tests.whole import running as whole

CUT, LATER = Fault(), Fault(429, "Too Many Requests: retry after 3", {"retry_after": 3})
REVOKED, GATEWAY = Fault(401, "Unauthorized"), Fault(502, "Bad Gateway")


class Seconds:
    """A clock that never jumps, and moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += seconds


@asynccontextmanager
async def served(alive: Liveness) -> AsyncIterator[Service]:
    service = Service()
    app = make_http([], ready={}, metrics=bytes, stopped=alive.stopped)
    async with serve(app, 0, "127.0.0.1") as service.port:
        yield service


async def test_livez_names_what_stands_still_and_for_how_long() -> None:
    clock = Seconds()
    alive, since = Liveness(clock), 1000.0
    alive.watch("slack has not answered", 600, lambda: since)
    alive.watch("nothing is expected of this", 1, lambda: None)
    async with served(alive) as service:
        clock.move(600)
        assert status(await service.ask("GET", "/livez")) == 200
        clock.move(1)
        answer = await service.ask("GET", "/livez")
        assert status(answer) == 503
        assert answer.endswith(b"slack has not answered for 601 s (600 s are allowed)")
        assert status(await service.ask("GET", "/healthz")) == 200
        since = clock.now
        assert status(await service.ask("GET", "/livez")) == 200


async def test_a_look_that_never_ends_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, began = Seconds(), asyncio.Event()
    alive = Liveness(clock)

    async def hangs() -> None:
        began.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(alive, "look", hangs)
    task = asyncio.create_task(alive.run())
    await began.wait()
    clock.move(limits.STALE_SECONDS + 1)
    assert "nobody has looked" in alive.stopped()[0]
    task.cancel()


# --- platforms


@pytest.mark.parametrize(
    ("fault", "counts"), [(CUT, False), (GATEWAY, False), (LATER, True), (REVOKED, True)]
)
async def test_a_poll_counts_when_telegram_itself_answered(
    fault: Fault, counts: bool, telegram: Standin, bench: Bench
) -> None:
    """A refused token is an answer: a restart would only end what works on Slack."""
    async with bench.running() as adapter:
        await telegram.until(lambda: telegram.called("getUpdates"))
        telegram.fail("getUpdates", fault, times=500)
        telegram.says("hello")  # ends the poll that Telegram holds open
        before = adapter.answered_at
        assert before is not None
        tried = len(telegram.called("getUpdates"))
        await telegram.until(lambda: len(telegram.called("getUpdates")) > tried + 5)
        moved = (adapter.answered_at or 0) - before
        assert (moved > 1) is counts, moved
    assert adapter.answered_at is None


async def test_slack_answers_as_long_as_a_connection_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket_mode, "WAITS", (0.0, 0.01))
    async with running() as world:
        first = world.adapter.answered_at
        assert first is not None
        assert (world.adapter.answered_at or 0) > first
        world.slack.fail("handshake", SlackFault(status=408), times=100)
        world.slack.reset()
        await world.slack.until(lambda: world.slack.handshakes.count(408) > 10)
        gone = world.adapter.answered_at
        await world.slack.until(lambda: world.slack.handshakes.count(408) > 20)
        assert world.adapter.answered_at == gone


# --- deliveries


@pytest.fixture(params=KINDS)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    store = await Store.open(new_database(request.param, tmp_path), clock=Clock())
    yield store
    await store.close()


async def due(store: Store, room: str) -> None:
    chat = await store.chats.ensure(Address("telegram", room), RoomKind.DM)
    await store.schedules.set(chat, Schedule("UTC", minute=8 * 60 + 30))


def outbox_of(store: Store, platform: Platform) -> Outbox:
    return Outbox(store, {"telegram": platform}, Composer(), limits={"telegram": UNLIMITED})


async def test_a_digest_that_is_due_and_that_nobody_takes_up_is_named(store: Store) -> None:
    seconds, platform = Seconds(), Platform()
    outbox = outbox_of(store, platform)
    alive = Liveness(seconds)
    alive.watch_deliveries(outbox, store, {"telegram"})
    await due(store, "7")
    await alive.look()
    assert isinstance(store.now, Clock)
    store.now.move(hours=3)  # its time has come; or somebody has moved the clock
    await alive.look()
    seconds.move(limits.DUE_SECONDS)
    await alive.look()
    assert alive.stopped() == []
    seconds.move(1)
    assert "a digest is due and does not go out" in alive.stopped()[0]
    await outbox.start()
    await outbox.step()
    await outbox.finish()
    await alive.look()
    assert len(platform.arrived) == 1
    assert alive.stopped() == []


async def test_what_moves_on_what_waits_for_its_room_and_what_is_elsewhere_is_no_standstill(
    store: Store,
) -> None:
    seconds, platform = Seconds(), Platform()
    overdue = Overdue(store, {"telegram"}, seconds)
    outbox = outbox_of(store, platform)
    await outbox.start()
    for room in ("7", "8"):
        await due(store, room)
    assert isinstance(store.now, Clock)
    store.now.move(hours=1)
    platform.plan(RetryLater("a pause", 3000.0), RetryLater("a pause", 3000.0))
    await outbox.step()  # both are parked by the platform's own word
    await overdue.look()
    assert overdue.since() is None
    store.now.move(seconds=3001)
    await overdue.look()
    assert overdue.since() == seconds.now
    assert await store.deliveries.longest_waiting(["slack"]) is None
    before = await store.deliveries.longest_waiting(["telegram"])
    platform.plan(None, RetryLater("a pause", 60.0))
    await outbox.step()
    store.now.move(seconds=61)
    assert await store.deliveries.longest_waiting(["telegram"]) not in (before, None)
    await outbox.step()
    assert await store.deliveries.longest_waiting(["telegram"]) is None
    await outbox.finish()


async def test_a_database_that_is_away_is_no_reason_to_start_anew(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = Seconds()
    alive = Liveness(seconds)
    alive.watch_deliveries(outbox_of(store, Platform()), store, {"telegram"})

    async def away(*_: object) -> str:
        raise StoreAway("the database does not answer")

    monkeypatch.setattr(store.deliveries, "longest_waiting", away)
    for _ in range(100):
        await alive.look()
        seconds.move(60)
    assert alive.stopped() == []


async def test_a_commit_and_a_loop_that_hang_are_named(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform, hanging = Platform(), asyncio.Event()
    outbox = outbox_of(store, platform)
    await due(store, "7")
    assert isinstance(store.now, Clock)
    store.now.move(hours=1)

    async def hangs(*_: object) -> set[int]:
        hanging.set()
        await asyncio.Event().wait()
        return set()

    assert outbox.turned_at is None
    monkeypatch.setattr(outbox._queue, "write", hangs)
    task = asyncio.create_task(outbox.run())
    await hanging.wait()
    seconds = Seconds()
    seconds.now = asyncio.get_running_loop().time()
    alive = Liveness(seconds)
    alive.watch_deliveries(outbox, store, {"telegram"})
    assert alive.stopped() == []
    seconds.move(limits.STUCK_SECONDS + 60)
    found = "\n".join(alive.stopped())
    assert "a commit does not end for" in found
    assert "a delivery loop has not come round for" in found
    monkeypatch.setattr("bot.delivery.outbox.DRAIN_SECONDS", 0.01)
    monkeypatch.setattr("bot.delivery.outbox.FLUSH_SECONDS", 0.01)
    monkeypatch.setattr("bot.delivery.lanes.TAKEOVER_SECONDS", 0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await outbox._queue.locks.close()  # which a real process leaves to its end


# --- supervisors


@pytest.fixture
async def systemd(tmp_path: Path) -> AsyncIterator[socket.socket]:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(str(tmp_path / "notify"))
    listener.setblocking(False)
    yield listener
    listener.close()


async def test_systemd_hears_of_the_start_of_life_and_of_the_stop(
    systemd: socket.socket, telegram: Standin, tmp_path: Path
) -> None:
    settings = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_BASE_URL": telegram.root,
        "PORT": "0",
        "NOTIFY_SOCKET": str(tmp_path / "notify"),
        "WATCHDOG_USEC": "150000",
    }
    loop, heard = asyncio.get_running_loop(), ""
    async with whole(tmp_path / "data", settings) as bot:
        await bot.ready()
        while "READY=1" not in heard or "WATCHDOG=1" not in heard.rpartition("READY=1")[2]:
            heard += (await loop.sock_recv(systemd, 4096)).decode() + "\n"
        assert "EXTEND_TIMEOUT_USEC" in heard.partition("READY=1")[0]
        for words, code in ((("--port", str(bot.port)), 0), (("--port", "9"), 1)):
            done = await asyncio.to_thread(CliRunner().invoke, main, ["alive", *words])
            assert done.exit_code == code
        assert await bot.stop() == 0
    while "STOPPING=1" not in heard:
        heard += systemd.recv(4096).decode() + "\n"


async def test_systemd_gets_no_sign_of_life_once_work_has_stopped(
    systemd: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    clock = Seconds()
    alive = Liveness(clock)
    alive.watch("slack has not answered", 600, lambda: 1000.0)
    alive.ready()
    await alive.look()
    clock.move(601)
    await alive.look()
    heard = [systemd.recv(4096).decode() for _ in range(3)]
    assert heard[:2] == ["READY=1", "WATCHDOG=1"]
    assert heard[2].startswith("STATUS=slack has not answered")
    with pytest.raises(BlockingIOError):
        systemd.recv(4096)


@pytest.mark.parametrize("path", ["", "relative", "/nowhere/at/all", "@nobody-listens-here"])
def test_no_supervisor_no_word(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", path)
    notify("READY=1")


@pytest.mark.parametrize(
    ("usec", "pid", "seconds"),
    [("30000000", None, 30.0), ("30000000", "1", None), ("soon", None, None), ("0", None, None)],
)
def test_a_watchdog_is_obeyed_where_it_means_this_process(
    usec: str, pid: str | None, seconds: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", usec)
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    if pid:
        monkeypatch.setenv("WATCHDOG_PID", pid)
    assert watchdog_seconds() == seconds


async def test_a_health_check_ends_what_has_stopped_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended: list[int] = []
    monkeypatch.setattr("bot.cli.alive.os.kill", lambda pid, _number: ended.append(pid))
    clock = Seconds()
    alive = Liveness(clock)
    alive.watch("telegram has not answered", 600, lambda: 1000.0)

    async def asked(port: int) -> tuple[int, str]:
        words = ["alive", "--port", str(port), "--end", "4242"]
        done = await asyncio.to_thread(CliRunner().invoke, main, words)
        return done.exit_code, done.output

    async with served(alive) as service:
        assert (await asked(service.port))[0] == 0
        clock.move(601)
        code, said = await asked(service.port)
    assert code == 1
    assert "telegram has not answered for 601 s" in said
    assert ended == [4242]
    code, said = await asked(service.port)  # it answers no more: perhaps it is only starting
    assert code == 1
    assert "nobody answers" in said
    assert ended == [4242]


async def test_exit_codes_tell_a_database_that_is_away_from_one_that_is_set_wrong(
    tmp_path: Path,
) -> None:
    wanted = {"postgresql://aiwork:hunter2@127.0.0.1:9/aiwork": 3, "mysql://aiwork@host/name": 2}
    for url, code in wanted.items():
        given = {"DATABASE_URL": url, "AIWORK_DATA_DIR": str(tmp_path)}
        done = await asyncio.to_thread(CliRunner().invoke, main, ["db", "check"], env=given)
        assert done.exit_code == code, done.output
        assert "hunter2" not in done.output
