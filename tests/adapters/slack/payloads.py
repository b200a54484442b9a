"""Payloads as Slack sends them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.standin.slack import BOT_USER, TEAM, SlackStandIn

Json = dict[str, Any]


def slash(
    slack: SlackStandIn,
    text: str,
    *,
    user: str = "U0ANN",
    channel: str = "C0OPEN",
    name: str = "general",
) -> Json:
    return {
        "token": "verification",
        "team_id": TEAM,
        "team_domain": "acme",
        "channel_id": channel,
        "channel_name": name,
        "user_id": user,
        "user_name": "ann",
        "command": "/aiwork",
        "text": text,
        "api_app_id": "A0APP",
        "is_enterprise_install": "false",
        "response_url": slack.response_url(),
        "trigger_id": slack.trigger(),
    }


_events = iter(range(1, 1_000_000))


def happened(event: Json, *, event_id: str = "") -> Json:
    return {
        "token": "verification",
        "team_id": TEAM,
        "api_app_id": "A0APP",
        "event": event,
        "type": "event_callback",
        "event_id": event_id or f"Ev{next(_events):08d}",
        "event_time": 1_800_000_000,
        "authorizations": [
            {"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True}
        ],
    }


def _moment() -> str:
    """Slack's id of a message: no two in a channel have the same."""
    return f"1800000000.{next(_events):06d}"


def mention(text: str, *, user: str = "U0ANN", channel: str = "C0OPEN", **more: Any) -> Json:
    return {
        "type": "app_mention",
        "user": user,
        "text": text,
        "ts": _moment(),
        "channel": channel,
        "event_ts": _moment(),
        **more,
    }


def direct(text: str, *, user: str = "U0ANN", **more: Any) -> Json:
    return {
        "type": "message",
        "channel": "D0ANN",
        "channel_type": "im",
        "user": user,
        "text": text,
        "ts": _moment(),
        "event_ts": _moment(),
        **more,
    }


def pressed(
    slack: SlackStandIn,
    action: Json,
    *,
    user: str = "U0ANN",
    channel: str = "C0OPEN",
    name: str = "general",
    ephemeral: bool = True,
    view: Json | None = None,
    thread: str = "",
) -> Json:
    payload: Json = {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "acme"},
        "user": {"id": user, "username": "ann", "team_id": TEAM},
        "api_app_id": "A0APP",
        "trigger_id": slack.trigger(),
        "actions": [{"block_id": "b1", "action_ts": "1800000001.000001", **action}],
    }
    if view is not None:
        return {**payload, "container": {"type": "view", "view_id": view["id"]}, "view": view}
    message = {"ts": "1800000000.000300"} | ({"thread_ts": thread} if thread else {})
    return {
        **payload,
        "container": {
            "type": "message",
            "message_ts": "1800000000.000300",
            "channel_id": channel,
            "is_ephemeral": ephemeral,
        },
        "channel": {"id": channel, "name": name},
        "message": message,
        "response_url": slack.response_url(),
    }


def submitted(view: Json, values: Mapping[str, Json], slack: SlackStandIn, **more: Any) -> Json:
    state = {key: {"answer": value} for key, value in values.items()}
    return {
        "type": "view_submission",
        "team": {"id": TEAM, "domain": "acme"},
        "user": {"id": "U0ANN", "username": "ann", "team_id": TEAM},
        "api_app_id": "A0APP",
        "trigger_id": slack.trigger(),
        "view": {**view, "id": "V0", "hash": "h1", "state": {"values": state}},
        "response_urls": [],
        **more,
    }


def shortcut(slack: SlackStandIn, callback: str) -> Json:
    return {
        "type": "shortcut",
        "token": "verification",
        "action_ts": "1800000002.000001",
        "team": {"id": TEAM, "domain": "acme"},
        "user": {"id": "U0ANN", "username": "ann", "team_id": TEAM},
        "callback_id": callback,
        "trigger_id": slack.trigger(),
    }


def message_shortcut(slack: SlackStandIn, text: str) -> Json:
    return {
        **shortcut(slack, "find_quote"),
        "type": "message_action",
        "response_url": slack.response_url(),
        "message_ts": "1800000000.000100",
        "channel": {"id": "C0OPEN", "name": "general"},
        "message": {"type": "message", "user": "U0LI", "ts": "1800000000.000100", "text": text},
    }
