"""Inline mode: quotes as cards in any chat."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)
from telegram.constants import ParseMode

from bot.adapters.telegram.inbound import MAX_RESULTS
from bot.adapters.telegram.render import NO_PREVIEW, render_one
from bot.core.reply import Card
from bot.core.text import cut

MAX_OFFSET = 500
MAX_ID = 64
"""Bytes of a result's id."""

CACHE_SECONDS = 10
"""Short, and personal: answers depend on the person's language and on what editors changed."""

_MAX_MARKUP = 60_000
"""Characters of marked-up text in one answer. The server refuses requests over 1 MB, and a Han
character takes eight bytes once it is JSON in a form."""

START_PARAMETER = "inline"
"""What the button to the private chat starts with; reads as a plain `/start`."""


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One answer: results, and the offset of the next page ("" when there is none)."""

    results: tuple[InlineQueryResultArticle, ...]
    next_offset: str


def page(cards: Sequence[Card], offset: int, bot: str) -> ResultPage:
    """The cards from `offset` on as results; fewer than came when they grow too large."""
    results: list[InlineQueryResultArticle] = []
    seen: set[str] = set()
    markup = used = 0
    for card in cards[:MAX_RESULTS]:
        result = _result(card, bot)
        markup += len(_text(result))
        if results and markup > _MAX_MARKUP:
            break
        used += 1
        if result.id not in seen:
            seen.add(result.id)
            results.append(result)
    more = used < len(cards) or len(cards) >= MAX_RESULTS
    following = offset + used
    return ResultPage(tuple(results), str(following) if more and following < MAX_OFFSET else "")


def button(text: str) -> InlineQueryResultsButton:
    return InlineQueryResultsButton(cut(text, 64), start_parameter=START_PARAMETER)


def _result(card: Card, bot: str) -> InlineQueryResultArticle:
    message = render_one(card.reply, bot)
    return InlineQueryResultArticle(
        id=_id(card.id),
        title=cut(card.title.strip() or "…", 128),
        description=cut(card.note, 256) or None,
        input_message_content=InputTextMessageContent(
            message.text, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW
        ),
        reply_markup=message.markup,
    )


def _id(card: str) -> str:
    fits = 0 < len(card.encode()) <= MAX_ID
    return card if fits else hashlib.sha256(card.encode()).hexdigest()[:MAX_ID]


def _text(result: InlineQueryResultArticle) -> str:
    content = result.input_message_content
    return content.message_text if isinstance(content, InputTextMessageContent) else ""
