"""`aiwork init`: answers are checked with the platforms, and what it writes starts a bot."""

from __future__ import annotations

import asyncio
import os
import pty
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cli.process import ROOT
from tests.standin.slack import APP_TOKEN, BOT_TOKEN, SlackStandIn
from tests.standin.telegram import TOKEN, Fault, Standin
from tests.whole import Bot

SECRETS = (TOKEN, BOT_TOKEN, APP_TOKEN)


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def telegram() -> AsyncIterator[Standin]:
    async with Standin() as stand_in:
        yield stand_in


def answers(slack: SlackStandIn, telegram: Standin, **other: str) -> str:
    given = {
        "platforms": "both",
        "telegram_bot_token": TOKEN,
        "slack_bot_token": BOT_TOKEN,
        "slack_app_token": APP_TOKEN,
        "zone": "Tokyo",
        "language": "zh-Hans",
        "telegram_api_base_url": telegram.root,
        "slack_api_base_url": slack.api,
        **other,
    }
    return "".join(f"{key}: '{value}'\n" for key, value in given.items())


async def start(folder: Path, *words: str) -> asyncio.subprocess.Process:
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "TMPDIR")}
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, cwd=folder, env={**kept, "PYTHONPATH": str(ROOT)},
        stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip


async def init(folder: Path, typed: str, *words: str) -> tuple[int, str]:
    process = await start(folder, "init", "--answers", "-", *words)
    out, _ = await process.communicate(typed.encode())
    assert process.returncode is not None
    said = out.decode()
    assert not any(secret in said for secret in SECRETS), "a token was shown"
    assert "Traceback" not in said
    return process.returncode, said


async def test_what_it_writes_reaches_ready(
    tmp_path: Path, slack: SlackStandIn, telegram: Standin
) -> None:
    code, said = await init(tmp_path, answers(slack, telegram))
    assert code == 0, said
    assert "TELEGRAM_BOT_TOKEN: accepted (@" in said
    assert "SLACK_APP_TOKEN: accepted" in said
    env = tmp_path / ".env"
    assert env.stat().st_mode & 0o777 == 0o600
    assert "AIWORK_ZONE=Asia/Tokyo\n" in env.read_text(encoding="utf-8")
    assert os.listdir(tmp_path) == [".env"]
    process = await start(tmp_path, "run")
    with (tmp_path / "log").open("wb") as log:
        bot = Bot(process, log)
        try:
            ready = await bot.ready()
        finally:
            process.terminate()
            await process.communicate()
    assert "telegram (polling)" in ready
    assert "slack (Socket Mode)" in ready


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"telegram_bot_token": "4242:" + "x" * 35}, "TELEGRAM_BOT_TOKEN is refused (getMe: 401"),
        ({"telegram_bot_token": "../../x"}, "TELEGRAM_BOT_TOKEN has not the shape"),
        ({"slack_bot_token": "xoxb-other"}, "SLACK_BOT_TOKEN is refused (auth.test: invalid_auth"),
        ({"slack_bot_token": APP_TOKEN}, "SLACK_BOT_TOKEN has not the shape"),
        ({"slack_app_token": ""}, "SLACK_APP_TOKEN is empty"),
        ({"zone": "Atlantis"}, "Atlantis is no time zone"),
        ({"language": "fr"}, "language: write one of en"),
        ({"platforms": "irc"}, "platforms: write one of telegram"),
        ({"database": "mysql://u:geheim@h/d"}, "postgresql://user:password@host/name"),
        ({"langauge": "en"}, "langauge is no question"),
    ],
)
async def test_a_wrong_answer_is_told_and_nothing_is_written(
    wrong: dict[str, str], said: str, tmp_path: Path, slack: SlackStandIn, telegram: Standin
) -> None:
    code, told = await init(tmp_path, answers(slack, telegram, **wrong))
    assert code == 2
    assert said in told
    assert "geheim" not in told
    assert not os.listdir(tmp_path)


