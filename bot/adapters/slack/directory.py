"""What Slack knows of its people and rooms, and who may change a room's settings."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any, Literal

from slack_sdk.errors import SlackApiError

from bot.adapters.common.log_once import LogOnce
from bot.adapters.common.recent import Recent
from bot.adapters.common.tasks import Tasks
from bot.adapters.slack.client import Client
from bot.adapters.slack.errors import FAULTS, name_of, send_error
from bot.adapters.slack.targets import (
    FormModal,
    InRoom,
    NewModal,
    ShareModal,
    Submission,
    Target,
)
from bot.core.address import Address
from bot.core.command import Command, Person
from bot.core.errors import RetryLater
from bot.core.language import language_of

FRESH_SECONDS = 600.0
"""Seconds for which a profile is believed: somebody who flies changes their zone rarely."""

KNOWN_PROFILES = 10_000
"""People remembered; users.info allows about a hundred calls a minute in each workspace."""


@dataclass(frozen=True, slots=True)
class Profile:
    locale: str | None = None
    zone: str | None = None
    admin: bool = False
    name: str = ""
    outside: bool = False
    """A guest, or somebody of another organisation in a shared channel."""


FetchUser = Callable[[Person], Awaitable[dict[str, Any]]]


class Profiles:
    """Asked once in a while, never waited for long; `ask` is users.info."""

    def __init__(self, ask: FetchUser, tasks: Tasks, log_once: LogOnce) -> None:
        self._ask, self._tasks, self._log_once = ask, tasks, log_once
        self._known: Recent[Address | None, Profile] = Recent(KNOWN_PROFILES, FRESH_SECONDS)
        self._asking: dict[Address | None, asyncio.Task[Profile | None]] = {}
        self._silent_until = 0.0

    async def of(self, person: Person, patience: float = 5.0) -> Profile | None:
        """What is known of them, `None` when Slack does not say within `patience` seconds."""
        if (found := self._known.get(person.home)) or time.monotonic() < self._silent_until:
            return found
        task = self._asking.get(person.home)
        if task is None:
            task = self._asking[person.home] = self._tasks.start(self._fetch(person))
        done, _ = await asyncio.wait({task}, timeout=patience)
        return task.result() if done and not task.cancelled() else None

    async def _fetch(self, person: Person) -> Profile | None:
        try:
            user = await self._ask(person)
        except FAULTS as error:
            self._failed(error)
            return None
        finally:
            self._asking.pop(person.home, None)
        self._log_once.end("users.info", "Slack tells about its people again")
        profile = Profile(
            user.get("locale") or None,
            user.get("tz") or None,
            bool(user.get("is_admin") or user.get("is_owner")),
            user.get("real_name") or user.get("name") or "",
            _is_outside(user, person.home.workspace if person.home else ""),
        )
        self._known.put(person.home, profile)
        return profile

    def _failed(self, error: Exception) -> None:
        reason = send_error(error)
        if isinstance(reason, RetryLater):
            self._silent_until = time.monotonic() + (reason.after or 5.0)
        self._log_once.begin(
            "users.info",
            f"Slack does not tell about its people ({reason.why}); "
            "languages and time zones are guessed until it does",
        )


def _is_outside(user: dict[str, Any], workspace: str) -> bool:
    guest = user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_stranger")
    team, grid = user.get("team_id"), (user.get("enterprise_user") or {}).get("teams") or ()
    return bool(guest or (team and team != workspace and workspace not in grid))


Managers = Literal["anyone", "admins"] | AbstractSet[str]
"""Who may change a channel's settings: any member, the workspace's admins, or these user ids. Of
guests and of people of other organisations (Slack Connect) those alone who are named."""

_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]+")
_PAGES = 10
"""Of 1,000 channels or members each: as far as anything is looked for."""

_LISTED = "public_channel,private_channel"
"""Of the private ones Slack tells those that the bot is in."""

_LIST_FRESH = 300.0
"""Seconds for which a workspace's channels are believed: new ones are rare, and the list costs a
call for each thousand."""

_LISTS = 200
"""Workspaces whose channels are remembered, some 100 kB each."""

_SEEN_SECONDS = 60.0
"""For so long somebody who spoke in a room counts as being in it; who was removed from it must
not go on reading and changing its settings."""

_SEEN = 50_000
"""Who was seen where, 10 MB of it; what is forgotten is asked of Slack again."""

PATIENT = 1.5
"""Seconds that an answer waits for the asker's language, asked of Slack once in a while."""

HURRIED = 0.3
"""The same where a trigger id runs out three seconds after the press."""


