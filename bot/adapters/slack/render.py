"""A reply as Block Kit messages: `rich_text`, never mrkdwn, within every limit of Slack's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Any, assert_never

from bot.adapters.slack.buttons import actions, form_button, pager
from bot.adapters.slack.rich_text import (
    Json,
    clip,
    elements,
    escape,
    plain_text,
    quote,
    rich_text,
    section,
    text,
    units,
)
from bot.core.command_line import CommandLine
from bot.core.language import Language
from bot.core.plain_text import ShowLine, line_text, text_of
from bot.core.reply import (
    Block,
    Button,
    Buttons,
    Card,
    Divider,
    File,
    Footnote,
    Form,
    Heading,
    Item,
    Link,
    Pager,
    Paragraph,
    Quote,
    Reply,
    Share,
    Spans,
    spans,
)
from bot.core.split import spell_out, split
from bot.core.words import Words

MAX_BLOCKS = 50
MAX_TEXT = 9000
"""Characters of all blocks together, escaped and with links. Slack took 9,597 and refused 11,341
(slackapi/bolt-js #2867); the limit itself is not published."""

HEADER = 150
CONTEXT = 2000
FALLBACK = 3000
"""Characters of `text`, which notifications and screen readers use; Slack splits it at 4,000."""

_HALF_ENTITY = re.compile(r"(&[a-z]{0,4})?$")


def render(reply: Reply, show: ShowLine) -> list[Json]:
    """The reply as one or more messages, each `{"text": …, "blocks": […]}`; nothing is lost."""
    if fits(reply.blocks, show):
        return [_message(reply, show)]
    return [_message(part, show) for part in split(reply, lambda b: fits(b, show))]


def render_one(reply: Reply, show: ShowLine) -> Json:
    """The reply as exactly one message; what does not fit is left out, the buttons are kept."""
    first, *rest = split(reply, lambda blocks: fits(blocks, show))
    if not rest:
        return _message(first, show)
    kept = list(first.blocks)
    tail = [b for b in rest[-1].blocks if isinstance(b, Buttons | Pager | Form)]
    while len(kept) > 1 and not fits([*kept, *tail], show):
        kept.pop()
    return _message(Reply((*kept, *tail)), show)


def fits(blocks: Sequence[Block], show: ShowLine) -> bool:
    """Whether these blocks make one message."""
    drawn = render_blocks(blocks, show)
    return len(drawn) <= MAX_BLOCKS and weight(drawn) <= MAX_TEXT


def render_blocks(blocks: Sequence[Block], show: ShowLine) -> list[Json]:
    """The blocks as Block Kit, with ids that are unique among them; empty ones are left out."""
    ids = count()
    return [drawn for block in blocks for drawn in _draw(block, show, ids)]


def fallback(reply: Reply, show: ShowLine) -> str:
    """The reply for notifications and screen readers, safe from Slack's parser; never empty."""
    plain = escape(clip(text_of(reply, show).strip(), FALLBACK))
    return _HALF_ENTITY.sub("…", plain[:FALLBACK]) if len(plain) > FALLBACK else plain or "…"


def weight(value: Any) -> int:
    """Characters of block text, as Slack counts them: escaped, links included."""
    if isinstance(value, list):
        return sum(map(weight, value))
    if not isinstance(value, dict):
        return 0
    own = (value[key] for key in ("text", "url") if isinstance(value.get(key), str))
    parts = (weight(part) for part in value.values() if isinstance(part, list | dict))
    return sum(units(escape(each)) for each in own) + sum(parts)


def _message(reply: Reply, show: ShowLine) -> Json:
    return {"text": fallback(reply, show), "blocks": render_blocks(reply.blocks, show)}


def _draw(block: Block, show: ShowLine, ids: Iterator[int]) -> list[Json]:
    match block:
        case Heading(text=title):
            return _heading(title)
        case Paragraph(spans=line):
            return _rich(section(elements(line, show)))
        case Quote(text=words, byline=byline):
            return _quote(words, byline, show)
        case Item(title=title, note=note):
            return _item(title, note, show)
        case Footnote(spans=line):
            return _footnote(line, show)
        case Divider():
            return [{"type": "divider"}]
        case File():
            return _draw(spell_out(block), show, ids)
        case Buttons(row=row):
            return actions(row, ids)
        case Pager():
            return pager(block, ids)
        case Form():
            return form_button(block, ids)
        case _:
            assert_never(block)


def _heading(title: str) -> list[Json]:
    if not title:
        return []
    if units(title) > HEADER:
        return _rich(section([text(title, bold=True)]))
    return [{"type": "header", "text": plain_text(title, HEADER)}]


def _quote(words: str, byline: Spans, show: ShowLine) -> list[Json]:
    said = quote([text(words)] if words else [])
    by = elements(byline, show)
    return _rich(said, section([text("— "), *by] if by else []))


def _item(title: Spans, note: Spans, show: ShowLine) -> list[Json]:
    above, below = elements(title, show), elements(note, show)
    joint = [text("\n")] if above and below else []
    return _rich(section([*above, *joint, *below]))


def _footnote(line: Spans, show: ShowLine) -> list[Json]:
    plain = line_text(line, show)
    if not plain:
        return []
    if any(span.href for span in line) or units(plain) > CONTEXT:
        return _rich(section(elements(line, show)))
    return [{"type": "context", "elements": [plain_text(plain, CONTEXT)]}]


def _rich(*parts: Json) -> list[Json]:
    filled = [part for part in parts if part["elements"]]
    return [rich_text(*filled)] if filled else []


def render_cards(cards: Sequence[Card], label: str, show: ShowLine) -> list[Json]:
    """The cards in as few messages as hold them. A button never leaves its card; a quote too long
    for one message is offered by its title."""
    packed: list[list[Block]] = [[]]
    for card in cards:
        blocks = _card_blocks(card, label, show)
        joint = [Divider()] if packed[-1] else []
        if packed[-1] and not fits([*packed[-1], *joint, *blocks], show):
            packed.append(blocks)
        else:
            packed[-1] += [*joint, *blocks]
    return [part for blocks in packed for part in render(Reply(tuple(blocks)), show)]


def _card_blocks(card: Card, label: str, show: ShowLine) -> list[Block]:
    share = Buttons((Share(label, CommandLine("quote", card.id)),))
    whole = [b for b in card.reply.blocks if not isinstance(b, Buttons | Pager | Form)]
    if fits([*whole, share], show):
        return [*whole, share]
    return [Item(spans(card.title), spans(card.note)), share]


def render_shared(reply: Reply, by: str, user: str, show: ShowLine) -> list[Json]:
    """The reply without buttons but links (a press by one would change what all see), and who
    shared it: `by` is the sentence, with a NUL where the person stands."""
    blocks = [kept for block in reply.blocks for kept in _public(block)]
    parts = render(Reply(tuple(blocks)), show)
    before, _, after = by.partition("\0")
    signed = [text(before), {"type": "user", "user_id": user}, text(after)]
    if len(parts[-1]["blocks"]) < MAX_BLOCKS:
        parts[-1]["blocks"].append(rich_text(section([e for e in signed if e.get("text") != ""])))
    return parts


def _public(block: Block) -> list[Block]:
    match block:
        case Buttons(row=row):
            kept = (b.page if isinstance(b, Share) else b for b in row)
            links = tuple(button for button in kept if isinstance(button, Link))
            return [Buttons(links)] if links else []
        case Pager() | Form():
            return []
        case _:
            return [block]


def label_shares(reply: Reply, words: Words) -> Reply:
    """*Share to channel*, as people know it from Slack, where other platforms say *Share*; in the
    language of the reply, which is not always the asker's."""
    return replace(reply, blocks=tuple(_with_labels(block, words) for block in reply.blocks))


def _with_labels(block: Block, words: Words) -> Block:
    if not isinstance(block, Buttons):
        return block
    return Buttons(tuple(_labelled(button, words) for button in block.row))


def _labelled(button: Button, words: Words) -> Button:
    if isinstance(button, Share):
        for one in Language:
            if words.say("button.share", one) == button.label:
                return replace(button, label=words.say("slack.share", one))
    return button
