"""The source of a draft as its page shows it: candidates marked, repairs beside their lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import htpy as h

from bot.core.text import is_chinese
from bot.core.words import Voice
from bot.editor.clean import Certainty, TextRepair
from bot.editor.desk.drafts import ReviewedDraft
from bot.editor.desk.marks import Mark
from bot.editor.source_copy import Passage


def source_of(draft: ReviewedDraft, voice: Voice) -> h.Node:
    if draft.source is None:
        return h.p(".note")[voice.say("desk.no_source")]
    marks = [mark for one in draft.candidates for mark in one.marks]
    first: set[str] = set()
    return [
        [
            [
                _passage(passage, [m for m in marks if m.passage == number], first),
                _repairs(passage.repairs, voice),
            ]
            for number, passage in enumerate(draft.source.passages)
        ],
        _cut(draft.source.cut, voice),
    ]


def _passage(passage: Passage, marks: Sequence[Mark], first: set[str]) -> h.Element:
    lang = "zh-Hans" if is_chinese(passage.text) else "en"
    return h.p(lang=lang)[list(_pieces(passage.text, marks, first))]


def _pieces(text: str, marks: Sequence[Mark], first: set[str]) -> Iterator[h.Node]:
    """Marks that overlap are drawn up to where the next begins; the first of a candidate has its
    name, to be led to."""
    end = 0
    for mark in sorted(marks, key=lambda one: (one.start, -one.end)):
        start = max(mark.start, end)
        yield text[end:start]
        id_ = None if mark.candidate in first else f"mark-{mark.candidate}"
        first.add(mark.candidate)
        yield h.mark(id=id_, data_of=mark.candidate)[text[start : mark.end]]
        end = max(end, mark.end)
    yield text[end:]


def _repairs(repairs: Sequence[TextRepair], voice: Voice) -> h.Node:
    if not repairs:
        return None
    told = dict.fromkeys((one.before, one.after, one.confidence) for one in repairs)
    return h.ul(".repairs", aria_label=voice.say("desk.repairs"))[
        [
            h.li(class_="guessed" if sure is Certainty.GUESSED else None)[
                h.del_[_visible(before)], " → ", h.ins[_visible(after)], " ", _sure(sure, voice)
            ]
            for before, after, sure in told
        ]
    ]


def _sure(sure: Certainty, voice: Voice) -> str:
    return voice.say("desk.guessed" if sure is Certainty.GUESSED else "desk.exact")


def _cut(cut: Sequence[TextRepair], voice: Voice) -> h.Node:
    if not cut:
        return None
    return h.details[
        h.summary[voice.say("desk.cut", count=str(len(cut)))],
        h.ul(".repairs")[[h.li[h.del_[_visible(one.before)]] for one in cut]],
    ]


def _visible(text: str) -> str:
    return "".join(char if char.isprintable() else "�" for char in text)
