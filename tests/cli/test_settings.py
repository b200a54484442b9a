"""What an operator sets: a typo is told, a useless value too, and nothing is silently nothing."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest
import yaml
from click.testing import CliRunner

from bot.cli import main


@dataclass(frozen=True, slots=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def aiwork(folder: Path, *words: str, **environment: str) -> Done:
    """Run in a folder of its own, with nothing of whoever runs the tests; in this process, as
    thirty new ones would take as long as all other tests of the settings."""
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "TMPDIR")}
    with (
        contextlib.chdir(folder),
        mock.patch.dict(os.environ, {**kept, **environment}, clear=True),
    ):
        result = CliRunner().invoke(main, words)
    return Done(result.exit_code, result.stdout, result.stderr)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AIWORK_LANGAUGE", "en", "did you mean AIWORK_LANGUAGE?"),
        ("TELEGRAM_TOKEN", "1:abc", "did you mean TELEGRAM_BOT_TOKEN?"),
        ("SLACK_BOT_TOKN", "xoxb-1", "did you mean SLACK_BOT_TOKEN?"),
        ("AIWORK_FROBNICATE", "1", "remove it, or see docs/settings.md"),
        ("DATABASE_URI", "sqlite:///x", "did you mean DATABASE_URL?"),
        ("AIWORK_SLACK_MANAGERS", "bob", "bob is no Slack user id; write anyone, admins, or ids"),
        ("AIWORK_PUBLIC_URL", "foo", "write the whole address, beginning with https://"),
        ("TELEGRAM_WEBHOOK_URL", "http://bot.example.com/t", "beginning with https://"),
        ("TELEGRAM_BOT_TOKEN", "hello", "has not the shape of a token"),
        ("SLACK_CLIENT_ID", "1.2", "set SLACK_MODE=http"),
        ("AIWORK_ZONE", "Atlantis", "Atlantis is no time zone"),
        ("AIWORK_LOG_LEVEL", "loud", "write one of DEBUG, INFO, WARNING or ERROR"),
        ("PORT", "eighty", "write a whole number"),
        ("AIWORK_LIMIT_PERSON", "-1", "write 0 or more"),
        ("AIWORK_ALLOW_NETWORK_FOLDER", "perhaps", "write true or false"),
    ],
)
def test_what_is_set_wrong_is_one_sentence_and_exit_code_2(
    name: str, value: str, said: str, tmp_path: Path
) -> None:
    for done in (
        aiwork(tmp_path, "config", **{name: value}),
        _with_env_file(tmp_path, f"{name}={value}\n"),
    ):
        assert done.returncode == 2
        assert said in done.stderr
        assert name in done.stderr
        assert "ydantic" not in done.stderr


def _with_env_file(folder: Path, text: str) -> Done:
    (folder / ".env").write_text(text, encoding="utf-8")
    return aiwork(folder, "config")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("langauge: en\n", "config/local.yaml: langauge is no setting; did you mean language?"),
        ("slack_bot_token: xoxb-1\n", "is a secret; keep it in .env"),
        ("SLACK_BOT_TOKEN: xoxb-1\n", "is a secret; keep it in .env"),
        ("colour: blue\n", "colour is no setting; remove it"),
    ],
)
def test_a_settings_file_is_held_to_the_same(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "local.yaml").write_text(text, encoding="utf-8")
    done = aiwork(tmp_path, "config")
    assert done.returncode == 2
    assert said in done.stderr
    assert "xoxb-1" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [("AIWORK_ZONE", "Tokyo", "Asia/Tokyo"), ("AIWORK_LOG_LEVEL", "info", "INFO")],
)
def test_settings_are_read_as_in_chat(name: str, value: str, shown: str, tmp_path: Path) -> None:
    done = aiwork(tmp_path, "config", **{name: value})
    assert done.returncode == 0
    assert f"{name}\t{shown}\tenvironment\t" in done.stdout  # a line each, to grep


def test_no_platform_and_nobody_to_talk_to_is_no_success(tmp_path: Path) -> None:
    done = aiwork(tmp_path, "run")
    assert done.returncode == 2
    assert "No platform's token is set" in done.stderr
    assert "SLACK_BOT_TOKEN" in done.stderr


def test_compose_and_the_bot_may_share_an_env_file(tmp_path: Path) -> None:
    assert _with_env_file(tmp_path, "POSTGRES_PASSWORD=x\nAIWORK_ZONE=Berlin\n").returncode == 0


def test_the_manifest_of_each_mode_is_what_slack_takes(tmp_path: Path) -> None:
    socket = yaml.safe_load(aiwork(tmp_path, "slack", "manifest").stdout)
    assert socket["settings"]["socket_mode_enabled"] is True
    done = aiwork(tmp_path, "slack", "manifest", "--url", "https://bot.example.com/")
    made = yaml.safe_load(done.stdout)
    settings, root = made["settings"], "https://bot.example.com/slack"
    assert settings["socket_mode_enabled"] is False
    assert settings["event_subscriptions"]["request_url"] == f"{root}/events"
    assert settings["interactivity"]["request_url"] == f"{root}/interactions"
    assert made["features"]["slash_commands"][0]["url"] == f"{root}/commands"
    assert made["oauth_config"]["redirect_urls"] == [f"{root}/oauth_redirect"]
    assert made["oauth_config"]["scopes"] == socket["oauth_config"]["scopes"]
    refused = aiwork(tmp_path, "slack", "manifest", "--url", "bot.example.com")
    assert refused.returncode == 2
    assert "beginning with https://" in refused.stderr


def test_commands_beside_a_service_say_which_database_they_read(tmp_path: Path) -> None:
    aiwork(tmp_path, "db", "upgrade", AIWORK_DATA_DIR="mine")
    done = aiwork(tmp_path, "db", "check", AIWORK_DATA_DIR="mine")
    assert f"the database {tmp_path / 'mine' / 'aiwork.db'} is sound" in done.stdout
