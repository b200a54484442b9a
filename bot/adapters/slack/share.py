"""Sharing a private answer: what its button is called, and what others see."""

from __future__ import annotations

from dataclasses import replace

from bot.adapters.slack.render import MAX_BLOCKS, messages
from bot.adapters.slack.rich import Json, rich_text, section, text
from bot.core.language import Language
from bot.core.plain_text import ShowLine
from bot.core.reply import Block, Button, Buttons, Form, Link, Pager, Reply, Share
from bot.core.words import Words


class ShareLabels:
    """*Share to channel*, as people know it from Slack, where other platforms say *Share*; in the
    language of the reply, which is not always the asker's."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def on(self, reply: Reply) -> Reply:
        return replace(reply, blocks=tuple(map(self._named, reply.blocks)))

    def _named(self, block: Block) -> Block:
        if not isinstance(block, Buttons):
            return block
        return Buttons(tuple(map(self._button, block.row)))

    def _button(self, button: Button) -> Button:
        if not isinstance(button, Share):
            return button
        say = self._words.say
        for one in Language:
            if say("button.share", one) == button.label:
                return replace(button, label=say("slack.share", one))
        return button


def share_messages(reply: Reply, by: str, user: str, show: ShowLine) -> list[Json]:
    """The reply without buttons but links (a press by one would change what all see), and who
    shared it: `by` is the sentence, with a NUL where the person stands."""
    blocks = [kept for block in reply.blocks for kept in _public(block)]
    parts = messages(Reply(tuple(blocks)), show)
    before, _, after = by.partition("\0")
    signed = [text(before), {"type": "user", "user_id": user}, text(after)]
    if len(parts[-1]["blocks"]) < MAX_BLOCKS:
        parts[-1]["blocks"].append(rich_text(section([e for e in signed if e.get("text") != ""])))
    return parts


def _public(block: Block) -> list[Block]:
    match block:
        case Buttons(row=row):
            links = tuple(button for button in row if isinstance(button, Link))
            return [Buttons(links)] if links else []
        case Pager() | Form():
            return []
        case _:
            return [block]
