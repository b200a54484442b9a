"""What Slack knows of its rooms, and who may change their settings."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Set as AbstractSet
from typing import Any, Literal

from slack_sdk.errors import SlackApiError

from bot.adapters.slack.clients import Clients
from bot.adapters.slack.errors import FAULTS, name_of
from bot.adapters.slack.people import People
from bot.core.address import Address
from bot.core.command import Person

Managers = Literal["anyone", "admins"] | AbstractSet[str]
"""Who may change a channel's settings: any member, the workspace's admins, or these user ids."""

_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]+")
_PAGES = 10
"""Of 1,000 channels or members each: as far as anything is looked for."""

_LISTED = "public_channel,private_channel"
"""Of the private ones Slack tells those that the bot is in."""

_LIST_FRESH = 300.0
_SEEN = 50_000


class SlackHost:
    """The `Directory` port. Away, limited or refused: the cautious answer."""

    def __init__(
        self, clients: Clients, people: People, managers: Managers, *, may_join: bool
    ) -> None:
        self._clients, self._people = clients, people
        self._managers, self._may_join = managers, may_join
        self._seen: OrderedDict[tuple[str, Address], None] = OrderedDict()
        self._names: dict[str, tuple[float, dict[str, str]]] = {}
        self.joined: set[Address] = set()

    def saw(self, person: Person, at: Address) -> None:
        """That person spoke in that room, or chose it from their own rooms: they are in it."""
        self._seen[person.id, at] = None
        self._seen.move_to_end((person.id, at))
        if len(self._seen) > _SEEN:
            self._seen.popitem(last=False)

    async def may_manage(self, asker: Person, at: Address) -> bool:
        if asker.home == at:
            return True
        if not isinstance(self._managers, str):
            return asker.id in self._managers
        if self._managers == "admins":
            profile = await self._people.profile(asker)
            return bool(profile and profile.admin)
        return await self._is_member(asker, at)

    async def zone_of(self, asker: Person) -> str | None:
        profile = await self._people.profile(asker)
        return profile.zone if profile else None

    async def find_room(self, asker: Person, near: Address, name: str) -> Address | None:
        wanted = name.lstrip("@#")
        if not _CHANNEL_ID.fullmatch(wanted):
            wanted = await self._named(near.workspace, wanted)
            return near.in_room(wanted) if wanted else None
        room = near.in_room(wanted)
        if (asker.id, room) in self._seen or await self._info(room):
            return room
        return None

    async def name_of(self, at: Address) -> str | None:
        if not _CHANNEL_ID.fullmatch(at.room):
            profile = await self._people.profile(Person(at.room, at))
            return profile.name or None if profile else None
        name = (await self._info(at)).get("name")
        return f"#{name}" if name else None

    async def ensure_can_post(self, at: Address) -> str | None:
        installation = await self._clients.installation(at.workspace)
        invite = f"/invite @{installation.bot_name if installation else 'aiwork'}"
        if not _CHANNEL_ID.fullmatch(at.room):
            return None
        info = await self._info(at)
        if info.get("is_member"):
            return None
        if not info or info.get("is_private") or info.get("is_archived") or not self._may_join:
            return invite
        self.joined.add(at)
        if await self._call(at.workspace, "conversations_join", channel=at.room):
            return None
        self.joined.discard(at)
        return invite

    async def _is_member(self, asker: Person, at: Address) -> bool:
        if (asker.id, at) in self._seen:
            return True
        info = await self._info(at)
        if not info.get("is_private"):
            return bool(info)
        async for page in self._pages("conversations_members", at.workspace, channel=at.room):
            if asker.id in page.get("members", ()):
                return True
        return False

    async def _named(self, team: str, name: str) -> str:
        at, names = self._names.get(team, (0.0, {}))
        if not names or time.monotonic() - at > _LIST_FRESH:
            names = {}
            wanted = {"types": _LISTED, "exclude_archived": True}
            async for page in self._pages("conversations_list", team, **wanted):
                names |= {c["name"]: c["id"] for c in page.get("channels", ())}
            self._names[team] = time.monotonic(), names
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
            client = await self._clients.of(team)
            return dict((await getattr(client, method)(**arguments)).data)
        except SlackApiError as error:
            self._clients.troubles.began(method, f"Slack refuses {method}: {name_of(error)}")
        except FAULTS as error:
            self._clients.troubles.began(
                method, f"Slack does not answer {method} ({type(error).__name__}); trying again"
            )
        return {}
