"""The manifest asks for what the code uses, no more and no less."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.adapters.slack.inbound import FIND_QUOTE, QUOTE_OF_THE_DAY
from bot.adapters.slack.lifecycle import LIFECYCLE_EVENTS
from bot.adapters.slack.oauth.check import OPTIONAL_SCOPES, SCOPES
from tests.adapters.slack.kit import running

PATH = Path(__file__).parents[3] / "config" / "slack-manifest.yaml"

EVENTS = {"app_home_opened", "app_mention", "message.im"}


@pytest.fixture(scope="module")
def manifest() -> Any:
    return yaml.safe_load(PATH.read_text(encoding="utf-8"))


def test_the_scopes_are_those_that_the_adapter_checks_and_each_has_its_reason(
    manifest: Any,
) -> None:
    scopes = manifest["oauth_config"]["scopes"]["bot"]
    assert scopes == sorted(SCOPES | OPTIONAL_SCOPES)
    assert manifest["oauth_config"]["scopes"]["bot_optional"] == sorted(OPTIONAL_SCOPES)
    lines = PATH.read_text(encoding="utf-8").splitlines()
    for scope in scopes:
        line = next(line for line in lines if line.strip().startswith(f"- {scope}"))
        assert " # " in line


def test_every_event_that_is_heard_is_subscribed_to(manifest: Any) -> None:
    subscribed = set(manifest["settings"]["event_subscriptions"]["bot_events"])
    assert subscribed == EVENTS | LIFECYCLE_EVENTS


def test_the_shortcuts_have_the_callback_ids_that_are_listened_to(manifest: Any) -> None:
    ids = {shortcut["callback_id"] for shortcut in manifest["features"]["shortcuts"]}
    assert ids == {FIND_QUOTE, QUOTE_OF_THE_DAY}


async def test_commands_are_shown_as_the_manifest_names_them(manifest: Any) -> None:
    (command,) = manifest["features"]["slash_commands"]
    async with running() as world:
        await world.slash("ping")
        assert world.adapter.show(world.handle.asked[0].line) == f"{command['command']} ping"
