"""The bot's own sentences in each language; given by `app`, never read from here."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, TypeAlias, TypeVar

from bot.core.language import Language
from bot.core.reply import Span, Spans, spans

_PLACEHOLDER = re.compile(r"\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}")
"""`{count}` is the value; `{count|quote|quotes}` the first word when the value is 1, else the
second."""

BOTH_JOINT = " / "
"""Stands between the Chinese and the English of a sentence in `Language.BOTH`."""

Value: TypeAlias = "str | Span"
_V = TypeVar("_V", bound="str | Span")
Localized: TypeAlias = "_V | Callable[[Voice], _V]"
"""A value of a sentence, or how to tell it in a language."""


class Words:
    """Sentences by key. zh-Hant is derived from zh-Hans by `to_hant` unless overridden.

    A missing key is a mistake of ours and raises KeyError; a test compares the files.
    """

    def __init__(
        self,
        en: Mapping[str, str],
        hans: Mapping[str, str],
        hant: Mapping[str, str],
        to_hant: Callable[[str], str],
    ) -> None:
        self._tables = {Language.EN: en, Language.HANS: hans}
        self._overrides = hant
        self.to_hant = lru_cache(maxsize=2048)(to_hant)

    def say(self, key: str, language: Language, **values: str) -> str:
        """The sentence with its `{placeholders}` filled; values are never read as templates."""
        template = self._template(key, language)
        if "{" not in template:
            return template
        return _PLACEHOLDER.sub(lambda found: str(_filled(found, values)), template)

    def spans(self, key: str, language: Language, **values: str | Span) -> Spans:
        """The sentence as spans, so that a value may be a link, a command or bold."""
        template, filled, end = self._template(key, language), [], 0
        for found in _PLACEHOLDER.finditer(template):
            filled += [template[end : found.start()], _filled(found, values)]
            end = found.end()
        return spans(*filled, template[end:])

    @property
    def version(self) -> str:
        """A hash of every sentence: equal words, equal version."""
        told = json.dumps([self._tables[Language.EN], self._tables[Language.HANS], self._overrides])
        return hashlib.sha256(told.encode()).hexdigest()

    def __contains__(self, key: str) -> bool:
        return key in self._tables[Language.EN]

    def _template(self, key: str, language: Language) -> str:
        match language:
            case Language.HANT:
                return self._overrides.get(key) or self.to_hant(self._tables[Language.HANS][key])
            case Language.BOTH:
                both = self._template(key, Language.HANS), self._template(key, Language.EN)
                return both[0] if both[0] == both[1] else BOTH_JOINT.join(both)
            case _:
                return self._tables[language][key]


def _filled(found: re.Match[str], values: Mapping[str, Value]) -> Value:
    name, one, many = found.groups()
    if one is None:
        return values[name]
    return one if values[name] == "1" else many


class Bilingual(Protocol):
    """A text that an editor wrote in both languages."""

    @property
    def hans(self) -> str: ...

    @property
    def en(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Voice:
    """The bot speaking one language: its own sentences, and what the editors wrote.

    A value that reads differently in each language (a date, a list of names) is given as a
    function of the voice, so that `BOTH` is a Chinese sentence and an English one, and not two
    sentences with a bit of each in both.
    """

    words: Words
    language: Language

    def say(self, key: str, **values: Localized[str]) -> str:
        return self.each(lambda half: self.words.say(key, half.language, **_localize(values, half)))

    def spans(self, key: str, **values: Localized[Value]) -> Spans:
        first, *other = (
            self.words.spans(key, half.language, **_localize(values, half)) for half in self.halves
        )
        return first if not other or other[0] == first else (*first, Span(BOTH_JOINT), *other[0])

    def read(self, text: Bilingual) -> str:
        """The text as this reader wants it; `BOTH` gives the Chinese and the English. Traditional
        characters are the editors' own where they wrote them (`矽谷` is no `硅谷`)."""
        return self.each(lambda half: half._read(text))

    def script(self, text: str) -> str:
        """A text that is shown as it was said: only a reader of zh-Hant gets other characters."""
        return self.words.to_hant(text) if self.language is Language.HANT else text

    def each(self, tell: Callable[[Voice], str]) -> str:
        """What `tell` says in this language; `BOTH` gives the Chinese and the English."""
        if self.language is not Language.BOTH:
            return tell(self)
        return BOTH_JOINT.join(dict.fromkeys(map(tell, self.halves)))

    @property
    def halves(self) -> tuple[Voice, ...]:
        """This voice; for `BOTH` a Chinese and an English one."""
        if self.language is not Language.BOTH:
            return (self,)
        return Voice(self.words, Language.HANS), Voice(self.words, Language.EN)

    def _read(self, text: Bilingual) -> str:
        if self.language is Language.HANT:
            return getattr(text, "hant", "") or self.words.to_hant(text.hans)
        return text.en if self.language is Language.EN else text.hans


def _localize(values: Mapping[str, Localized[_V]], voice: Voice) -> dict[str, _V]:
    return {name: value(voice) if callable(value) else value for name, value in values.items()}
