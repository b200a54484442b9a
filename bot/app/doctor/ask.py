"""One question to a platform, and its clock. What goes out may hold a token; nothing of it ever
comes back in an error."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import aiohttp

from bot.app.doctor.findings import Finding, Trouble, found

T = TypeVar("T")

SECONDS = 4.0
"""For each answer: whoever looks for what is wrong does not wait for a platform that is away."""

DRIFT_SECONDS = 60
"""Slack refuses what is 300 seconds off, so that a fifth of it is worth a word in time."""

MOST_ROOMS = 100
"""Rooms that are asked about; both platforms allow some 50 such questions a minute at the least,
and answer more in a burst."""

AT_ONCE = 8


class PlatformAway(Exception):
    """No answer that means anything; the reason is free of addresses and tokens."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` by their names in small letters."""

    body: dict[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


async def collect(
    platform: str, look: Callable[[aiohttp.ClientSession], AsyncIterator[Finding]]
) -> list[Finding]:
    """What `look` finds; when the platform goes away meanwhile, what was found before that and so
    much."""
    findings: list[Finding] = []
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as opened:
            async for one in look(opened):
                findings.append(one)  # noqa: PERF401 - what was found stays when the rest fails
    except PlatformAway as error:
        findings.append(found(Trouble.UNREACHABLE, platform=platform, why=error))
    return findings


async def ask(opened: aiohttp.ClientSession, url: str, token: str = "", **fields: str) -> Answer:
    """Raises PlatformAway unless the platform answers with a JSON object."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        async with opened.post(url, data=fields, headers=headers) as response:
            body = await response.json(content_type=None)
            if not isinstance(body, dict):
                raise PlatformAway(f"HTTP {response.status}")
            return Answer(body, {name.lower(): value for name, value in response.headers.items()})
    except TimeoutError:
        raise PlatformAway(f"no answer within {SECONDS:.0f} s") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise PlatformAway(type(error).__name__) from None


def check_clock(platform: str, answer: Answer, now: Callable[[], datetime]) -> Iterator[Finding]:
    try:
        theirs = parsedate_to_datetime(answer.headers.get("date", ""))
        drift = round((now() - theirs).total_seconds())
    except (TypeError, ValueError):
        return
    if abs(drift) > DRIFT_SECONDS:
        yield found(Trouble.CLOCK, platform=platform, seconds=f"{drift:+d}")


async def each(rooms: Sequence[T], look: Callable[[T], Any], platform: str) -> list[Finding]:
    """Findings of the first rooms, a few asked at once."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(room: T) -> Finding | None:
        async with turn:
            result: Finding | None = await look(room)
            return result

    answers = await asyncio.gather(*map(one, rooms[:MOST_ROOMS]))
    findings = [answer for answer in answers if answer]
    if (left := len(rooms) - MOST_ROOMS) > 0:
        findings.append(found(Trouble.ROOMS_LEFT, platform=platform, count=left))
    return findings
