"""What Telegram knows about people and rooms; asked, and believed for a minute."""

from __future__ import annotations

from typing import Any

from telegram import ChatMember
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden

from bot.adapters.common.clock import Clock
from bot.adapters.common.log_once import LogOnce
from bot.adapters.common.recent import Recent
from bot.adapters.telegram.client import Api
from bot.adapters.telegram.errors import GONE, says, send_error
from bot.adapters.telegram.inbound import PLATFORM, Me
from bot.core.address import Address
from bot.core.command import Person
from bot.core.language import Language
from bot.core.words import Words

_BELIEVED = 60.0
"""Seconds for which an answer about rights holds: short, so that a new administrator need not
wait, and long enough for a person who changes several settings."""

_MOST = 10_000
"""Answers about rights remembered at a time; one that is forgotten is asked again."""


class Directory:
    """Answers the port's questions. Before `connect`, and while Telegram is away: the cautious
    answer."""

    can_be_silent = True

    def __init__(self, words: Words, language: Language, log_once: LogOnce, clock: Clock) -> None:
        self._words, self._language, self._log_once = words, language, log_once
        self._api: Api | None = None
        self._me = Me(0, "", ())
        self._statuses: Recent[tuple[str, str], str] = Recent(_MOST, _BELIEVED, clock.now)

    def connect(self, api: Api | None, me: Me) -> None:
        """From now on Telegram is asked; with `None` no more."""
        self._api, self._me = api, me

    async def may_manage(self, asker: Person, at: Address) -> bool:
        """In a private chat the person; in a group or channel its administrators, among them the
        anonymous one, who speaks as the chat itself."""
        if not at.room:
            return False
        if asker.id == at.room:
            return True
        if not _is_room(at.room):
            return False
        return await self._status(asker, at) in (ChatMember.OWNER, ChatMember.ADMINISTRATOR)

    async def zone_of(self, asker: Person) -> str | None:
        """Telegram knows nobody's time zone."""
        return None

    async def find_room(self, asker: Person, near: Address, name: str) -> Address | None:
        """A group or channel by its id or public name; never somebody's private chat."""
        wanted = name.removeprefix("https://t.me/").removeprefix("t.me/").lstrip("@")
        target: int | str = int(wanted) if _is_number(wanted) else f"@{wanted}"
        if not wanted or (isinstance(target, int) and target >= 0):
            return None
        chat = await self._ask("getChat", chat_id=target)
        if chat is None or chat["type"] == ChatType.PRIVATE:
            return None
        room = Address(PLATFORM, str(chat["id"]))
        return room if await self._is_in(asker, room) else None

    async def name_of(self, at: Address) -> str | None:
        """A room's title, or a person's first name."""
        if not _is_number(at.room):
            return None
        chat = await self._ask("getChat", chat_id=int(at.room))
        return (chat.get("title") or chat.get("first_name")) if chat else None

    async def ensure_can_post(self, at: Address) -> str | None:
        """A bot cannot join by itself; people must add it."""
        return await self.missing_to_post(at)

    async def missing_to_post(self, at: Address) -> str | None:
        if await self._can_post(at):
            return None
        return self._words.say("telegram.let_in", self._language, bot=f"@{self._me.username}")

    async def _is_in(self, asker: Person, at: Address) -> bool:
        """Whoever speaks as the room itself is in it, too."""
        gone = ("", ChatMember.LEFT, ChatMember.BANNED)
        return asker.id == at.room or await self._status(asker, at) not in gone

    async def _status(self, asker: Person, at: Address) -> str:
        """What the asker is in that room; '' when Telegram does not say. A restricted person who
        is not in the room any more counts as having left."""
        key = (asker.id, at.room)
        if (known := self._statuses.get(key)) is not None:
            return known
        member = await self._ask("getChatMember", chat_id=int(at.room), user_id=int(asker.id))
        if member is None:
            return ""
        status = str(member["status"])
        if status == ChatMember.RESTRICTED and not member.get("is_member"):
            status = ChatMember.LEFT
        self._statuses.put(key, status)
        return status

    async def _can_post(self, at: Address) -> bool:
        """Yes when Telegram is away: a send will tell."""
        if self._api is None or not _is_room(at.room):
            return True
        try:
            member = await self._api.call(
                "getChatMember", chat_id=int(at.room), user_id=self._me.id
            )
        except (Forbidden, BadRequest) as error:
            return not says(error, GONE)
        except Exception as error:  # noqa: BLE001 - whatever else: see the docstring
            self._note("getChatMember", error)
            return True
        return _may_post(member)

    async def _ask(self, method: str, **fields: object) -> dict[str, Any] | None:
        if self._api is None:
            return None
        try:
            answer = await self._api.call(method, **fields)
        except (BadRequest, Forbidden):
            return None
        except Exception as error:  # noqa: BLE001 - never raises because the platform is away
            self._note(method, error)
            return None
        self._log_once.end(method)
        return dict(answer)

    def _note(self, method: str, error: Exception) -> None:
        why = send_error(error, Address(PLATFORM, "")).why
        self._log_once.begin(method, f"{method}: {why}; taken as a no for now.")


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
