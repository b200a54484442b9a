"""`aiwork slack`: what is entered at Slack."""

from __future__ import annotations

from typing import Any

import click
import yaml

from bot.app.services import folder
from bot.cli.common import sentences
from bot.core.errors import SettingsError
from bot.settings.values import https_address


@click.group()
def slack() -> None:
    """What is entered at Slack."""


@slack.command()
@click.option("--url", help="Public https address of the bot: a manifest for HTTP mode.")
@sentences
def manifest(url: str | None) -> None:
    """Print the app manifest: for Socket Mode, or with --url for HTTP (SLACK_MODE=http).

    Paste it at api.slack.com/apps, Create New App, From a manifest.
    """
    text = (folder("config") / "slack-manifest.yaml").read_text(encoding="utf-8")
    if url is None:
        click.echo(text, nl=False)
        return
    try:
        root = https_address(url).rstrip("/")
    except ValueError as error:
        raise SettingsError([f"--url: {error}"]) from None
    made = _over_http(yaml.safe_load(text), root)
    click.echo(yaml.safe_dump(made, sort_keys=False, allow_unicode=True, width=100), nl=False)


def _over_http(manifest: dict[str, Any], root: str) -> dict[str, Any]:
    """The same app with its request addresses; Slack refuses one without when Socket Mode is
    off."""
    from bot.adapters.slack.oauth.install import REDIRECT
    from bot.adapters.slack.webhook import COMMANDS, EVENTS, INTERACTIONS

    for command in manifest["features"]["slash_commands"]:
        command["url"] = f"{root}{COMMANDS}"
    manifest["oauth_config"]["redirect_urls"] = [f"{root}{REDIRECT}"]
    settings = manifest["settings"]
    settings["event_subscriptions"] = {
        "request_url": f"{root}{EVENTS}", **settings["event_subscriptions"]
    }  # fmt: skip
    settings["interactivity"]["request_url"] = f"{root}{INTERACTIONS}"
    settings["socket_mode_enabled"] = False
    return manifest
