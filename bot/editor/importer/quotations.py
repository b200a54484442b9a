"""Quotations of an article, with who says each: candidates, for a person to confirm.

A quotation stands in quotation marks, is long enough to be a thought, and has a verb of saying in
its sentence. Halves that 他说 splits are joined. Where a pronoun speaks, whoever was named last is
taken, and the doubt is told; what nobody says stays out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.core.text import han
from bot.editor.importer.people import SAID, SAYS, People

FEWEST_HAN = 8
FEWEST_WORDS = 4
"""Less is a word set apart, 内卷 or “hype”."""

_MARKS = (("“", "”"), ("「", "」"), ("『", "』"))
_PRONOUN = re.compile(
    "(?:但|而|不过|然而)?(?:他们|她们|他|她|其|自己|甚至|还|也|并)|[Hh]e|[Ss]he|[Tt]hey"
)
_LATIN = re.compile(r"[（(][A-Za-z .'·-]+[)）]")
_ANYBODY = re.compile(
    "^(?:另|还有)?(?:一位|一名|某位|某名|多位|几位)|^(?:[Oo]ne|[Aa]nother|[Aa]n?) "
)

_PHRASE = re.compile("(?:举例来|一般来|总的来|换句话|也就是|简单来|具体来|相对来|可以|可|据)$")
"""举例来说 is no speaker."""

WHO = "who speaks is only a pronoun: find out whom it means"
EMBEDDED = "a part of a sentence: does it stand by itself?"
ALONE = "nobody is said to say it; it follows words of the same person"


class Speaks(StrEnum):
    """As the content's `kind`: who is meant."""

    NAMED = "named"
    PSEUDONYM = "pseudonym"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Quotation:
    """A candidate. `doubts` say what a person has to look at; with any it is not to be served."""

    text: str
    speaker: str
    attribution: str
    kind: Speaks
    start: int
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Span:
    """Words in quotation marks, and where they stand in the paragraph, marks included."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Attribution:
    """`words` of the source, the part of it that names who speaks, and a doubt if any."""

    words: str
    subject: str
    doubt: str = ""


def quotations_in(text: str) -> list[Quotation]:
    """In the order of the text."""
    false_names = pseudonyms_in(text)
    people = People(text, false_names)
    found: list[Quotation] = []
    for paragraph in re.finditer(r"[^\n]+", text):
        found += _Paragraph(paragraph[0], paragraph.start(), people, false_names).quotations()
    return found


def pseudonyms_in(text: str) -> tuple[str, ...]:
    """Names that a note says are false: （赵鸣、秦天均为化名）."""
    notes = re.findall(r"[（(]([^（）()]{2,60}?)(?:均为|均為|皆为|都是|为|系|為)化名", text)
    notes += re.findall(r"化名[:：]?\s*([\u4e00-\u9fff·]{2,6})", text)
    names = {name for note in notes for name in re.split(r"[ 、，,和与]+", note)}
    return tuple(sorted(filter(None, names)))


class _Paragraph:
    def __init__(
        self, text: str, offset: int, people: People, false_names: tuple[str, ...]
    ) -> None:
        self._text, self._offset, self._people = text, offset, people
        self._false_names = false_names

    def quotations(self) -> list[Quotation]:
        found: list[Quotation] = []
        previous: _Span | None = None
        for span in _spans(self._text):
            if found and previous and self._goes_on(previous, span, found[-1]):
                found[-1] = replace(found[-1], text=_joined(found[-1].text, span.text))
            elif said := self._said(span, found):
                found.append(self._quotation(span, said))
            previous = span
        return [one for one in found if _is_a_thought(one.text)]

    def _said(self, span: _Span, found: list[Quotation]) -> _Attribution | None:
        """Who is said to say it: right before a colon, behind, before, or about it."""
        ahead = self._ahead(span)
        if ahead and self._text[: span.start].rstrip().endswith(("：", ":")):
            return ahead
        tried = (self._behind(span), ahead, self._about(span))
        said = next((one for one in tried if one and not _PHRASE.search(one.subject)), None)
        if said is None and found and _is_a_thought(span.text) and self._is_a_sentence(span):
            return _Attribution(found[-1].attribution, found[-1].speaker, ALONE)
        return said

    def _behind(self, span: _Span) -> _Attribution | None:
        """`…，”塞瓦克说。`, `…,” said Batson, a research scientist`."""
        rest = self._text[span.end :]
        if match := _BEHIND.match(rest):
            subject = match[1].strip("，, ")
            if subject or _ends_open(span):
                return _Attribution(f"{match[1]}{match[2]}{match[3]}".strip("，, "), subject)
        if match := _BEHIND_EN.match(rest):
            subject = match["after"] or match["before"]
            return _Attribution(match[0].strip(" ,"), subject)
        return None

    def _ahead(self, span: _Span) -> _Attribution | None:
        """`塞瓦克说：“…`, `Batson said: “…`."""
        lead = self._sentence_before(span)
        match = _AHEAD.search(lead) or _AHEAD_EN.search(lead)
        return _Attribution(match[0].strip(" ，,：:"), match[1].strip("，, ")) if match else None

    def _about(self, span: _Span) -> _Attribution | None:
        """`一位员工指出，在那里工作的人“…”`: words of theirs inside somebody's sentence."""
        match = _ABOUT.match(self._sentence_before(span))
        if match is None:
            return None
        words = f"{match[1]}{match[2]}".strip("，, ")
        return _Attribution(words, match[1].strip("，, "), EMBEDDED)

    def _sentence_before(self, span: _Span) -> str:
        lead = self._text[max(0, span.start - 160) : span.start]
        return re.split(r"[。！？；”」\n]|\.\s", lead)[-1]

    def _is_a_sentence(self, span: _Span) -> bool:
        """Whether it is not inside a sentence of the writer's."""
        before = self._text[: span.start].rstrip()
        return (not before or before[-1] in "。！？.!?”") and span.text[-1:] in "。！？.!?"

    def _goes_on(self, previous: _Span, span: _Span, last: Quotation) -> bool:
        """Whether only who speaks stands between two halves: `…，”她说。“…`."""
        between = self._text[previous.end : span.start].strip("，,。：: .")
        return bool(between) and between == last.attribution and _ends_open(previous)

    def _quotation(self, span: _Span, said: _Attribution) -> Quotation:
        speaker, kind, doubts = self._who(said, span)
        text = span.text.rstrip("，,、；;：:")
        return Quotation(text, speaker, said.words, kind, self._offset + span.start, doubts)

    def _who(self, said: _Attribution, span: _Span) -> tuple[str, Speaks, tuple[str, ...]]:
        doubts = (said.doubt,) if said.doubt else ()
        bare = re.sub("[则就也还曾]$", "", _LATIN.sub("", said.subject).strip())
        if name := self._people.named_in(said.subject):
            return name, self._kind(name), doubts
        if bare and not _PRONOUN.fullmatch(bare):
            anybody = _ANYBODY.match(bare) is not None
            named = bare if anybody else _last_words(bare)
            return named, Speaks.ANONYMOUS if anybody else Speaks.NAMED, doubts
        last = self._people.last_before(self._offset + span.start)
        if last is None:
            return "", Speaks.ANONYMOUS, (*doubts, WHO)
        kind = self._kind(last.name) if last.named else Speaks.ANONYMOUS
        return last.name, kind, (*doubts, WHO)

    def _kind(self, name: str) -> Speaks:
        return Speaks.PSEUDONYM if name in self._false_names else Speaks.NAMED


