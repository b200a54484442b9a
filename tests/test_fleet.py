"""The bot as a service: webs, workers and PostgreSQL, as the Procfile names them."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote_plus

import asyncpg
import pytest

from bot.store.store import Store
from tests.adapters.slack.payloads import pressed
from tests.databases import postgres
from tests.fleet import KEY, Fleet, Slack, Telegram
from tests.seeding import seed, this_minute
from tests.standin.slack import SlackStandIn
from tests.standin.slack_api import texts
from tests.standin.slack_oauth import CLIENT_SECRET, SIGNING_SECRET
from tests.standin.telegram import TOKEN, Standin
from tests.test_whole import both, sent, typed
from tests.whole import Bot, running

DIGESTS = 30


@pytest.fixture
def url() -> str:
    """An empty database, made outside of any loop."""
    return postgres().database()


@pytest.fixture
async def fleet(tmp_path: Path, url: str) -> AsyncIterator[Fleet]:
    async with (
        Slack() as slack,
        Telegram() as telegram,
        Fleet(tmp_path, url, slack, telegram, AIWORK_LOG_LEVEL="DEBUG") as fleet,
    ):
        yield fleet
        assert slack.problems == []


async def test_two_webs_and_two_workers_are_one_bot_for_many_workspaces(fleet: Fleet) -> None:
    await fleet.release()
    started = (fleet.web(), fleet.web(), fleet.worker(), fleet.worker())
    *webs, one, other = await asyncio.gather(*started)
    workers = [one, other]
    await fleet.install("T0ACME")
    await fleet.install("T0BETA", "Beta")
    await each_workspace_gets_its_own_answers(fleet)
    await what_one_web_answers_another_continues(fleet, webs)
    await each_workspace_gets_its_own_digests_though_a_worker_is_killed(fleet, workers)
    await uninstalling_one_leaves_the_other_alone(fleet)
    await stored_tokens_are_unreadable_and_a_wrong_key_loses_nothing(fleet)
    for bot in fleet.bots:
        no_secret_and_no_text_is_in_its_log(bot)


async def each_workspace_gets_its_own_answers(fleet: Fleet) -> None:
    said = await fleet.answer("T0ACME", "subscribe layoffs")
    assert "Layoffs" in str(said["text"])
    assert "Layoffs" not in str(await fleet.answer("T0BETA", "status"))
    assert "Layoffs" in str(await fleet.answer("T0ACME", "status"))


async def what_one_web_answers_another_continues(fleet: Fleet, webs: list[Bot]) -> None:
    """The second page, asked of the process that did not show the first."""
    one, other = (web.port for web in webs)
    said = await fleet.answer("T0ACME", "search overtime", port=one)
    button = next(b for b in _buttons(said) if "p2" in str(b.get("value")))
    action = {"type": "button", "action_id": button["action_id"], "value": button["value"]}
    press = {**pressed(fleet.slack, action), "team": {"id": "T0ACME"}}
    await fleet.signed(
        "/slack/interactions", f"payload={quote_plus(json.dumps(press))}", port=other
    )
    url = str(press["response_url"])
    await fleet.slack.until(lambda: fleet.slack.answers(url), 30)
    assert list(texts(fleet.slack.answers(url)[0])) != list(texts(said))

    await fleet.says("/search overtime", 7, port=one)
    await fleet.telegram.until(lambda: fleet.telegram.sent, 30)
    first = fleet.telegram.sent[-1]
    fleet.telegram.press(next(d for d in first.buttons.values() if "p2" in d), first)
    await fleet.post_updates(port=other)
    await fleet.telegram.until(lambda: fleet.telegram.edits, 30)
    assert fleet.telegram.edits[-1].text != first.text


def _buttons(message: dict[str, object]) -> list[dict[str, object]]:
    blocks = message["blocks"]
    assert isinstance(blocks, list)
    return [e for b in blocks if b["type"] == "actions" for e in b["elements"]]


async def each_workspace_gets_its_own_digests_though_a_worker_is_killed(
    fleet: Fleet, workers: list[Bot]
) -> None:
    rooms = [f"D{number:04}" for number in range(DIGESTS)]
    people = list(range(1000, 1000 + DIGESTS))
    for person in people:
        fleet.telegram.room(person)
    store = await Store.open(fleet.url)
    due = this_minute(store.now())
    await seed(store, rooms, due, platform="slack", workspaces=["T0ACME", "T0BETA"])
    await seed(store, [str(person) for person in people], due, platform="telegram")
    await store.close()
    await fleet.telegram.until(lambda: _digests(fleet)[1], 30)
    await (await _sending(fleet, workers)).stop(signal.SIGKILL)
    everybody = {*(("T0ACME", room) for room in rooms[::2]), *(("T0BETA", r) for r in rooms[1::2])}
    await fleet.slack.until(lambda: set(_digests(fleet)[0]) == everybody, 60)
    await fleet.telegram.until(lambda: set(_digests(fleet)[1]) == set(people), 60)


def _digests(fleet: Fleet) -> tuple[list[tuple[str, str]], list[int]]:
    slack = [(team, room) for team, room, _ in fleet.slack.arrived if room.startswith("D0")]
    return slack, [chat for chat, _ in fleet.telegram.arrived if chat >= 1000]


async def _sending(fleet: Fleet, workers: list[Bot]) -> Bot:
    """The worker that sends for Telegram's token."""
    while True:
        for worker in workers:
            if await fleet.figure(worker, "aiwork_deliveries_total", platform="telegram"):
                return worker


