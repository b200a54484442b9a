"""What the bot remembers of chats, as plain records. Instants are aware and in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.core.address import Address
from bot.core.command import RoomKind
from bot.core.language import Language


class ChatState(StrEnum):
    """`GONE`: the bot was blocked or removed; nothing is sent, the data is kept."""

    ACTIVE = "active"
    GONE = "gone"


class Cadence(StrEnum):
    """`WEEKLY` gathers the week; its schedule has one weekday."""

    DAILY = "daily"
    WEEKLY = "weekly"


class DeliveryState(StrEnum):
    """What became of a digest; docs/delivery.md explains each word."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    QUIET = "quiet"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        return self not in (DeliveryState.PENDING, DeliveryState.SENDING)


def weekdays(days: Iterable[int]) -> int:
    """The mask of some weekdays, Monday = 0: `weekdays([0, 2])` is 0b101."""
    mask = 0
    for day in days:
        mask |= 1 << day
    return mask


def days_in(mask: int) -> tuple[int, ...]:
    """The weekdays of a mask, Monday = 0, in order."""
    return tuple(day for day in range(7) if mask >> day & 1)


WORKDAYS = weekdays(range(5))
EVERY_DAY = weekdays(range(7))


class KeptKind(StrEnum):
    """What a chat keeps of an entry: a bookmark, or never to see it again."""

    SAVED = "saved"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat that we remember. `id` is ours. A person's own settings are those of their private
    chat (`Person.home`); `language` is `None` until somebody chose one; `silent` digests
    arrive without a sound where the platform can do that. `only`: nothing from neighbouring topics
    when its own are used up. `reactions`: what it saves and hides moves what is like it."""

    id: int
    at: Address
    kind: RoomKind
    language: Language | None = None
    state: ChatState = ChatState.ACTIVE
    silent: bool = False
    only: bool = False
    reactions: bool = True


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a chat gets its digest: `minute` of the local day (0 to 1439) on `days` (a mask, see
    `weekdays`) in `zone` (an IANA name). `holidays` is the country whose public holidays it keeps
    (see `workdays.COUNTRIES`), empty for none. `by` is the platform's id of who set it up.

    `on` is the person's switch. `next_due` is filled in by the store; it is `None` when nothing
    is going to happen (switched off, or the chat is gone).
    """

    zone: str
    minute: int = 9 * 60 + 30
    days: int = WORKDAYS
    cadence: Cadence = Cadence.DAILY
    on: bool = True
    paused_until: datetime | None = None
    by: str = ""
    next_due: datetime | None = None
    holidays: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """One digest that a schedule asks for: its local date, and that moment."""

    date: date
    due: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """A digest on its way or at its end. `attempts` counts how often it was handed to the
    platform, `doubts` how often the answer was lost; `reason` is readable and free of secrets."""

    id: int
    at: Address
    slot: Slot
    cadence: Cadence
    state: DeliveryState
    not_before: datetime
    expires_at: datetime
    attempts: int = 0
    doubts: int = 0
    started_at: datetime | None = None
    sent_at: datetime | None = None
    message_id: str = ""
    reason: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """What `status` tells: the schedule, the topics, the last deliveries (newest first), and how
    many different items digests have brought."""

    chat: Chat
    schedule: Schedule | None
    topics: tuple[str, ...]
    recent: tuple[Delivery, ...]
    seen: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a reader said about an item."""

    id: int
    item: str
    words: str
    at: datetime
    chat: Address | None = None
