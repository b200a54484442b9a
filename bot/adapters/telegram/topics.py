"""A forum topic is gone or closed: an administrator hears of it, the group is not left."""

from __future__ import annotations

from telegram import ChatMember
from telegram.error import TelegramError

from bot.adapters.telegram.client import Api
from bot.adapters.telegram.happenings import Where
from bot.adapters.telegram.html import plain
from bot.adapters.telegram.speak import send
from bot.core.address import Address
from bot.core.language import Language
from bot.core.words import Words

_MOST = 1000


class TopicNews:
    """Tells the first administrator who can be reached in private, else the group; once per
    topic and process."""

    def __init__(self, api: Api, words: Words) -> None:
        self._api = api
        self._words = words
        self._told: set[Address] = set()

    async def gone(self, at: Address) -> None:
        """Never raises."""
        if at in self._told or len(self._told) >= _MOST:
            return
        self._told.add(at)
        try:
            text = await self._sentence(int(at.room))
            for person in await self._administrators(int(at.room)):
                if await self._tell(person, text):
                    return
            await self._tell(int(at.room), text)
        except (TelegramError, ValueError, KeyError):
            self._told.discard(at)  # the next digest tries again

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
            await send(self._api, Where(chat), text)
        except TelegramError:
            return False
        return True
