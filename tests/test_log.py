"""Logs: one line an event, and never a token or what somebody wrote."""

from __future__ import annotations

import io
import json
import logging
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from bot import log as logs
from bot.core.command import Command
from bot.core.errors import StoreError
from bot.core.reply import Reply
from bot.core.trace import tracing
from tests.adapters.slack.kit import Scripted, says
from tests.adapters.slack.payloads import happened, mention, slash
from tests.adapters.slack.service import process
from tests.adapters.telegram.parts import Bench
from tests.databases import new_database
from tests.standin.slack import Fault
from tests.standin.slack_oauth import CLIENT_SECRET, SIGNING_SECRET, SlackWithOAuth
from tests.standin.telegram import TOKEN, Standin

SAID = "planted words that somebody wrote"


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """What the process writes, at the most talkative level; everything as before afterwards."""
    names = ["", "aiwork", "uvicorn", "uvicorn.error", "uvicorn.access", "py.warnings"]
    before = [(n, logging.getLogger(n).level, logging.getLogger(n).handlers[:]) for n in names]
    stream = io.StringIO()
    secrets = [TOKEN, SIGNING_SECRET, CLIENT_SECRET]
    logs.set_up("DEBUG", "json", secrets=secrets, stream=stream)
    yield stream
    logging.captureWarnings(False)
    logging.raiseExceptions = True
    for name, level, handlers in before:
        logging.getLogger(name).setLevel(level)
        logging.getLogger(name).handlers[:] = handlers


def lines(out: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


log = logging.getLogger("aiwork.test")


def test_an_event_is_one_line_of_json(out: io.StringIO) -> None:
    log.info("delivery %d to %s", 7, "slack:T0/C0\nforged: a second line")
    (line,) = lines(out)
    assert line["event"] == "delivery 7 to slack:T0/C0 forged: a second line"
    assert (line["level"], line["logger"]) == ("info", "aiwork.test")
    assert str(line["timestamp"]).endswith("Z")


def test_on_a_terminal_it_is_readable(capsys: pytest.CaptureFixture[str], out: io.StringIO) -> None:
    screen = io.StringIO()
    logs.set_up("INFO", "text", stream=screen)
    with tracing(delivery=7):
        log.info("sent")
    assert "sent" in screen.getvalue()
    assert "delivery=7" in screen.getvalue()
    assert len(screen.getvalue().splitlines()) == 1


def test_lines_carry_the_delivery_or_incident_they_belong_to(out: io.StringIO) -> None:
    with tracing(delivery=7), tracing(incident="7F3K"):
        log.warning("inside")
    log.warning("outside")
    inside, outside = lines(out)
    assert (inside["delivery"], inside["incident"]) == (7, "7F3K")
    assert "delivery" not in outside


PLANTED = [
    "xoxb-1234-planted", "xapp-1-A0-planted", "xoxe.xoxb-1-planted", "xoxe-1-planted-x",
    "xoxp-9-planted", "1234567:AAplanted-planted_planted-planted",
]  # fmt: skip


@pytest.mark.parametrize("token", PLANTED)
@pytest.mark.parametrize(
    "around",
    ["{}", "https://api.telegram.org/bot{}/sendMessage", "Authorization: Bearer {}",
     "{{'token': '{}'}}", "client_secret={}&x=1", "postgresql://aiwork:{}@db/aiwork"],
)  # fmt: skip
def test_tokens_are_hidden_wherever_they_stand(out: io.StringIO, token: str, around: str) -> None:
    log.error("before %s after", around.format(token))
    log.error("values", extra={"x": token})
    log.error("%r", {"deep": [token]})
    assert "planted" not in out.getvalue()
    assert "after" in out.getvalue()


def test_secrets_of_this_installation_are_hidden_whatever_their_shape(out: io.StringIO) -> None:
    log.error("signed with %s", SIGNING_SECRET)
    log.error("postgresql://aiwork:pl%%40nted@db/aiwork is away")
    log.error("Authorization: Basic cGxhbnRlZDpwbGFudGVk")
    assert SIGNING_SECRET not in out.getvalue()
    assert "pl%40nted" not in out.getvalue()
    assert "cGxhbnRlZ" not in out.getvalue()


def test_an_exception_is_told_by_kind_and_place_and_never_by_what_it_says(
    out: io.StringIO,
) -> None:
    try:
        try:
            raise ValueError(f"cannot read {SAID} with xoxb-planted-token")
        except ValueError as error:
            raise RuntimeError(SAID) from error
    except RuntimeError:
        log.exception("it broke")
    (line,) = lines(out)
    assert str(line["error"]).startswith("RuntimeError at test_log.py:")
    assert "after ValueError at test_log.py:" in str(line["error"])
    assert "planted" not in out.getvalue()


def test_our_own_errors_are_told_in_full(out: io.StringIO) -> None:
    log.error("waiting", exc_info=StoreError("the disk is full: free some space"))
    assert "the disk is full: free some space" in out.getvalue()


def test_libraries_are_heard_when_something_is_wrong_and_only_their_first_line(
    out: io.StringIO,
) -> None:
    for name in ("httpx", "slack_sdk", "aiohttp.access", "sqlalchemy.engine", "telegram"):
        logging.getLogger(name).info("POST /bot%s %s", TOKEN, SAID)
    assert out.getvalue() == ""
    logging.getLogger("asyncio").error("Task was lost\ntask: <Task %s %s>", SAID, TOKEN)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"deprecated with {TOKEN}", stacklevel=1)
    assert [line["logger"] for line in lines(out)] == ["asyncio", "py.warnings"]
    assert "planted" not in out.getvalue()
    assert TOKEN not in out.getvalue()


