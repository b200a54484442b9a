"""The page of a draft. Every text is escaped by htpy; there is no script or style in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import htpy as h
from markupsafe import Markup

from bot.core.errors import ContentError, Problem
from bot.core.language import Language
from bot.core.text import is_chinese
from bot.core.words import Voice
from bot.editor.desk.doubts import doubt_in_words
from bot.editor.desk.drafts import DeskField, DraftEntry, ReviewedDraft, status_of
from bot.editor.desk.fields import FieldKind
from bot.editor.desk.frame import message, page
from bot.editor.desk.source import source_of
from bot.editor.entries import Found, as_found

Draw = Callable[[Found, Voice], Sequence[tuple[str, Markup]]]
"""The cards of an entry: the platform's name, and the card as HTML in which all is escaped."""

_NAMES = {
    Language.EN: "English",
    Language.HANS: "简体中文",
    Language.HANT: "繁體中文",
    Language.BOTH: "中文 + English",
}
_LANGUAGES = {"zh-Hans": "中文", "en": "English"}


def draft_page(
    draft: ReviewedDraft,
    voice: Voice,
    cards: Voice,
    draw: Draw,
    typed: Mapping[str, str],
    told: str,
    at: str,
    *,
    undo: bool,
) -> str:
    """`typed` is shown in place of what the file has: nobody's words are lost when the file
    changed meanwhile. `at` is the candidate that `told` is about."""
    drawing = _Drawing(draft, voice, cards, draw, typed)
    body = h.main(".sheet")[
        h.h1[drawing.title],
        h.section(".source", tabindex="0", aria_label=voice.say("desk.source"))[
            h.h2[voice.say("desk.source")], source_of(draft, voice)
        ],
        h.form(".desk", method="post")[
            h.input(type="hidden", name="version", value=draft.version),
            _bar(drawing, told, at, undo),
            drawing.article(),
            [drawing.candidate(one) for one in draft.candidates],
        ],
    ]
    return page(drawing.title, body, voice)


def _bar(drawing: _Drawing, told: str, at: str, undo: bool) -> h.Element:
    voice = drawing.voice
    return h.div(".bar")[
        message(told, voice, at),
        h.p[
            _button("save", voice.say("desk.save")),
            " ",
            _button("publish", voice.say("desk.publish")),
            " ",
            _button("undo", voice.say("desk.undo")) if undo else None,
            h.span(".note")[voice.say("desk.left", count=str(len(drawing.draft.undecided)))],
        ],
        h.nav(aria_label=voice.say("desk.cards"))[
            voice.say("desk.cards"),
            [
                [" ", h.a(href=f"?lang={one}", aria_current=_current(one, drawing.cards))[name]]
                for one, name in _NAMES.items()
            ],
        ],
        h.details[h.summary[voice.say("desk.keys")], h.p[voice.say("desk.keys_told")]],
    ]