class Directory:
    """Away, limited or refused: the cautious answer."""

    can_be_silent = False

    def __init__(
        self,
        client: Client,
        profiles: Profiles,
        joins: Recent[Address, bool],
        managers: Managers,
        log_once: LogOnce,
        *,
        may_join: bool,
        single: bool = True,
    ) -> None:
        """`joins` gets the rooms that the bot enters by itself. Where it serves more than a
        `single` workspace, an id among the managers stands behind its workspace's (`T0/U0`):
        ids of people are unique in their workspace alone."""
        self._single = single
        self._client, self._profiles, self._joins = client, profiles, joins
        self._managers, self._may_join, self._log_once = managers, may_join, log_once
        self._seen: Recent[tuple[str, Address], bool] = Recent(_SEEN, _SEEN_SECONDS)
        self._channels: Recent[str, dict[str, str]] = Recent(_LISTS, _LIST_FRESH)

    def saw(self, command: Command, room: Address) -> None:
        """The asker spoke in that room, or chose it from their own rooms: they are in it."""
        self._seen.put((command.asker.id, room), True)

    async def localize(self, command: Command, target: Target) -> Command:
        """The command with its asker's language. What must open a modal before its trigger id
        runs out hardly waits for it; a welcome speaks the language of the house."""
        if isinstance(target, InRoom) and target.welcome:
            return command
        hurried = isinstance(target, NewModal | FormModal | ShareModal | Submission)
        profile = await self._profiles.of(command.asker, HURRIED if hurried else PATIENT)
        language = language_of(profile.locale) if profile else None
        return replace(command, language=language.value if language else None)

    async def may_manage(self, asker: Person, at: Address) -> bool:
        if asker.home == at:
            return True
        if not isinstance(self._managers, str):
            named = self._managers & {asker.id, f"{at.workspace}/{asker.id}"}
            return bool(named if self._single else named - {asker.id})
        profile = await self._profiles.of(asker)
        if profile and profile.outside:
            return False
        if self._managers == "admins":
            return bool(profile and profile.admin)
        return await self._is_member(asker, at)

    async def zone_of(self, asker: Person) -> str | None:
        profile = await self._profiles.of(asker)
        return profile.zone if profile else None

    async def find_room(self, asker: Person, near: Address, name: str) -> Address | None:
        wanted = name.lstrip("@#")
        if not _CHANNEL_ID.fullmatch(wanted):
            wanted = await self._named(near.workspace, wanted)
        if not wanted:
            return None
        room = near.in_room(wanted)
        return room if await self._is_member(asker, room) else None

    async def name_of(self, at: Address) -> str | None:
        if not _CHANNEL_ID.fullmatch(at.room):
            profile = await self._profiles.of(Person(at.room, at))
            return profile.name or None if profile else None
        name = (await self._info(at)).get("name")
        return f"#{name}" if name else None

    async def missing_to_post(self, at: Address) -> str | None:
        if not _CHANNEL_ID.fullmatch(at.room):
            return None
        info = await self._info(at)
        here = info.get("is_member") or self._may_enter(info)
        return None if here else await self._invitation(at)

    async def _invitation(self, at: Address) -> str:
        installation = await self._client.installations.of(at.workspace)
        return f"/invite @{installation.bot_name if installation else 'aiwork'}"

    async def ensure_can_post(self, at: Address) -> str | None:
        if not _CHANNEL_ID.fullmatch(at.room):
            return None
        invite = await self._invitation(at)
        info = await self._info(at)
        if info.get("is_member"):
            return None
        if not self._may_enter(info):
            return invite
        self._joins.put(at, True)
        if await self._call(at.workspace, "conversations_join", channel=at.room):
            return None
        self._joins.pop(at)
        return invite

    def _may_enter(self, info: dict[str, Any]) -> bool:
        closed = info.get("is_private") or info.get("is_archived")
        return bool(info) and not closed and self._may_join

    async def _is_member(self, asker: Person, at: Address) -> bool:
        if (asker.id, at) in self._seen:
            return True
        info = await self._info(at)
        profile = await self._profiles.of(asker)
        if not info.get("is_private") and not (profile and profile.outside):
            return bool(info)
        async for page in self._pages("conversations_members", at.workspace, channel=at.room):
            if asker.id in page.get("members", ()):
                return True
        return False

    async def _named(self, team: str, name: str) -> str:
        names = self._channels.get(team)
        if not names:
            names = {}
            wanted = {"types": _LISTED, "exclude_archived": True}
            async for page in self._pages("conversations_list", team, **wanted):
                names |= {c["name"]: c["id"] for c in page.get("channels", ())}
            self._channels.put(team, names)
        return names.get(name.lower(), "")

    async def _info(self, at: Address) -> dict[str, Any]:
        answer = await self._call(at.workspace, "conversations_info", channel=at.room)
        return dict(answer.get("channel") or {})

    async def _pages(self, method: str, team: str, **arguments: Any) -> Any:
        cursor = ""
        for _ in range(_PAGES):
            page = await self._call(team, method, limit=1000, cursor=cursor or None, **arguments)
            yield page
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    async def _call(self, team: str, method: str, **arguments: Any) -> dict[str, Any]:
        """The answer, empty when there is none: every caller then takes the careful way."""
        try:
            client = await self._client.of(team)
            return dict((await getattr(client, method)(**arguments)).data)
        except SlackApiError as error:
            self._log_once.begin(method, f"Slack refuses {method}: {name_of(error)}")
        except FAULTS as error:
            self._log_once.begin(
                method, f"Slack does not answer {method} ({type(error).__name__}); trying again"
            )
        return {}
