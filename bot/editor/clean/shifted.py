"""Runs that were read one byte out of step, put back by a beam search over the bytes.

A page was searched and replaced byte by byte, across the borders of characters: `(pinyin)` was put
behind byte pairs, a byte was lost. Whoever decoded it took the next bytes in wrong pairs, and
showed `?` where a lead byte stood before a bracket: 因為項目 became 因?yàn)轫?xiàng)目, 人。”秦
became 人?！鼻. Here each shown character gives its bytes back, they are paired anew, and what is
unknown is chosen by the language (`language_model`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from bot.editor.clean.gbk import WIDE, by_first, by_second, bytes_of, pairs
from bot.editor.clean.language_model import LanguageModel, language_model
from bot.library.aliases import simplify

BEAM = 120
"""Hypotheses kept after each character; with 40 the longest runs of the measured texts break."""

NOTHING, ANY = -1, -2
"""No byte waits for its second; one waits that nobody knows."""

_TONE = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"
PINYIN = rf"[a-zü{_TONE}]{{1,6}}"
"""One syllable, its tone marked unless it has none; which character has it is looked up."""

TAGS = r"/(?:span|strong|div|p|em|b|a|h\d|section)>"
_TOKENS = re.compile(
    rf"\?(?P<reading>{PINYIN})\)|\?(?P<tag>{TAGS})|\((?P<note>{PINYIN})\)|.", re.DOTALL
)

_LITERAL = -7.0
"""For a question mark that is one: dearer than a lost byte that makes a sentence."""

_LOST = -1.0
_DROPPED = -14.0
"""For a byte that waits and never gets its second."""

_FOLDED = ",!?:;()"
"""ASCII that was full-width when the bytes were searched."""

_NOTED = -0.1
_UNENDED = -4.0
"""For a line that ends with a comma."""

_CLOSERS = {"”": "“", "》": "《", "」": "「", "）": "（", "』": "『"}
_CLOSES, _CLOSES_NOTHING = 3.0, -5.0


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What the line may have said so far. `waits` is a byte without its second, NOTHING or ANY;
    `trail` the second byte of the last character; `guesses` how many characters the language
    chose."""

    score: float
    text: str
    waits: int = NOTHING
    trail: int = NOTHING
    guesses: int = 0


@dataclass(frozen=True, slots=True)
class Realigned:
    text: str
    guesses: int


def realign(line: str) -> Realigned:
    """The likeliest line; the same where nothing was out of step."""
    search = _Search(language_model())
    beam = [Hypothesis(0.0, "")]
    for token in _TOKENS.finditer(line):
        beam = search.step(beam, token)
    best = max((search.ended(one) for one in beam), key=lambda one: one.score)
    return Realigned(best.text, best.guesses)


