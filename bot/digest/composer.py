"""What delivery asks of the library; see `bot.core.ports.Compose`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.core.chats import Cadence
from bot.core.command import RoomKind
from bot.core.language import Language
from bot.core.ports import DigestRequest
from bot.core.reply import Reply
from bot.core.words import Voice, Words
from bot.digest.choose import DigestPreferences, choose
from bot.digest.render import render
from bot.library.documents import item_id
from bot.library.library import Library


class Composer:
    """Digests from whatever edition of the library is current."""

    def __init__(self, library: Callable[[], Library], words: Words, language: Language) -> None:
        """`language` is spoken where a chat chose none."""
        self._library = library
        self._words = words
        self._language = language

    def choose(self, request: DigestRequest) -> Sequence[str]:
        return choose(self._library(), _preferences(request), request.slot.date)

    def serves(self, items: Sequence[str]) -> bool:
        library = self._library()
        held = (library.quotes, library.facts, library.articles)
        return set(items) <= {item_id(one) for some in held for one in some.values()}

    def render(self, items: Sequence[str], request: DigestRequest) -> Reply:
        voice = Voice(self._words, request.chat.language or self._language)
        reply = render(
            self._library(),
            items,
            voice,
            request.slot.date,
            _preferences(request),
            chat="" if request.chat.kind is RoomKind.DM else "@here",
        )
        if reply is None:
            raise LookupError("none of the items is in the library any more")
        return reply


def _preferences(request: DigestRequest) -> DigestPreferences:
    return DigestPreferences(
        topics=request.topics,
        seen=request.seen,
        weekly=request.cadence is Cadence.WEEKLY,
        only=request.chat.only,
        hidden=request.hidden,
        saved=request.saved,
        reactions=request.chat.reactions,
    )