def test_a_library_that_logs_an_address_with_a_token_does_not_give_it_away(
    out: io.StringIO,
) -> None:
    request = httpx.Request("POST", f"https://api.telegram.org/bot{TOKEN}/getMe")
    logging.getLogger("httpx").warning("HTTP Request: %s %s", request.method, request.url)
    assert "getMe" in out.getvalue()
    assert TOKEN not in out.getvalue()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return new_database("sqlite", tmp_path)


async def test_a_run_of_slack_with_its_troubles_gives_nothing_away(
    out: io.StringIO, url: str
) -> None:
    slack = SlackWithOAuth(rotating=True)
    handle = Scripted({"quote": says(SAID), "help": _break_with(SAID)})
    async with slack, process(slack, url, handle=handle) as ours:
        await ours.install(slack, "T0ACME", SAID)
        slack.fail("respond", Fault(status=404, plain=True))
        for text in (f"quote {SAID}", f"help {SAID}"):
            payload = {**slash(slack, text), "team_id": "T0ACME", "user_name": SAID}
            assert (await ours.command(payload))[0] == 200
        event = {**happened(mention(f"<@U0BOT> quote {SAID}")), "team_id": "T0ACME",
                 "authorizations": []}  # fmt: skip
        await ours.event(event)
        await ours.event({"event": SAID, "type": "event_callback", "team_id": "T0ACME"})
        await ours.get("/slack/oauth_redirect", params={"code": "planted", "state": "planted"})
        slack.expire("T0ACME")
        ours.clock.move(hours=13)
        slack.fail("oauth.v2.access", Fault(error="invalid_refresh_token"))
        await ours.adapter.stop()
        await ours.many.of("T0ACME")
        assert len(handle.asked) >= 3
    told = out.getvalue()
    assert "could not be handled" in told
    assert "is not renewed" in told
    assert "install the app there again" in told
    assert_clean(told, slack)


async def test_a_run_of_telegram_with_its_troubles_gives_nothing_away(out: io.StringIO) -> None:
    async with Standin() as telegram:
        bench = Bench(telegram)
        bench.handler.script = {"quote": says(SAID), "help": _break_with(SAID)}
        async with bench.running():
            telegram.says(f"/help {SAID}")
            telegram.update(message={"nonsense": SAID})
            telegram.says(f"/quote {SAID}")
            await telegram.until(lambda: SAID in "".join(telegram.texts(7)))
    assert out.getvalue() != ""
    assert_clean(out.getvalue())


def assert_clean(told: str, slack: SlackWithOAuth | None = None) -> None:
    for secret in (SAID, TOKEN, SIGNING_SECRET, CLIENT_SECRET, "xoxb-planted", "xoxe-1-planted"):
        assert secret not in told
    assert "Traceback" not in told
    for call in slack.calls if slack else ():
        assert call.args.get("code") is None or call.args["code"] not in told


def _break_with(text: str) -> Callable[[Command], Reply]:
    def broken(command: Command) -> Reply:
        raise sqlite3.OperationalError(text)

    return broken