_CLAUSE = r"[^。！？；：“”「」\n]"
_BEHIND = re.compile(rf"^[，,]?\s*({_CLAUSE}{{0,48}}?)({SAYS})({_CLAUSE}{{0,24}}?)[。；：:，,！]")
_BEHIND_EN = re.compile(
    rf"^,?\s*(?:(?:{SAID})\s+(?P<after>[A-Z][^.;,“”\"]{{1,80}})"
    r"|(?P<before>(?:[A-Z]|an? |one |another )[^.;“”\"]{1,90}?|[Hh]e|[Ss]he|[Tt]hey)"
    rf"\s+(?:{SAID})\b)"
    r"[^.;“”\"]{0,60}"
)
_AHEAD = re.compile(rf"({_CLAUSE}{{0,60}}?)(?:{SAYS}){_CLAUSE}{{0,16}}?[：:，,]\s*$")
_AHEAD_EN = re.compile(
    rf"((?:[A-Z]|an? |one |another )[^.;“”\"]{{1,90}}?|[Hh]e|[Ss]he|[Tt]hey)\s+(?:{SAID})\b"
    r"[^.;“”\"]{0,40}?[:,]?\s*$"
)
_ABOUT = re.compile(rf"({_CLAUSE}{{2,40}}?)({SAYS})[，,]")


def _spans(paragraph: str) -> Iterator[_Span]:
    """Outermost quotation marks; straight ones in pairs, where the paragraph has no others."""
    marks = _MARKS if any(opener in paragraph for opener, _ in _MARKS) else ()
    found: list[_Span] = []
    for opener, closer in marks:
        depth, start = 0, 0
        for place, char in enumerate(paragraph):
            if char == opener:
                start, depth = (place, 1) if depth == 0 else (start, depth + 1)
            elif char == closer and depth:
                depth -= 1
                if depth == 0:
                    found.append(_Span(paragraph[start + 1 : place], start, place + 1))
    if not marks and paragraph.count('"') % 2 == 0:
        found = [_Span(m[1], m.start(), m.end()) for m in re.finditer(r'"([^"]+)"', paragraph)]
    yield from sorted(found, key=lambda one: one.start)


def _is_a_thought(text: str) -> bool:
    if han(text):
        return han(text) >= FEWEST_HAN
    return len(text.split()) >= FEWEST_WORDS


def _ends_open(span: _Span) -> bool:
    return span.text[-1:] in "，,。.！？!?"


def _joined(first: str, second: str) -> str:
    """Both halves; the first keeps the comma that it ended with inside its marks."""
    if not han(first):
        stop = "" if first[-1:] in ".!?…" else "." if second[:1].isupper() else ","
        return f"{first}{stop} {second}"
    stop = "" if first[-1:] in "，。！？…" else "，"
    return f"{first}{stop}{second}"


def _last_words(subject: str) -> str:
    """What is left of `谷歌的塞瓦克`: the part that names somebody."""
    plain = re.split(r"[，,：:]", subject)[-1].strip()
    plain = re.sub(r"(?:则|就|也|还|曾|又|进一步|向.*|在.*|对.*|最近.*)$", "", plain)
    return plain.rpartition("的")[2] or plain
