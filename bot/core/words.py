"""The bot's own sentences in each language; given by `app`, never read from here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from bot.core.language import Language
from bot.core.reply import Span, Spans

_PLACEHOLDER = re.compile(r"\{(\w+)\}")

BOTH_JOINT = " / "
"""Stands between the Chinese and the English of a sentence in `Language.BOTH`."""


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
        return _PLACEHOLDER.sub(lambda m: values[m[1]], self._template(key, language))

    def spans(self, key: str, language: Language, **values: str | Span) -> Spans:
        """The sentence as spans, so that a value may be a link, a command or bold."""
        pieces = _PLACEHOLDER.split(self._template(key, language))
        filled = [values[p] if i % 2 else p for i, p in enumerate(pieces)]
        return tuple(Span(f) if isinstance(f, str) else f for f in filled if f)

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


class Bilingual(Protocol):
    """A text that an editor wrote in both languages."""

    @property
    def hans(self) -> str: ...

    @property
    def en(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Voice:
    """The bot speaking one language: its own sentences, and what the editors wrote."""

    words: Words
    language: Language

    def say(self, key: str, **values: str) -> str:
        return self.words.say(key, self.language, **values)

    def spans(self, key: str, **values: str | Span) -> Spans:
        return self.words.spans(key, self.language, **values)

    def read(self, text: Bilingual) -> str:
        """The text as this reader wants it; `BOTH` gives the Chinese and the English."""
        match self.language:
            case Language.EN:
                return text.en
            case Language.HANS:
                return text.hans
            case Language.HANT:
                return self.words.to_hant(text.hans)
            case Language.BOTH:
                return text.hans if text.hans == text.en else f"{text.hans}{BOTH_JOINT}{text.en}"

    def script(self, text: str) -> str:
        """A text that is shown as it was said: only a reader of zh-Hant gets other characters."""
        return self.words.to_hant(text) if self.language is Language.HANT else text
