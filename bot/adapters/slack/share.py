"""What others see of a private answer that somebody shared."""

from __future__ import annotations

from bot.adapters.slack.render import MAX_BLOCKS, messages
from bot.adapters.slack.rich import Json, rich_text, section, text
from bot.core.plain import ShowLine
from bot.core.reply import Block, Buttons, Form, Link, Pager, Reply


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
