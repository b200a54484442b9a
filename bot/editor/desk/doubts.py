"""The importer's doubts in the language of who settles them."""

from __future__ import annotations

from bot.core.words import Voice
from bot.editor.importer.draft import LOST, SHORT
from bot.editor.importer.quotations import ALONE, EMBEDDED, WHO


def doubt_in_words(doubt: str, voice: Voice) -> str:
    """A doubt of the importer's in the reader's language; an editor's own as it stands."""
    head, joint, rest = doubt.partition(": ")
    key = next((key for said, key in _DOUBTS.items() if doubt == said or head == said), "")
    if not key:
        return doubt
    return voice.say(key) + (f"{joint}{rest}" if key == _DOUBTS[LOST] else "")


_DOUBTS = {
    WHO: "desk.doubt_who",
    ALONE: "desk.doubt_alone",
    EMBEDDED: "desk.doubt_embedded",
    SHORT: "desk.doubt_short",
    LOST: "desk.doubt_lost",
}