class _Search:
    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    def step(self, beam: list[Hypothesis], token: re.Match[str]) -> list[Hypothesis]:
        """The hypotheses after one more token, the best of them."""
        found: dict[tuple[str, int], Hypothesis] = {}
        for one in beam:
            for new in self._after(one, token):
                key = (new.text[-2:], new.waits)
                if key not in found or found[key].score < new.score:
                    found[key] = new
        return sorted(found.values(), key=lambda one: -one.score)[:BEAM]

    def ended(self, one: Hypothesis) -> Hypothesis:
        unended = _UNENDED if one.text[-1:] in ("、", "，") else 0.0
        return _moved(one, score=unended + (0.0 if one.waits == NOTHING else _DROPPED))

    def _after(self, one: Hypothesis, token: re.Match[str]) -> Iterator[Hypothesis]:
        if token["reading"]:
            yield from self._read(one, token["reading"])
            yield from self._spelled(one, token[0])
        elif token["tag"]:
            yield from self._lost(one)
            yield from self._spelled(one, token[0])
        elif token["note"]:
            if _reads(one.text[-1:], token["note"]):
                yield _moved(one, score=_NOTED)
            else:
                yield from self._spelled(one, token[0])
        elif token[0] == "?":
            yield from self._lost(one)
            for half in self._paired(one, WIDE):  # a full-width ？ that was folded later
                yield from self._waiting(half, ord("?") | 0x80)
            yield self._add(one, "?", extra=_LITERAL)
        else:
            yield from self._shown(one, token[0])

    def _shown(self, one: Hypothesis, char: str) -> Iterator[Hypothesis]:
        """A character that is there: as it is, or its bytes in other pairs."""
        raw = bytes_of(char)
        if one.waits == NOTHING:
            folded = ord(char) | 0x80 if char in _FOLDED else NOTHING
            yield self._add(one, char, trail=raw[-1] if raw else folded)
            return
        if char.isascii():
            yield from self._ascii(one, char)
        elif raw and len(raw) == 1:
            yield from self._paired(one, raw[0])
        elif raw:
            for half in self._paired(one, raw[0]):
                yield from self._waiting(half, raw[1])
        yield self._add(one, char, trail=raw[-1] if raw else NOTHING, extra=_DROPPED)

    def _ascii(self, one: Hypothesis, char: str) -> Iterator[Hypothesis]:
        """The second byte itself, or what was a full-width character before it was folded."""
        yield from self._paired(one, ord(char))
        for half in self._paired(one, WIDE):
            yield from self._waiting(half, ord(char) | 0x80)

    def _paired(self, one: Hypothesis, second: int) -> Iterator[Hypothesis]:
        """What waits, with its second byte."""
        if one.waits == ANY:
            for first, char in by_second(second):
                if self._model.knows(simplified(char)):
                    yield self._add(one, char, trail=second, guesses=1, first=first)
        elif one.waits != NOTHING and (whole := pairs().get(one.waits << 8 | second)):
            yield self._add(one, whole, trail=second)

    def _waiting(self, one: Hypothesis, byte: int) -> Iterator[Hypothesis]:
        """A byte that begins the next character; below 80 it is a character by itself."""
        if byte < 0x80:
            yield self._add(one, chr(byte))
        else:
            yield _moved(one, waits=byte)

    def _lost(self, one: Hypothesis) -> Iterator[Hypothesis]:
        """A byte that nobody knows: it begins a character, or ends the one that waits."""
        if one.waits == NOTHING:
            yield _moved(one, score=_LOST, waits=ANY)
        elif one.waits != ANY:
            for second, char in by_first(one.waits):
                if self._model.knows(simplified(char)):
                    yield self._add(one, char, trail=second, extra=_LOST, guesses=1)

    def _read(self, one: Hypothesis, reading: str) -> Iterator[Hypothesis]:
        """The pinyin names the character that the lost byte ends; whether that character is one
        of the text depends on the step."""
        first = one.trail if one.waits == NOTHING else one.waits
        for second, char in by_first(first) if first > 0 else ():
            if _reads(char, reading):
                if one.waits == NOTHING:
                    yield _moved(one, score=_LOST, waits=second)
                else:
                    yield self._add(one, char, trail=second, extra=_LOST)

    def _spelled(self, one: Hypothesis, text: str) -> Iterator[Hypothesis]:
        for char in text:
            one = self._add(one, char, extra=_LITERAL if char == "?" else 0.0)
        yield one

    def _add(
        self,
        one: Hypothesis,
        char: str,
        *,
        trail: int = NOTHING,
        extra: float = 0.0,
        guesses: int = 0,
        first: int = NOTHING,
    ) -> Hypothesis:
        behind = "".join(map(simplified, one.text[-2:]))
        score = one.score + extra + self._model.score(behind, simplified(char))
        score += _balance(one.text, char)
        return Hypothesis(score, one.text + char, NOTHING, trail, one.guesses + guesses)


def _moved(one: Hypothesis, *, score: float = 0.0, waits: int = NOTHING) -> Hypothesis:
    return Hypothesis(one.score + score, one.text, waits, one.trail, one.guesses)


def _balance(text: str, char: str) -> float:
    """What a closing mark gains where one is open, and loses where none is."""
    opener = _CLOSERS.get(char)
    if opener is None:
        return 0.0
    return _CLOSES if text.count(opener) > text.count(char) else _CLOSES_NOTHING


@cache
def simplified(char: str) -> str:
    return simplify(char) if char else ""


def _reads(char: str, reading: str) -> bool:
    return reading in _readings(char)


@cache
def _readings(char: str) -> frozenset[str]:
    from pypinyin import Style, pinyin

    if not char or char.isascii():
        return frozenset()
    told = pinyin(char, style=Style.TONE, heteronym=True, errors="ignore")
    return frozenset(told[0]) if told else frozenset()


reads: Callable[[str, str], bool] = _reads
"""Whether a character has that reading."""