@dataclass(frozen=True, slots=True)
class _Drawing:
    draft: ReviewedDraft
    voice: Voice
    cards: Voice
    draw: Draw
    typed: Mapping[str, str]

    @property
    def title(self) -> str:
        value = self.draft.root["title"]
        return value["zh-Hans"].text or value["en"].text or self.draft.id

    def article(self) -> h.Element:
        first = [one for one in self.draft.fields if one.key.name in ("title", "summary", "topics")]
        more = [one for one in self.draft.fields if one not in first]
        open_ = any(one.findings for one in more)
        return h.section("#article", aria_label=self.voice.say("desk.article"))[
            h.h2[self.voice.say("desk.article"), _state(status_of(self.draft.root), self.voice)],
            _findings(self.draft.findings),
            self._previews(()),
            h.div(".fields")[[self._field(one) for one in first]],
            h.details(open=open_)[
                h.summary[self.voice.say("desk.where_from")],
                h.div(".fields")[[self._field(one) for one in more]],
            ],
        ]

    def candidate(self, one: DraftEntry) -> h.Element:
        quotation = one.path[0] == "quotes"
        kind = self.voice.say("desk.quote" if quotation else "desk.fact")
        return h.section(
            f"#{one.name}.candidate",
            tabindex="-1",
            aria_label=f"{kind} {one.id}",
            data_marks=" ".join(f"mark-{m.candidate}" for m in one.marks[:1]),
        )[
            h.h2[f"{kind} ", h.code[one.id], _state(one.status, self.voice)],
            h.p(".note")[h.a(href=f"#mark-{one.name}")[self.voice.say("desk.in_source")]]
            if one.marks
            else None,
            [self._doubt(one, number, doubt) for number, doubt in enumerate(one.doubts)],
            _findings(one.findings),
            self._previews(one.path),
            self._fields(one),
            self._figures(one),
            h.p(".buttons")[self._acts(one)],
        ]

    def _fields(self, one: DraftEntry) -> h.Node:
        """What every entry needs first; the rest opens by itself when something in it is wrong."""
        first = [field for field in one.fields if field.key.name not in _SELDOM]
        more = [field for field in one.fields if field.key.name in _SELDOM]
        open_ = any(field.findings or field.doubted for field in more)
        return [
            h.div(".fields")[[self._field(field) for field in first]],
            h.details(open=open_)[
                h.summary[self.voice.say("desk.more")],
                h.div(".fields")[[self._field(field) for field in more]],
            ],
        ]

    def _acts(self, one: DraftEntry) -> list[h.Node]:
        say = self.voice.say
        if one.status == "draft":
            return [
                _button(f"accept {one.name}", say("desk.accept"), "accept"),
                " ",
                _button(f"drop {one.name}", say("desk.drop"), "drop"),
            ]
        return [_button(f"reopen {one.name}", say("desk.reopen"))]

    def _doubt(self, one: DraftEntry, number: int, doubt: str) -> h.Element:
        name = f"doubt-{one.name}-{number}"
        return h.p(".doubt")[
            h.input(f"#{name}", type="checkbox", name=f"confirm:{one.name}", value=doubt),
            h.label(for_=name)[
                self.voice.say("desk.confirm", doubt=doubt_in_words(doubt, self.voice))
            ],
        ]

    def _figures(self, one: DraftEntry) -> h.Node:
        count = max((int(f.path[3]) + 1 for f in one.fields if "figures" in f.path), default=0)
        if count < 2:
            return None
        return h.p(".buttons")[
            [
                [
                    _button(
                        f"drop {one.name}-figures-{number}",
                        self.voice.say("desk.drop_figure", number=str(number + 1)),
                    ),
                    " ",
                ]
                for number in range(count)
            ]
        ]

    def _field(self, one: DeskField) -> h.Element:
        name = f"field-{one.name}"
        told = f"{name}-told" if one.findings else None
        value = self.typed.get(one.name, one.value)
        drawn = {
            "doubted": one.doubted,
            "mistaken": bool(one.findings),
            "wide": one.key.kind is FieldKind.LONG,
        }
        return h.div(".field", class_=drawn)[
            h.label(for_=name)[self._label(one)],
            self._input(one, name, value, told),
            h.ul(".told", id=told)[[h.li[_told(f)] for f in one.findings]] if told else None,
        ]

    def _label(self, one: DeskField) -> h.Node:
        key = one.key
        number = f" {int(one.path[3]) + 1}" if "figures" in one.path else ""
        of = f" ({_LANGUAGES[key.language]})" if key.language else ""
        doubted = h.strong[f" {self.voice.say('desk.doubted')}"] if one.doubted else None
        return [f"{self.voice.say(f'desk.field.{key.name}')}{number}{of}", doubted]

    def _input(self, one: DeskField, name: str, value: str, told: str | None) -> h.Node:
        lang = "zh-Hans" if is_chinese(value) else one.key.language or None
        common = {"name": one.name, "aria-describedby": told, "lang": lang}
        match one.key.kind:
            case FieldKind.LONG:
                rows = "4" if one.key.name == "summary" else "3"
                return h.textarea(f"#{name}", common, rows=rows)[value]
            case FieldKind.CHOICE | FieldKind.FLAG:
                choices = dict.fromkeys([*one.key.choices, value])
                return h.select(f"#{name}", common)[
                    [h.option(value=c, selected=c == value)[c or "–"] for c in choices]
                ]
            case _:
                return h.input(f"#{name}", common, type="text", value=value, autocomplete="off")

    def _previews(self, path: tuple[str | int, ...]) -> h.Node:
        node = self.draft.root
        for part in path:
            node = node[part] if isinstance(part, str) else list(node.items())[part]
        try:
            drawn = self.draw(as_found(self.draft.root, node), self.cards)
        except ContentError:
            return h.p(".note")[self.voice.say("desk.not_drawn")]
        return h.div(".cards")[
            [h.figure(".card")[h.figcaption[name], card] for name, card in drawn]
        ]


_SELDOM = ("role", "organisation", "context", "language", "translated", "repair", "id")


def _current(one: Language, cards: Voice) -> str | None:
    return "true" if one is cards.language else None


def _state(status: str, voice: Voice) -> h.Element:
    return h.span(f".state.{status}")[f" {voice.say(f'desk.state.{status}')}"]


def _button(act: str, label: str, key: str = "") -> h.Element:
    return h.button(name="act", value=act, data_key=key or None)[label]


def _findings(found: Sequence[Problem]) -> h.Node:
    return h.ul(".told")[[h.li[f"{one.key}: {_told(one)}"] for one in found]] if found else None


def _told(one: Problem) -> str:
    return f"{one.what}{'；' if is_chinese(one.what) else '; '}{one.hint}"
