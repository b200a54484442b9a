"""Both platforms in one process with one database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.core.chats import EVERY_DAY
from bot.store.database.tables import schedule
from bot.store.store import Store
from tests.standin.slack import APP_TOKEN, BOT_TOKEN, TEAM, SlackStandIn
from tests.standin.telegram import TOKEN, Standin
from tests.whole import running

GROUP = -100500


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def telegram() -> AsyncIterator[Standin]:
    async with Standin() as stand_in:
        yield stand_in


def both(slack: SlackStandIn, telegram: Standin) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_BASE_URL": slack.api,
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_BASE_URL": telegram.root,
    }


async def typed(
    slack: SlackStandIn, text: str, user: str = "U0ANN", channel: str = "C0OPEN"
) -> str:
    """What `/aiwork text` answers."""
    url = slack.response_url()
    await slack.deliver(
        "slash_commands",
        {
            "command": "/aiwork",
            "text": text,
            "user_id": user,
            "channel_id": channel,
            "channel_name": "general",
            "team_id": TEAM,
            "response_url": url,
            "trigger_id": slack.trigger(),
            "api_app_id": "A1",
        },
    )
    await slack.until(lambda: slack.answers(url), 20)
    return str(slack.answers(url)[0]["text"])


async def sent(telegram: Standin, text: str, user: int = 7, room: int | None = None) -> str:
    """What the bot answers to a message."""
    before = len(telegram.sent)
    telegram.says(text, user=user, room=room)
    await telegram.until(lambda: len(telegram.sent) > before, 20)
    return telegram.sent[-1].text


async def fall_due(folder: Path) -> None:
    """Every schedule is set to this minute: what the morning does, without waiting for it."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    this_minute = {"zone": "UTC", "days": EVERY_DAY, "minute": now.hour * 60 + now.minute}
    store = await Store.open(f"sqlite:///{folder}/aiwork.db")
    async with store.database.write() as connection:
        await connection.execute(update(schedule).values(next_due=now, **this_minute))
    await store.close()


async def test_digests_of_one_minute_reach_people_and_rooms_on_both_platforms(
    slack: SlackStandIn, telegram: Standin, tmp_path: Path
) -> None:
    group = telegram.room(GROUP, "supergroup")
    group.members[7] = {"status": "administrator"}
    async with running(tmp_path, both(slack, telegram)) as bot:
        assert await bot.ready() == "ready: telegram (polling), slack (Socket Mode)"
        assert "Layoffs" in await typed(slack, "subscribe layoffs")
        assert "Layoffs" in await typed(slack, "subscribe layoffs @here")
        assert "Layoffs" in await sent(telegram, "/subscribe layoffs")
        assert "Layoffs" in await sent(telegram, "/subscribe layoffs", room=GROUP)
        answers = len(telegram.sent)
        await fall_due(tmp_path)
        await telegram.until(lambda: len(telegram.sent) == answers + 2, 30)
        await slack.until(lambda: len(slack.posts) == 2, 30)
        assert {message.chat for message in telegram.sent[answers:]} == {7, GROUP}
        assert {post["channel"] for post in slack.posts} == {"U0ANN", "C0OPEN"}
        assert all("Layoffs · " in message.text for message in telegram.sent[answers:])
        assert await bot.stop() == 0
    assert slack.problems == []


async def test_a_wrong_token_ends_the_start_with_a_sentence_and_exit_code_2(
    slack: SlackStandIn, tmp_path: Path
) -> None:
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-not-the-one",
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_BASE_URL": slack.api,
    }
    async with running(tmp_path, settings) as bot:
        errors = await bot.ended()
    assert bot.process.returncode == 2
    assert "SLACK_BOT_TOKEN" in errors
    assert "Traceback" not in errors
    assert "xoxb-not-the-one" not in errors


async def test_a_second_run_on_the_same_folder_says_so_and_disturbs_nobody(
    telegram: Standin, tmp_path: Path
) -> None:
    settings = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE_URL": telegram.root}
    async with running(tmp_path, settings) as first:
        await first.ready()
        async with running(tmp_path, settings) as second:
            errors = await second.ended()
        assert second.process.returncode == 2
        assert "Traceback" not in errors
        assert "Talent wars" in await sent(telegram, "/topics")


async def test_status_tells_what_became_of_a_digest_that_slack_refused(
    slack: SlackStandIn, telegram: Standin, tmp_path: Path
) -> None:
    async with running(tmp_path, both(slack, telegram)) as bot:
        await bot.ready()
        await typed(slack, "subscribe layoffs @here")
        slack.channels["C0OPEN"]["is_archived"] = True
        await fall_due(tmp_path)
        await slack.until(lambda: [c for c in slack.calls if c.method == "chat.postMessage"], 30)
        said = await typed(slack, "status @here")
        while "is_archived" not in said:
            said = await typed(slack, "status @here")
        assert "not delivered" in said
        assert await bot.stop() == 0


def test_tokens_of_other_workspaces_are_not_stored_without_a_key(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "AIWORK_DATA_DIR": str(tmp_path),
        "SLACK_MODE": "http",
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "planted",
        "SLACK_SIGNING_SECRET": "planted",
    }
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run"], env=environment, text=True, capture_output=True
    )
    assert done.returncode == 2
    assert "AIWORK_SECRET_KEY is missing" in done.stderr
    assert "planted" not in done.stderr
