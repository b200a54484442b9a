"""What delivery asks of whoever composes digests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.chats import Cadence, Chat, Slot
from bot.core.reply import Reply


@dataclass(frozen=True, slots=True)
class Occasion:
    """One digest that is about to be said: to whom, for which local day, about which topics
    (none means everything), and what that chat has seen and when (this digest's own items are
    not among it)."""

    chat: Chat
    slot: Slot
    cadence: Cadence
    zone: str
    topics: tuple[str, ...]
    seen: Mapping[str, datetime]


class Compose(Protocol):
    """Items are named by strings of at most 160 characters that mean nothing to delivery."""

    def choose(self, occasion: Occasion) -> Sequence[str]:
        """What to bring, in order; nothing when there is nothing to say (the digest is `quiet`).
        Asked once for a digest, and again only when something chosen was withdrawn since."""
        ...

    def serves(self, items: Sequence[str]) -> bool:
        """Whether all of these may still be shown; `False` when one has been withdrawn."""
        ...

    def render(self, items: Sequence[str], occasion: Occasion) -> Reply:
        """The digest, as one message. Pure in the items, the chat's language and the edition of
        the content, so that a second attempt says the same."""
        ...
