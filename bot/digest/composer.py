"""What delivery asks of the library; see `bot.core.ports.Compose`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

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

    def __init__(
        self,
        library: Callable[[], Library],
        words: Words,
        language: Language,
        ran_dry: Callable[[Iterable[str]], None] = lambda _: None,
    ) -> None:
        """`language` is spoken where a chat chose none; `ran_dry` is told the topics of a chat for
        which nothing is left on any of them."""
        self._library = library
        self._words = words
        self._language = language
        self._ran_dry = ran_dry

    def choose(self, request: DigestRequest) -> Sequence[str]:
        library = self._library()
        chosen = choose(library, _preferences(request), request.slot.date)
        if request.topics and not _own(library, chosen, request.topics):
            self._ran_dry(request.topics)
        return chosen

    def serves(self, items: Sequence[str]) -> bool:
        library = self._library()
        articles = set(map(item_id, library.articles.values()))
        return all(item in library.entries or item in articles for item in items)

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


def _own(library: Library, chosen: Sequence[str], topics: Sequence[str]) -> bool:
    """Whether an entry among the chosen items is on one of the topics; articles are no entries."""
    there = (library.entries[item] for item in chosen if item in library.entries)
    return any(not set(topics).isdisjoint(one.topics) for one in there)


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
