"""`aiwork doctor`: one thing after the other breaks, and each is named with its fix."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.app.doctor import Finding, Surroundings, Trouble, examine
from bot.app.services import read_words
from bot.cli import main
from bot.core.address import Address
from bot.core.chats import Schedule
from bot.core.command import RoomKind
from bot.core.language import Language
from bot.core.words import Voice
from bot.settings import Settings
from bot.settings.unknown import PREFIXES
from bot.store.store import Store
from tests.cli.process import ROOT
from tests.databases import new_database
from tests.standin.slack import APP_TOKEN, BOT_TOKEN, TEAM, Fault, SlackStandIn
from tests.standin.telegram import TOKEN, Standin
from tests.standin.telegram import Fault as TelegramFault

CONTENT = ROOT / "tests" / "fixtures" / "content"
SECRET = "webhook-secret-of-the-tests"
HOOK = "https://bot.example.org/telegram"


class Installation:
    """Both stand-ins, a migrated database, and the settings of a bot that is well."""

    def __init__(self, slack: SlackStandIn, telegram: Standin, data: Path) -> None:
        self.slack, self.telegram, self.data = slack, telegram, data
        self.environment = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_BASE_URL": slack.api,
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE_URL": telegram.root,
            "AIWORK_DATA_DIR": str(data),
        }

    async def examine(
        self,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        free: Callable[[Path], int] = lambda _: 10**12,
        **changed: Any,
    ) -> list[Finding]:
        values = {name.lower().removeprefix("aiwork_"): v for name, v in self.environment.items()}
        settings = Settings(**(values | {"content_dir": CONTENT} | changed))
        return await examine(settings, Language.EN, Surroundings(now, free))

    async def store(self) -> Store:
        return await Store.open(f"sqlite:///{self.data / 'aiwork.db'}")

    async def run(self, *words: str, **changed: str) -> tuple[int, str]:
        """The command as an operator types it, in this process, on a thread of its own: the
        stand-ins are in this one."""
        strange = dict.fromkeys(n for n in os.environ if n.startswith(PREFIXES))
        environment = strange | {"LC_ALL": "C.UTF-8"} | self.environment | changed
        done = await asyncio.to_thread(
            CliRunner().invoke, main, ["doctor", *words], env=environment, catch_exceptions=False
        )
        return done.exit_code, done.output

    async def run_alone(self, *words: str, **changed: str) -> tuple[int, str]:
        """The same as a process of its own."""
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "TMPDIR")}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "doctor", *words,
            cwd=ROOT,
            env=kept | {"PYTHONPATH": str(ROOT)} | self.environment | changed,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()


@pytest.fixture
async def well(tmp_path: Path) -> AsyncIterator[Installation]:
    async with SlackStandIn() as slack, Standin() as telegram:
        made = Installation(slack, telegram, tmp_path / "data")
        await (await made.store()).close()
        yield made


def told(findings: list[Finding]) -> set[Trouble]:
    return {one.trouble for one in findings}


async def test_a_bot_that_is_well_has_no_findings(well: Installation) -> None:
    assert await well.examine() == []
    for run in (well.run, well.run_alone):
        status, said = await run("--lang", "en")
        assert status == 0
        assert said.endswith("everything is in order.\n")


@pytest.mark.parametrize(
    ("language", "fix"), [("en", "Get a new token"), ("zh-Hans", "取一个新令牌")]
)
async def test_tokens_that_were_revoked_are_named_and_never_shown(
    well: Installation, language: str, fix: str
) -> None:
    wrong = {"TELEGRAM_BOT_TOKEN": "4242:not-the-token_of_anybody-0000000000000"}
    wrong["SLACK_BOT_TOKEN"] = "xoxb-not-the-token"
    wrong["SLACK_APP_TOKEN"] = "xapp-not-the-token"
    status, said = await well.run("--lang", language, **wrong)
    assert status == 1
    assert all(name in said for name in wrong)
    assert said.count(fix) == 2
    assert not any(secret in said for secret in (*wrong.values(), "not-the-token"))


async def test_programs_read_json(well: Installation) -> None:
    well.slack.scopes = tuple(one for one in well.slack.scopes if one != "channels:join")
    status, said = await well.run("--json", "--lang", "en")
    read = json.loads(said)
    assert (status, read["ok"]) == (1, False)
    assert [(one["id"], one["must_be_done"]) for one in read["findings"]] == [("scopes", True)]
    assert "channels:join" in read["findings"][0]["what"]
    assert "slack manifest" in read["findings"][0]["fix"]


async def test_a_right_that_was_declined_is_told_with_what_it_costs(well: Installation) -> None:
    well.slack.scopes = tuple(one for one in well.slack.scopes if one != "files:write")
    status, said = await well.run("--lang", "en")
    assert status == 0
    assert "what people export comes as text" in said


async def test_a_setting_that_is_wrong_is_a_finding_as_well(well: Installation) -> None:
    status, said = await well.run("--lang", "en", AIWORK_ZONE="Atlantis")
    assert status == 1
    assert "Atlantis is no time zone" in said


async def test_a_clock_that_is_wrong_is_told_with_how_much(well: Installation) -> None:
    findings = await well.examine(now=lambda: datetime.now(UTC) + timedelta(minutes=10))
    assert told(findings) == {Trouble.CLOCK}
    assert {one.values["platform"] for one in findings} == {"Slack", "Telegram"}
    assert all(595 <= int(one.values["seconds"]) <= 605 for one in findings)
    assert told(await well.examine(now=lambda: datetime.now(UTC) + timedelta(seconds=20))) == set()


async def test_platforms_that_are_away_are_said_to_be(well: Installation) -> None:
    await well.slack.go_away()
    well.telegram.fail("getMe", TelegramFault(status=502))
    assert told(await well.examine()) == {Trouble.UNREACHABLE}
    well.telegram.fail("getMe", TelegramFault())  # cut
    findings = await well.examine()
    assert len(findings) == 2
    assert TOKEN not in str(findings)


async def test_what_was_found_stays_when_the_platform_goes_away_meanwhile(
    well: Installation,
) -> None:
    well.slack.scopes = ("commands",)
    store = await well.store()
    room = await store.chats.ensure(Address("slack", "C7", TEAM), RoomKind.CHANNEL)
    await store.schedules.set(room, Schedule("UTC"))
    await store.close()
    well.slack.fail("conversations.info", Fault(reset=True))
    assert told(await well.examine()) == {Trouble.SCOPES, Trouble.NO_FILES, Trouble.UNREACHABLE}


async def test_a_platforms_words_command_no_terminal(well: Installation) -> None:
    well.slack.fail("auth.test", Fault(error="\x1b[2Jboo"))
    _, said = await well.run("--lang", "en")
    assert "boo" in said
    assert "\x1b" not in said


async def test_slack_that_is_limited_is_no_wrong_token(well: Installation) -> None:
    well.slack.fail("auth.test", Fault(error="ratelimited", status=429, retry_after=3))
    assert told(await well.examine()) == {Trouble.UNREACHABLE}


async def test_a_webhook_elsewhere_or_in_the_way_is_told(well: Installation) -> None:
    well.telegram.webhook = {"url": "https://other.example.org/"}
    assert told(await well.examine()) == {Trouble.WEBHOOK_IN_THE_WAY}
    hooked: dict[str, Any] = {"telegram_mode": "webhook", "telegram_webhook_url": HOOK}
    findings = await well.examine(**hooked)
    assert told(findings) == {Trouble.WEBHOOK_ADDRESS}
    assert findings[0].values == {"there": "https://other.example.org/", "wanted": HOOK}
    well.telegram.webhook = {"url": HOOK}
    assert await well.examine(**hooked) == []


@pytest.mark.parametrize(
    ("words", "trouble"),
    [
        ("Wrong response from the webhook: 401 Unauthorized", Trouble.WEBHOOK_SECRET),
        ("Connection timed out", Trouble.WEBHOOK_ERROR),
    ],
)
async def test_what_telegram_says_of_the_webhook_is_told_while_it_is_new(
    well: Installation, words: str, trouble: Trouble
) -> None:
    well.telegram.webhook = {"url": HOOK, "secret_token": SECRET}
    hooked: dict[str, Any] = {"telegram_mode": "webhook", "telegram_webhook_url": HOOK}
    hooked["telegram_webhook_secret"] = SECRET
    now = datetime.now(UTC)
    well.telegram.webhook_trouble = {
        "last_error_message": words,
        "last_error_date": int(now.timestamp()) - 60,
    }
    findings = await well.examine(**hooked)
    assert told(findings) == {trouble}
    assert SECRET not in str(findings)
    well.telegram.webhook_trouble["last_error_date"] -= 86_400
    assert await well.examine(**hooked) == []


async def test_a_bot_that_reads_every_message_of_groups_is_worth_a_note(
    well: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules["tests.standin.telegram_methods"].BOT,
                        "can_read_all_group_messages", True)  # fmt: skip
    assert told(await well.examine()) == {Trouble.READS_ALL}
    assert (await well.run("--lang", "en"))[0] == 0  # nothing must be done


async def test_rooms_with_a_digest_that_cannot_be_posted_to_are_named(well: Installation) -> None:
    well.telegram.room(-100, "supergroup")
    well.telegram.room(-200, "supergroup").members[4242] = {"status": "kicked"}
    well.slack.channels["C7"] = {"name": "left", "is_private": False, "is_member": False}
    store = await well.store()
    for at in (
        Address("telegram", "-100"),
        Address("telegram", "-200"),
        Address("telegram", "-300"),
        Address("telegram", "7"),
        Address("slack", "C7", TEAM),
        Address("slack", "C8", TEAM),
    ):
        kind = RoomKind.DM if at.room == "7" else RoomKind.GROUP
        await store.schedules.set(await store.chats.ensure(at, kind), Schedule("UTC"))
    await store.close()
    findings = await well.examine()
    assert told(findings) == {Trouble.ROOM}
    assert {one.values["room"] for one in findings} == {
        "telegram:/-200", "telegram:/-300", f"slack:{TEAM}/C7", f"slack:{TEAM}/C8",
    }  # fmt: skip


async def test_a_disk_that_is_nearly_full_is_told(well: Installation) -> None:
    findings = await well.examine(free=lambda _: 41_000_000)
    assert told(findings) == {Trouble.DISK}
    assert findings[0].values["free"] == "41"


async def test_content_that_is_broken_is_told_with_its_line(
    well: Installation, tmp_path: Path
) -> None:
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content)
    (content / "topics.yaml").write_text("- slug: [", encoding="utf-8")
    findings = await well.examine(content_dir=content)
    assert told(findings) == {Trouble.CONTENT}
    assert "topics.yaml:2" in findings[0].values["why"]


async def test_each_state_of_the_database_has_its_own_advice(well: Installation) -> None:
    file = well.data / "aiwork.db"
    file.chmod(0o644)
    assert told(await well.examine()) == {Trouble.FOLDER_OPEN}
    file.chmod(0o600)
    for one in well.data.glob("aiwork.db*"):
        one.unlink()
    assert told(await well.examine()) == {Trouble.DATABASE_NEW}
    assert not file.exists()  # a doctor makes none
    file.touch(0o600)
    assert told(await well.examine()) == {Trouble.DATABASE_OLD}
    file.write_bytes(b"no database at all, by any means" * 64)
    assert told(await well.examine()) == {Trouble.DATABASE}
    unreachable = "postgresql://aiwork:hunter2@127.0.0.1:9/aiwork"
    findings = await well.examine(database_url=unreachable)
    assert told(findings) == {Trouble.DATABASE}
    assert "hunter2" not in str(findings)


async def test_postgres_is_looked_at_in_the_same_way(well: Installation, tmp_path: Path) -> None:
    url = new_database("postgres", tmp_path)
    assert await well.examine(database_url=url) == []
    store = await Store.open(url)
    room = await store.chats.ensure(Address("slack", "C9", TEAM), RoomKind.CHANNEL)
    await store.schedules.set(room, Schedule("UTC"))
    await store.close()
    assert told(await well.examine(database_url=url)) == {Trouble.ROOM}


def test_every_finding_has_a_fix_in_every_language() -> None:
    values = dict.fromkeys(
        ("why", "folder", "path", "free", "version", "needed", "count", "zones", "state",
         "last", "platform", "variable", "scopes", "seconds", "there", "wanted", "bot", "room",
         "extra"),
        "…",
    )  # fmt: skip
    for language in Language:
        voice = Voice(read_words(), language)
        for trouble in Trouble:
            one = Finding(trouble, values)
            assert one.what(voice) != one.fix(voice)
