"""What the core asks of the outside, and what the outside may ask of us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.address import Address
from bot.core.chats import Cadence, Chat, Slot
from bot.core.command import Command, Person
from bot.core.reply import Card, Reply


class Handle(Protocol):
    """The one door: a command in, a reply out. Never raises; what breaks becomes a reply."""

    async def __call__(self, command: Command) -> Reply: ...

    async def cards(self, command: Command, offset: int, limit: int) -> tuple[Card, ...]:
        """Quotes that fit `command.line.args` as ready cards, best first, from `offset` on; the
        day's quotes for no words. Fewer than `limit` means that there are no more."""
        ...


class Sender(Protocol):
    """Sends without being asked (a digest), as one native message.

    Returns the platform's id of the message. Raises `SendError` and nothing else.
    """

    async def send(self, at: Address, reply: Reply, *, silent: bool = False) -> str: ...


class Directory(Protocol):
    """What a platform knows about its people and rooms. Answers may be cached briefly.

    No method raises because the platform is away: the cautious answer (`False`, `None`) is given.
    `can_be_silent` says whether messages can arrive without a sound.
    """

    can_be_silent: bool

    async def may_manage(self, asker: Person, at: Address) -> bool:
        """Whether the asker may change the settings of that chat."""
        ...

    async def zone_of(self, asker: Person) -> str | None:
        """The IANA zone of the asker's profile, if the platform has one."""
        ...

    async def find_room(self, asker: Person, near: Address, name: str) -> Address | None:
        """The room with that id or public name (`@news`, `#general`), where the bot can see it and
        the asker is in it (asked of the platform again after a minute at most): a room's settings
        are nobody else's business."""
        ...

    async def name_of(self, at: Address) -> str | None:
        """What people call that room (`#general`), or the person whose private chat it is."""
        ...

    async def missing_to_post(self, at: Address) -> str | None:
        """What a person must type or do before the bot can post there, word for word; `None` when
        nothing is missing, or the bot would enter by itself. A question: nothing is done."""
        ...

    async def ensure_can_post(self, at: Address) -> str | None:
        """Make sure that the bot can post there (joining when it may). `None` when it can;
        otherwise what a person must type or do, word for word (`/invite @aiwork`)."""
        ...


class ChatLifecycle(Protocol):
    """What adapters report of the life of chats, so that deliveries follow."""

    async def moved(self, old: Address, new: Address) -> None:
        """The platform gave the chat another address; what both hold is merged at once."""
        ...

    async def gone(self, at: Address, why: str) -> None:
        """The bot was blocked or removed: deliver nothing more, keep the data."""
        ...

    async def back(self, at: Address) -> None:
        """A word or an unblocking from a chat that was gone makes it active again."""
        ...

    async def uninstalled(self, platform: str, workspace: str) -> None:
        """Nothing can be said in any of the workspace's chats any more; the data is kept."""
        ...


class Inbox(Protocol):
    """Events that came in, remembered so that each takes effect once.

    `source` names the stream (a bot token's id, a workspace); ids are the platform's own.
    """

    async def first_time(self, source: str, event: str) -> bool:
        """Whether this event is new; it is remembered from now on, for a day."""
        ...

    async def keep(self, source: str, events: Sequence[tuple[str, str]]) -> Sequence[str]:
        """Store (id, payload) pairs before they are confirmed to the platform, all or none;
        known ids are passed over. Returns the ids that were new: what comes again after a crash
        between handling and confirming must not be answered again."""
        ...

    async def waiting(self, source: str, idle: timedelta | None = None) -> list[tuple[str, str]]:
        """What was kept and is not done yet, in the order it came in. With `idle`, only what
        nobody kept, claimed or held for so long, and it is claimed by asking: of several
        processes that ask, one gets it."""
        ...

    async def hold(self, source: str, events: Sequence[str]) -> None:
        """Say that these are still being handled here."""
        ...

    async def done(self, source: str, *events: str) -> None:
        """Handled: the payloads are erased, the ids stay known for a day."""
        ...


class Adapter(Sender, Protocol):
    """A platform. `start` returns when commands are being served; `stop` lets running answers
    finish and leaves no task, socket or file behind. `directory` can be asked at any time."""

    name: str

    @property
    def directory(self) -> Directory: ...

    async def start(self, handle: Handle) -> None: ...

    async def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class DigestRequest:
    """One digest that is about to be said: to whom, for which local day, about which topics
    (none means everything), and what that chat has seen and when (this digest's own items are
    not among it), what it does not want to see, and what it saved."""

    chat: Chat
    slot: Slot
    cadence: Cadence
    zone: str
    topics: tuple[str, ...]
    seen: Mapping[str, datetime]
    hidden: frozenset[str] = frozenset()
    saved: frozenset[str] = frozenset()


class Compose(Protocol):
    """Items are named by strings of at most 160 characters that mean nothing to delivery."""

    def choose(self, request: DigestRequest) -> Sequence[str]:
        """What to bring, in order; nothing when there is nothing to say (the digest is `quiet`).
        Asked once for a digest, and again only when something chosen was withdrawn since."""
        ...

    def serves(self, items: Sequence[str]) -> bool:
        """Whether all of these may still be shown; `False` when one has been withdrawn."""
        ...

    def render(self, items: Sequence[str], request: DigestRequest) -> Reply:
        """The digest, as one message. Pure in the items, the chat's language and the edition of
        the content, so that a second attempt says the same."""
        ...
