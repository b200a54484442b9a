"""Slack's refusals, in Slack's own words, and what each means to a sender."""

from __future__ import annotations

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.core.errors import Gone, Refused, RetryLater, SendError, Unknown

GONE = frozenset(
    {
        "account_inactive",
        "cannot_dm_bot",
        "channel_not_found",
        "invalid_auth",
        "is_archived",
        "messages_tab_disabled",
        "not_authed",
        "not_in_channel",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "user_disabled",
        "user_not_found",
    }
)
"""Nothing more can be said there until a person changes something."""

DEAD_TOKEN = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}
)
"""Those of them that are about our token rather than the chat."""

LATER = frozenset(
    {
        "accesslimited",
        "message_limit_exceeded",
        "rate_limited",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
"""Surely not done. `request_timeout` is Slack's name for a request that reached it truncated."""

DOUBTFUL = frozenset({"fatal_error", "internal_error"})
"""Slack says of both: "It's possible some aspect of the operation succeeded before the error was
raised." So they are never simply repeated."""

TRANSIENT = LATER | DOUBTFUL
"""Worth another try where doing it twice does no harm (a check at start, a ticket)."""

_NEVER_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ClientSSLError,
    aiohttp.ConnectionTimeoutError,
)


FAULTS = (SlackClientError, SendError, aiohttp.ClientError, TimeoutError, OSError, ValueError)
"""All that a call to Slack was seen to raise."""


def send_error(error: Exception) -> SendError:
    """What became of a message whose sending raised. An error that Slack may add tomorrow is
    `Refused`: that one message is not sent, and the chat stays as it is."""
    if isinstance(error, SendError):
        return error
    if isinstance(error, SlackApiError):
        return answered(name_of(error), _status(error), retry_after(error))
    if isinstance(error, _NEVER_SENT):
        return RetryLater(f"not connected ({type(error).__name__})")
    return Unknown(f"answer lost ({type(error).__name__})")


def answered(name: str, status: int, after: float | None) -> SendError:
    """What Slack's answer means: its error's name, the HTTP status, Retry-After."""
    if name in GONE:
        return Gone(name)
    if name in DOUBTFUL:
        return Unknown(name)
    if name in LATER or status == 429:
        return RetryLater(name, after)
    if status == 504 or name == "http_200":
        return Unknown(name)  # a gateway, or a body cut off, that hides what Slack answered
    return RetryLater(name, after) if status >= 500 else Refused(name)


def refused_for_good(error: Exception) -> bool:
    """Whether Slack refused a check at start or a ticket, rather than putting it off."""
    if not isinstance(error, SlackApiError):
        return False
    name = name_of(error)
    return name not in TRANSIENT and not name.startswith("http_") and _status(error) < 500


def name_of(error: SlackApiError) -> str:
    """Slack's name of the error, or the HTTP status (`http_502`) where the answer has none."""
    data = getattr(error.response, "data", None)
    name = data.get("error") if isinstance(data, dict) else None
    return str(name or f"http_{_status(error)}")


def retry_after(error: SlackApiError) -> float | None:
    """Seconds that Slack asks us to wait."""
    return parse_retry_after(getattr(error.response, "headers", {}).get("Retry-After"))


def parse_retry_after(value: str | None) -> float | None:
    """A Retry-After header's value; `None` for none, or one that is no number."""
    try:
        return max(0.0, float(value or ""))
    except ValueError:
        return None


def _status(error: SlackApiError) -> int:
    answer = error.response
    return int(getattr(answer, "status_code", 0) or getattr(answer, "status", 0))
