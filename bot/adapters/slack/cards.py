"""Quotes to choose from, each with its own share button beneath."""

from __future__ import annotations

from collections.abc import Sequence

from bot.adapters.slack.render import fits, messages
from bot.adapters.slack.rich import Json
from bot.core.command_line import CommandLine
from bot.core.plain_text import ShowLine
from bot.core.reply import (
    Block,
    Buttons,
    Card,
    Divider,
    Form,
    Item,
    Pager,
    Reply,
    Share,
    spans,
)


def card_messages(cards: Sequence[Card], label: str, show: ShowLine) -> list[Json]:
    """The cards in as few messages as hold them. A button never leaves its card; a quote too long
    for one message is offered by its title."""
    packed: list[list[Block]] = [[]]
    for card in cards:
        blocks = _blocks(card, label, show)
        joint = [Divider()] if packed[-1] else []
        if packed[-1] and not fits([*packed[-1], *joint, *blocks], show):
            packed.append(blocks)
        else:
            packed[-1] += [*joint, *blocks]
    return [part for blocks in packed for part in messages(Reply(tuple(blocks)), show)]


def _blocks(card: Card, label: str, show: ShowLine) -> list[Block]:
    share = Buttons((Share(label, CommandLine("quote", card.id)),))
    whole = [b for b in card.reply.blocks if not isinstance(b, Buttons | Pager | Form)]
    if fits([*whole, share], show):
        return [*whole, share]
    return [Item(spans(card.title), spans(card.note)), share]
