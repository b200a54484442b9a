"""What a process does for which platform: its role, and the adapters that the role needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pydantic import SecretStr
from starlette.routing import Route

from bot.adapters.common.rate_limit import RateLimit
from bot.core.language import Language
from bot.core.ports import Adapter
from bot.core.words import Words
from bot.settings import Settings

HALF_GRACE = 5.0
"""Seconds that running answers get at a stop: half of the ten that a supervisor waits, since the
deliveries before them have the other half."""


class Role(StrEnum):
    """What a process does: answer over HTTP, deliver and hold connections, or everything."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"


class Platform(Adapter, Protocol):
    """An adapter that says, too, when it had to end by itself (SettingsError), what it serves over
    HTTP, and when the platform last answered where it asks by itself."""

    @property
    def answered_at(self) -> float | None: ...

    async def watch(self) -> None: ...

    def routes(self) -> list[Route]: ...


@dataclass(frozen=True, slots=True)
class RunningPlatform:
    """An adapter at work. `sends` digests; `how` it hears commands, for the `ready` line ('' when
    it does not). `lock`: only one process may hear at a time, the others stand by."""

    adapter: Platform
    sends: bool
    how: str = ""
    lock: str = ""
    pages: tuple[Route, ...] = ()
    """Routes beside the adapter's own: Slack's install pages."""
    close: Callable[[], Awaitable[None]] | None = None
    """What is left to close when the adapter has stopped."""

    @property
    def name(self) -> str:
        """`telegram (polling)`, or the platform alone where nothing is heard."""
        return f"{self.adapter.name} ({self.how})" if self.how else self.adapter.name


class Spoken(Protocol):
    """The bot's sentences, and the language where nobody chose one."""

    @property
    def words(self) -> Words: ...

    @property
    def default_language(self) -> Language: ...


class Make(Protocol):
    def __call__(self, *, listens: bool) -> Platform: ...


def adapters_for(role: Role, make: Make, how: str, *, http: bool) -> Iterator[RunningPlatform]:
    """Over HTTP the web hears and workers send. A held connection lives in one worker at a time,
    so that there the hearing adapter is another one than the sending."""
    if role is Role.ALL:
        yield RunningPlatform(make(listens=True), sends=True, how=how)
    elif role is Role.WEB and http:
        yield RunningPlatform(make(listens=True), sends=False, how=how)
    elif role is Role.WORKER:
        yield RunningPlatform(make(listens=False), sends=True)
        if not http:
            hearing = make(listens=True)
            yield RunningPlatform(hearing, sends=False, how=how, lock=hearing.name)


def rate_limit(settings: Settings) -> RateLimit:
    """How often people and rooms may ask on one platform."""
    return RateLimit(settings.limit_person, settings.limit_room)


def plain(secret: SecretStr | None) -> str:
    """What a secret holds; nothing when it is not set."""
    return secret.get_secret_value() if secret else ""
