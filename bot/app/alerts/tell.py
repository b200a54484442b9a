"""From what is stored to what operators read: one message for all that is new, to each of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from bot.core.address import Address
from bot.core.errors import Gone, Moved, RetryLater, SendError, Unknown
from bot.core.ports import Sender
from bot.core.reply import Paragraph, Reply, spans
from bot.core.words import Localized, Voice
from bot.store.platform.alerts import AlertStore, StoredAlert

_log = logging.getLogger("aiwork.alerts")

MOST_A_DAY = 6
"""Messages within 24 hours. More is noise that nobody reads; `aiwork doctor` has the rest."""

TRIES = 20
"""For the operators that a message did not reach while it reached others: five minutes' worth."""


class _Reach(Enum):
    ARRIVED = auto()
    DOUBT = auto()
    """Perhaps: once more, as with digests; never a third time."""
    LATER = auto()
    NEVER = auto()


@dataclass(frozen=True, slots=True)
class _Name:
    """What the editors call a topic."""

    hans: str
    en: str


@dataclass(frozen=True, slots=True)
class _Owed:
    at: Address
    reply: Reply
    tries: int


class Teller:
    """`clean` takes secrets and control characters out of what fills a sentence."""

    def __init__(
        self,
        store: AlertStore,
        operators: Sequence[Address],
        senders: Mapping[str, Sender],
        voice: Voice,
        clean: Callable[[str], str],
    ) -> None:
        self._store, self._operators, self._senders = store, tuple(operators), senders
        self._voice, self._clean = voice, clean
        self._owed: list[_Owed] = []
        self._unreachable = False
        self._lost: set[Address] = set()

    async def tell(self) -> None:
        """Send what is new. Raises StoreError, and then nothing was sent.

        What reached nobody is tried again later; what reached somebody counts as told, and the
        others get it as soon as they can be reached."""
        await self._settle()
        claimed = await self._store.claim(MOST_A_DAY)
        if not claimed.alerts:
            return
        reply = self._message(claimed.alerts, last=claimed.last)
        found = {one: await self._try(one, reply) for one in self._operators}
        if not {_Reach.ARRIVED, _Reach.DOUBT}.intersection(found.values()):
            self._say_unreachable(reply)
            return
        self._unreachable = False
        await self._store.told(claimed.alerts)
        for at, one in found.items():
            if one in (_Reach.LATER, _Reach.DOUBT):
                self._owed.append(_Owed(at, reply, 1 if one is _Reach.LATER else TRIES))

    async def say(self, key: str, why: str) -> bool:
        """A sentence that nothing remembers, for when the database cannot; whether it reached
        anybody."""
        text = self._voice.say(key, why=self._clean(why))
        reply = Reply((Paragraph(spans(text)),))
        found = [await self._try(one, reply) for one in self._operators]
        return bool({_Reach.ARRIVED, _Reach.DOUBT}.intersection(found))

    async def _settle(self) -> None:
        owed, self._owed = self._owed, []
        for one in owed:
            reach = await self._try(one.at, one.reply)
            if reach is _Reach.LATER and one.tries < TRIES:
                self._owed.append(_Owed(one.at, one.reply, one.tries + 1))

    def _say_unreachable(self, reply: Reply) -> None:
        if not self._unreachable:
            _log.error("no operator can be told; trying again: %s", _plain(reply))
        self._unreachable = True

    def _message(self, alerts: Sequence[StoredAlert], *, last: bool) -> Reply:
        lines = [self._sentence(one) for one in alerts]
        if last:
            lines.append(self._voice.say("alert.last", most=str(MOST_A_DAY)))
        return Reply(tuple(Paragraph(spans(line)) for line in lines))

    def _sentence(self, one: StoredAlert) -> str:
        values: dict[str, Localized[str]] = {n: self._clean(v) for n, v in one.values.items()}
        if "hans" in values:
            name = _Name(one.values["hans"], one.values["name"])
            values["name"] = lambda voice: voice.read(name)
        return self._voice.say(f"alert.{one.kind}{'_over' if one.over else ''}", **values)

    async def _try(self, at: Address, reply: Reply) -> _Reach:
        if (sender := self._senders.get(at.platform)) is None:
            return _Reach.LATER
        try:
            await deliver(sender, at, reply)
        except RetryLater:
            return _Reach.LATER
        except Unknown:
            return _Reach.DOUBT
        except SendError as error:
            if at not in self._lost:
                _log.error("an operator cannot be told: %s", hint(at, error))
            self._lost.add(at)
            return _Reach.NEVER
        self._lost.discard(at)
        return _Reach.ARRIVED


async def deliver(sender: Sender, at: Address, reply: Reply) -> None:
    """One message, to where the chat has moved if it has. Raises SendError."""
    try:
        await sender.send(at, reply)
    except Moved as moved:
        await sender.send(moved.to, reply)
        _log.warning("the operators' chat %s is now %s: set AIWORK_OPERATORS so", at, moved.to)


def hint(at: Address, error: SendError) -> str:
    """What an operator does about a chat that gets nothing."""
    match error:
        case RetryLater() | Unknown():
            what = "try again"
        case Gone() if at.platform == "slack":
            what = "invite the bot there (/invite), or correct AIWORK_OPERATORS"
        case Gone():
            what = "let the bot in there (a person sends it /start), or correct AIWORK_OPERATORS"
        case _:
            what = "look whether AIWORK_OPERATORS names the right chat"
    return f"{at}: {error}; {what}"


def _plain(reply: Reply) -> str:
    return " ".join(
        span.text for block in reply.blocks if isinstance(block, Paragraph) for span in block.spans
    )
