"""What a person was shown last in a chat, for ten minutes: "another one", "the second"."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.core.command import Command
from bot.core.command_line import CommandLine
from bot.core.reply import Act, Button, Buttons, Form, Item, Pager, Reply

SECONDS = 600.0
"""How long a line is gone on from; afterwards "more" means anything."""

KNOWN = 10_000
"""People and chats remembered, some 5 MB."""

RANKS = 3
"""Entries of an offer; other buttons may stand behind them."""

_OF_ONE = frozenset({"save", "source", "hide"})
"""Commands about the entry before them, which stays the one that is meant."""

_PICKS = re.compile(
    r"(?:the\s+)?(?:(?P<n>\d)(?:st|nd|rd|th)?|(?P<word>first|second|third|fourth|fifth|last))"
    r"(?:\s+one)?(?:\s+please)?[.!]?"
    r"|(?:第\s*(?P<han>[一二三四五\d])\s*[个條条句篇]?|最后一?[个條条句])[吧呀]?"
)
_WORDS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_HAN = {char: n for n, char in enumerate("一二三四五", 1)}


@dataclass(frozen=True, slots=True)
class Shown:
    """The line that was answered, the one that goes on from it, the buttons below it, whether
    those are of a list, so that "the second one" means one of them, and why an offer was made."""

    line: CommandLine
    more: CommandLine | None
    offers: tuple[Act, ...]
    listed: bool
    reason: str
    until: float


@dataclass(frozen=True, slots=True)
class OfferTaken:
    """Why an offer was made, and which of it was taken: from 1, 0 for none."""

    reason: str
    rank: int


class Recall:
    """Bounded, in memory alone, per person and chat; nothing of it is ever stored."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._shown: OrderedDict[object, Shown] = OrderedDict()

    def remember(self, command: Command, line: CommandLine, reply: Reply) -> None:
        offers = tuple(_offers(reply))
        listed = any(isinstance(block, Item) for block in reply.blocks)
        until = self._now() + SECONDS
        shown = Shown(line, _onward(line, reply), offers, listed, reply.reason, until)
        self._shown[_key(command)] = shown
        self._shown.move_to_end(_key(command))
        while len(self._shown) > KNOWN:
            self._shown.popitem(last=False)

    def last(self, command: Command) -> Shown | None:
        shown = self._shown.get(_key(command))
        return shown if shown and shown.until > self._now() else None

    def offer_taken(self, command: Command, line: CommandLine) -> OfferTaken | None:
        """What became of the offer that this person was shown last in this chat, now that they ask
        for that line; None when nothing was on offer."""
        shown = self.last(command)
        if shown is None or not shown.reason:
            return None
        lines = [act.line for act in shown.offers[:RANKS]]
        return OfferTaken(shown.reason, lines.index(line) + 1 if line in lines else 0)

    def more(self, command: Command) -> CommandLine:
        """What goes on from there; a quote where nothing does."""
        shown = self.last(command)
        return (shown.more if shown else None) or CommandLine("quote")

    def entry(self, command: Command) -> str:
        """The id of the one entry that this person saw last; "" for none, or several."""
        shown = self.last(command)
        if shown is None:
            return ""
        if shown.line.verb in _OF_ONE:
            return shown.line.args
        named = [act.line.args for act in shown.offers if act.line.verb == "save"]
        return named[0] if len(named) == 1 else ""

    def picked(self, command: Command, typed: str) -> CommandLine | None:
        """The button that a line names: by its label, its number, `the second one`, 第二个."""
        shown = self.last(command)
        if shown is None:
            return None
        for act in shown.offers:
            if act.label.casefold() == typed.casefold():
                return act.line
        match = _PICKS.fullmatch(typed.casefold())
        if match is None or not shown.listed:
            return None
        number = _number(match)
        if not shown.offers or abs(number) > len(shown.offers):
            return None
        return shown.offers[number if number < 0 else number - 1].line


def _number(match: re.Match[str]) -> int:
    if match["n"]:
        return int(match["n"]) or 99
    if match["word"]:
        return _WORDS[match["word"]]
    han = match["han"]
    if han is None:
        return -1
    return int(han) if han.isdigit() else _HAN[han]


def _offers(reply: Reply) -> Iterator[Act]:
    for block in reply.blocks:
        if isinstance(block, Buttons):
            yield from (button for button in block.row if _is_act(button))  # type: ignore[misc]
        elif isinstance(block, Form):
            return


def _is_act(button: Button) -> bool:
    return isinstance(button, Act)


def _onward(line: CommandLine, reply: Reply) -> CommandLine | None:
    """The next page, which begins anew behind the last; else the same again where that is drawn
    at random."""
    for block in reply.blocks:
        if isinstance(block, Pager):
            return block.line.on_page(block.page + 1 if block.page < block.pages else 1)
    if line.verb in ("quote", "fact"):
        return CommandLine(line.verb)
    return None


def _key(command: Command) -> object:
    return command.at, command.asker.id