async def test_a_platform_that_does_not_answer_is_told_and_goes_on(
    tmp_path: Path, slack: SlackStandIn, telegram: Standin
) -> None:
    telegram.fail("getMe", Fault(status=502))
    await slack.go_away()
    code, told = await init(tmp_path, answers(slack, telegram), "--lang", "zh-Hans")
    assert code == 0
    for name in ("TELEGRAM_BOT_TOKEN", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        assert f"{name} 没能核对" in told
    assert TOKEN in (tmp_path / ".env").read_text(encoding="utf-8")


async def test_an_existing_file_is_kept_unless_it_is_asked_for(
    tmp_path: Path, slack: SlackStandIn, telegram: Standin
) -> None:
    old = tmp_path / ".env"
    old.write_text("AIWORK_ZONE=Berlin\n", encoding="utf-8")
    given = answers(slack, telegram)
    code, told = await init(tmp_path, given)
    assert code == 2
    assert "nothing was changed" in told
    assert old.read_text(encoding="utf-8") == "AIWORK_ZONE=Berlin\n"
    code, _ = await init(tmp_path, given, "--overwrite")
    assert code == 0
    kept = tmp_path / next(n for n in os.listdir(tmp_path) if n.startswith(".env.before-"))
    assert kept.read_text(encoding="utf-8") == "AIWORK_ZONE=Berlin\n"
    assert kept.stat().st_mode & 0o777 == 0o600


async def test_without_a_terminal_it_asks_for_a_file(tmp_path: Path) -> None:
    process = await start(tmp_path, "init")
    out, _ = await process.communicate(b"both\n")
    assert process.returncode == 2
    assert "--answers FILE" in out.decode()
    assert not os.listdir(tmp_path)


def typed_in_a_terminal(folder: Path, root: str, turns: list[tuple[str, str]]) -> tuple[int, str]:
    """Each line is typed when its question stands there; exit code, and all that was shown."""
    ours, theirs = pty.openpty()
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "TMPDIR")}
    more = {"PYTHONPATH": str(ROOT), "TELEGRAM_API_BASE_URL": root}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "init", "--lang", "zh-Hans"],
        cwd=folder, env={**kept, **more, "LC_ALL": "C.UTF-8"}, start_new_session=True,
        stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown, since = b"", 0
    for question, line in turns:
        while question not in shown[since:].decode(errors="ignore"):
            shown += os.read(ours, 4096)
        since = len(shown)
        os.write(ours, f"{line}\n".encode())
    try:
        while more_shown := os.read(ours, 4096):
            shown += more_shown
    except OSError:
        pass  # Linux's way to say that the other end is closed
    os.close(ours)
    return process.wait(60), shown.decode()


async def test_in_a_terminal_a_wrong_token_is_asked_for_again_and_none_is_shown(
    tmp_path: Path, telegram: Standin
) -> None:
    wrong = "4242:" + "y" * 35
    turns = [
        ("1/5", "telegram"),
        ("TELEGRAM_BOT_TOKEN: ", wrong),
        ("\nTELEGRAM_BOT_TOKEN: ", TOKEN),
        ("3/5", "zh-Hans"),
        ("4/5", "Atlantis"),
        ("4/5", "上海"),
        ("DATABASE_URL: ", ""),
    ]
    code, shown = await asyncio.to_thread(typed_in_a_terminal, tmp_path, telegram.root, turns)
    assert code == 0, shown
    assert "被拒绝" in shown
    assert "Atlantis 不是时区" in shown
    assert wrong not in shown
    assert TOKEN not in shown
    written = (tmp_path / ".env").read_text(encoding="utf-8")
    assert f"\nTELEGRAM_BOT_TOKEN={TOKEN}\n" in written
    assert "AIWORK_ZONE=Asia/Shanghai\n" in written
    code, shown = await asyncio.to_thread(
        typed_in_a_terminal, tmp_path, telegram.root, [("[y/N]", "n")]
    )
    assert code == 1
    assert (tmp_path / ".env").read_text(encoding="utf-8") == written
