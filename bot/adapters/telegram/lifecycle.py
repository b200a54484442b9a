"""What becomes of Telegram's chats: groups that get a new id, forum topics that are gone."""

from __future__ import annotations

from telegram import ChatMember
from telegram.error import TelegramError

from bot.adapters.common.clock import Clock
from bot.adapters.common.lifecycle import RoomLifecycle
from bot.adapters.common.log_once import LogOnce
from bot.adapters.common.recent import Recent
from bot.adapters.telegram.client import Api, send
from bot.adapters.telegram.html import plain
from bot.adapters.telegram.targets import Target
from bot.core.address import Address
from bot.core.language import Language
from bot.core.ports import ChatLifecycle
from bot.core.words import Words

_MOST = 1000
"""Topics and moved groups remembered; one that is forgotten is told or welcomed once more."""


class Lifecycle(RoomLifecycle):
    """Of a forum topic that is deleted or closed the first administrator who can be reached in
    private hears, else the group; once per topic and process. The group is not left."""

    def __init__(
        self, chats: ChatLifecycle, api: Api, words: Words, log_once: LogOnce, clock: Clock
    ) -> None:
        super().__init__(chats, log_once, clock)
        self._api, self._words = api, words
        self._told: Recent[Address, None] = Recent(_MOST)
        self._moved: Recent[str, None] = Recent(_MOST)

    async def moved(self, old: Address, new: Address) -> None:
        self._moved.put(new.room, None)
        await super().moved(old, new)

    async def joined(self, at: Address) -> bool:
        """The same group under a new id has been welcomed."""
        await super().joined(at)
        return at.room not in self._moved

    async def tell_topic_gone(self, at: Address) -> None:
        """Never raises."""
        if at in self._told:
            return
        self._told.put(at, None)
        try:
            text = await self._sentence(int(at.room))
            for person in await self._administrators(int(at.room)):
                if await self._tell(person, text):
                    return
            await self._tell(int(at.room), text)
        except (TelegramError, ValueError, KeyError):
            self._told.pop(at)  # the next digest tries again

    async def _sentence(self, room: int) -> str:
        """In both languages: which one the administrator reads is not known here."""
        title = (await self._api.call("getChat", chat_id=room)).get("title") or str(room)
        return plain(self._words.say("telegram.topic_gone", Language.BOTH, title=title)).markup

    async def _administrators(self, room: int) -> list[int]:
        """People, the owner first."""
        members = await self._api.call("getChatAdministrators", chat_id=room)
        people = [member for member in members if not member["user"]["is_bot"]]
        people.sort(key=lambda member: bool(member["status"] != ChatMember.OWNER))
        return [int(member["user"]["id"]) for member in people]

    async def _tell(self, chat: int, text: str) -> bool:
        try:
            await send(self._api, Target(chat), text)
        except TelegramError:
            return False
        return True
