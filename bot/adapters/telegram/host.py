"""What Telegram knows about people and rooms; asked, and believed for a minute."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from telegram import ChatMember
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden

from bot.adapters.telegram.client import Api
from bot.adapters.telegram.errors import GONE, says, send_error
from bot.adapters.telegram.receive import PLATFORM
from bot.adapters.telegram.trouble import Clock, Trouble
from bot.core.address import Address
from bot.core.command import Person

T = TypeVar("T")

_BELIEVED = 60.0
"""Seconds for which an answer about rights holds: short, so that a new administrator need not
wait, and long enough for a person who changes several settings."""

_MOST = 10_000


class Directory:
    """Answers the port's questions; gives the cautious answer when Telegram is away."""

    def __init__(self, api: Api, trouble: Trouble, clock: Clock) -> None:
        self._api = api
        self._trouble = trouble
        self._clock = clock
        self._managers: dict[tuple[str, str], tuple[float, bool]] = {}

    async def may_manage(self, asker: Person, at: Address) -> bool:
        """In a private chat the person; in a group or channel its administrators, among them the
        anonymous one, who speaks as the chat itself."""
        if not at.room:
            return False
        if asker.id == at.room:
            return True
        if not _is_room(at.room):
            return False
        key = (asker.id, at.room)
        until, known = self._managers.get(key, (0.0, False))
        if until > self._clock.now():
            return known
        member = await self._ask("getChatMember", lambda: self._member(at, int(asker.id)))
        if member is None:
            return False
        self._believe(key, member["status"] in (ChatMember.OWNER, ChatMember.ADMINISTRATOR))
        return self._managers[key][1]

    async def find_room(self, name: str) -> Address | None:
        """A group or channel by its id or public name; never somebody's private chat."""
        wanted = name.removeprefix("https://t.me/").removeprefix("t.me/").lstrip("@")
        target: int | str = int(wanted) if _is_number(wanted) else f"@{wanted}"
        if not wanted or (isinstance(target, int) and target >= 0):
            return None
        chat = await self._ask("getChat", lambda: self._api.call("getChat", chat_id=target))
        if chat is None or chat["type"] == ChatType.PRIVATE:
            return None
        return Address(PLATFORM, str(chat["id"]))

    async def name_of(self, at: Address) -> str | None:
        """A room's title, or a person's first name."""
        if not _is_number(at.room):
            return None
        room = int(at.room)
        chat = await self._ask("getChat", lambda: self._api.call("getChat", chat_id=room))
        return (chat.get("title") or chat.get("first_name")) if chat else None

    async def can_post(self, at: Address, me: int) -> bool:
        """Whether the bot may write there. Yes when Telegram is away: a send will tell."""
        if not _is_room(at.room):
            return True
        try:
            member = await self._member(at, me)
        except (Forbidden, BadRequest) as error:
            return not says(error, GONE)
        except Exception as error:  # noqa: BLE001  whatever else: see the docstring
            self._note("getChatMember", error)
            return True
        return _may_post(member)

    async def _member(self, at: Address, user: int) -> dict[str, Any]:
        member = await self._api.call("getChatMember", chat_id=int(at.room), user_id=user)
        return dict(member)

    async def _ask(self, method: str, call: Callable[[], Awaitable[T]]) -> T | None:
        try:
            answer = await call()
        except (BadRequest, Forbidden):
            return None
        except Exception as error:  # noqa: BLE001  never raises because the platform is away
            self._note(method, error)
            return None
        self._trouble.over(method)
        return answer

    def _note(self, method: str, error: Exception) -> None:
        why = send_error(error, Address(PLATFORM, "")).why
        self._trouble.begins(method, f"telegram: {method}: {why}; taken as a no for now.")

    def _believe(self, key: tuple[str, str], manages: bool) -> None:
        if len(self._managers) >= _MOST:
            self._managers.clear()
        self._managers[key] = (self._clock.now() + _BELIEVED, manages)


def _may_post(member: dict[str, Any]) -> bool:
    match member["status"]:
        case ChatMember.ADMINISTRATOR:
            return member.get("can_post_messages") is not False  # no such right in groups
        case ChatMember.RESTRICTED:
            return bool(member.get("is_member") and member.get("can_send_messages"))
        case status:
            return status in (ChatMember.OWNER, ChatMember.MEMBER)


def _is_number(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdigit() and len(text) < 20


def _is_room(room: str) -> bool:
    """Groups and channels have negative ids."""
    return _is_number(room) and room.startswith("-")