async def uninstalling_one_leaves_the_other_alone(fleet: Fleet) -> None:
    fleet.slack.revoke("T0ACME")
    event = {"type": "app_uninstalled"}
    body = {"type": "event_callback", "team_id": "T0ACME", "event_id": "EvBye", "event": event,
            "event_time": 2_000_000_000}  # fmt: skip
    await fleet.signed("/slack/events", json.dumps(body), "application/json")
    database = await asyncpg.connect(fleet.url)
    states: dict[str, str] = {}
    while states.get("T0ACME") != "gone":
        query = "SELECT DISTINCT workspace, state FROM chat WHERE platform = 'slack'"
        states = {row["workspace"]: row["state"] for row in await database.fetch(query)}
    await database.close()
    assert states == {"T0ACME": "gone", "T0BETA": "active"}
    assert "Layoffs" in str(await fleet.answer("T0BETA", "topics"))


async def stored_tokens_are_unreadable_and_a_wrong_key_loses_nothing(fleet: Fleet) -> None:
    kept = await _whole_table(fleet, "installation")
    assert "T0BETA" in kept
    assert "planted" not in kept
    settings = {**fleet.settings, "AIWORK_SECRET_KEY": "w" * 40}
    async with running(fleet.folder, settings, "run", "--role", "worker") as bot:
        errors = await bot.ended()
    assert bot.process.returncode == 2
    assert "AIWORK_SECRET_KEY does not open the stored Slack tokens" in errors
    assert "Traceback" not in errors
    assert await _whole_table(fleet, "installation") == kept
    assert "Layoffs" in str(await fleet.answer("T0BETA", "topics"))


async def _whole_table(fleet: Fleet, name: str) -> str:
    database = await asyncpg.connect(fleet.url)
    rows = await database.fetch(f"SELECT * FROM {name} ORDER BY 1, 2")  # noqa: S608
    await database.close()
    return "\n".join(str(dict(row)) for row in rows)


def no_secret_and_no_text_is_in_its_log(bot: Bot) -> None:
    planted = (
        TOKEN,
        CLIENT_SECRET,
        SIGNING_SECRET,
        KEY,
        "xoxb-planted",
        "code-planted",
        "overtime",
    )
    assert [word for word in planted if word in bot.errors] == []
    assert "Traceback" not in bot.errors


async def test_when_the_worker_that_listens_dies_the_one_that_stood_by_does(
    tmp_path: Path, url: str
) -> None:
    async with SlackStandIn() as slack, Standin() as telegram:
        settings = {"DATABASE_URL": url, **both(slack, telegram)}
        async with running(tmp_path, settings, "db", "upgrade") as release:
            await release.ended()
        async with (
            running(tmp_path, settings, "run", "--role", "worker") as first,
            running(tmp_path, settings, "run", "--role", "worker") as second,
        ):
            assert await first.ready() == "ready: telegram (polling), slack (Socket Mode)"
            await second.ready()
            await telegram.until(lambda: telegram.called("getUpdates"), 30)
            await slack.until(lambda: slack.sockets, 30)
            assert "Talent wars" in await sent(telegram, "/topics")
            victim, survivor = (second, first) if "standing by" in first.errors else (first, second)
            await victim.stop(signal.SIGKILL)
            assert "Talent wars" in await sent(telegram, "/topics")
            await slack.until(lambda: slack.sockets, 30)
            assert "Layoffs" in await typed(slack, "subscribe layoffs")
            assert "Conflict" not in survivor.errors
            assert await survivor.stop() == 0
