"""What every page of the desk has around it, the list of drafts, and what could not be done."""

from __future__ import annotations

from collections.abc import Sequence

import htpy as h

from bot.core.language import Language
from bot.core.words import Voice
from bot.editor.desk.drafts import DraftInList


def listed(drafts: Sequence[DraftInList], voice: Voice, told: str = "") -> str:
    rows = [
        h.li[
            h.a(href=f"/draft/{one.id}")[one.title or one.id] if not one.wrong else one.id,
            h.div(".note")[
                voice.say("desk.unreadable")
                if one.wrong
                else voice.say("desk.waiting", count=str(one.undecided), doubts=str(one.doubts))
            ],
        ]
        for one in drafts
    ]
    body = h.main(".list")[
        h.h1[voice.say("desk.drafts")],
        message(told, voice),
        h.ul[rows] if rows else h.p[voice.say("desk.none")],
    ]
    return page(voice.say("desk.drafts"), body, voice)


def wrong(sentence: str, voice: Voice) -> str:
    body = h.main(".list")[h.h1[voice.say("desk.wrong")], h.p(role="alert")[sentence], _home(voice)]
    return page(voice.say("desk.wrong"), body, voice)


def message(key: str, voice: Voice, at: str = "") -> h.Node:
    """What became of the last act, and at which candidate."""
    if not key:
        return None
    place = [" ", h.a(href=f"#{at}")[at]] if at else None
    return h.p(".message", role="alert" if ".not." in key else "status")[voice.say(key), place]


def _home(voice: Voice) -> h.Element:
    return h.a(".home", href="/")[voice.say("desk.drafts")]


def page(title: str, body: h.Element, voice: Voice) -> str:
    """The page around its content."""
    lang = Language.HANS if voice.language is Language.BOTH else voice.language
    document = h.html(lang=lang.value)[
        h.head[
            h.meta(charset="utf-8"),
            h.meta(name="viewport", content="width=device-width, initial-scale=1"),
            h.meta(name="color-scheme", content="light dark"),
            h.title[f"{title} · aiwork"],
            h.link(rel="stylesheet", href="/assets/review.css"),
            h.script(src="/assets/review.js", defer=True),
        ],
        h.body[h.header[_home(voice)], body],
    ]
    return str(document)
