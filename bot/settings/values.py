"""Which values settings take, and the sentences for those they do not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.core.address import Address

_PERSON = re.compile(r"(?:[TE][A-Z0-9]+/)?[UW][A-Z0-9]+")
_TELEGRAM_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{3,}")
_CHATS = {
    "telegram": re.compile(r"(?P<room>-?\d{1,20})(?:/(?P<thread>\d{1,20}))?"),
    "slack": re.compile(r"(?:(?P<team>[TE][A-Z0-9]+)/)?(?P<room>[CDGUW][A-Z0-9]+)"),
}
"""A forum's topic stands behind its group, a workspace before its channel or person."""
_TOKEN = 16
"""Characters of an MCP token that nobody guesses at the pace that is allowed."""
_LOCAL = ("localhost", "127.0.0.1", "::1")


def known_zone(zone: str) -> str:
    """An IANA name, or a city as in chat: `Tokyo` is Asia/Tokyo."""
    from zoneinfo import available_timezones

    if zone in available_timezones():
        return zone
    from bot.commands.parse_zone import find_zone

    found = find_zone(zone)
    if found is None:
        raise ValueError(f"{zone} is no time zone; write a city or a name such as Asia/Shanghai")
    return found


def people_or_roles(managers: str) -> str:
    """`anyone`, `admins`, or Slack's ids of people with commas."""
    if managers in ("anyone", "admins"):
        return managers
    wrong = [one for one in managers.split(",") if not _PERSON.fullmatch(one.strip())]
    if wrong:
        raise ValueError(
            f"{wrong[0].strip() or 'nothing'} is no Slack user id; write anyone, admins, or ids"
            " such as U024BE7LH (a person's profile, Copy member ID)"
        )
    return managers


def chats(text: str) -> tuple[Address, ...]:
    """Chats of operators, with commas: `telegram:123`, `slack:C042`, `slack:T0/C042`."""
    return tuple(_chat(one.strip()) for one in text.split(",") if one.strip())


def _chat(text: str) -> Address:
    platform, _, rest = text.partition(":")
    shape = _CHATS.get(platform)
    if shape is None or not (found := shape.fullmatch(rest)):
        raise ValueError(
            f"{text[:80]} is no chat; write telegram: and a numeric id, or slack: and an id such as"
            " C024BE91L (channel details, at the bottom), with commas between"
        )
    given = found.groupdict("")
    return Address(platform, given["room"], given.get("team", ""), given.get("thread", ""))


def https_address(address: str) -> str:
    """A whole https address; http on this machine alone, for tests."""
    parts = urlsplit(address)
    local = parts.scheme == "http" and parts.hostname in _LOCAL
    if not parts.hostname or (parts.scheme != "https" and not local):
        raise ValueError("write the whole address, beginning with https://")
    return address


def web_address(text: str) -> str:
    """An address of http or https, without the fragment that no server sees."""
    parts = urlsplit(text.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError("write a whole address, such as https://files.example.com/edition.zip")
    return parts._replace(fragment="").geturl()


def long_tokens(tokens: str) -> None:
    """Raises ValueError unless each of these tokens, with commas, is long enough, and ASCII."""
    if any(len(one.strip()) < _TOKEN or not one.isascii() for one in tokens.split(",")):
        raise ValueError(
            f"a token has {_TOKEN} ASCII characters or more; make one with openssl rand -hex 24"
        )


def is_telegram_token(token: str) -> bool:
    return _TELEGRAM_TOKEN.fullmatch(token) is not None


def wrong_value(problem: Mapping[str, Any]) -> str:
    """What to write instead; never what was written where that may be a secret."""
    context = problem.get("ctx", {})
    match problem["type"]:
        case "literal_error":
            return f"write one of {context['expected'].replace(chr(39), '')}"
        case "int_parsing" | "int_type" | "int_from_float":
            return "write a whole number"
        case "bool_parsing" | "bool_type":
            return "write true or false"
        case "greater_than_equal":
            return f"write {context['ge']} or more"
        case "less_than_equal":
            return f"write {context['le']} or less"
        case "string_type":
            return "write a text, in quotation marks where it is all digits"
        case _:
            return str(problem["msg"]).removeprefix("Value error, ")
