"""What a typed line may mean: readings, the likeliest first, each a row of terms."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from bot.library.search.corpus import INITIALS, PAIR, SKIP, SOUNDS, TOKEN, Corpus, pair, triple
from bot.library.search.fold import LONGEST_QUERY, is_han, split_apart
from bot.library.search.terms import Term, Tokens, initial_terms, pinyin_terms, typed_terms, weigh

# Terms that are looked for. A quote pasted whole is found by its first 48 words or characters; each
# term costs 50 µs.
MOST_TERMS = 48


class Kind(Enum):
    TYPED = "as typed"
    PINYIN = "as pinyin"
    INITIALS = "as initials of pinyin"
    REJOINED = "with words parted or joined"
    REGIONAL = "in the other region's words"
    NUMBERS = "with numbers written the other way"


@dataclass(frozen=True, slots=True)
class Reading:
    kind: Kind
    terms: tuple[Term, ...]


def readings(typed: str, corpus: Corpus) -> Iterator[Reading]:
    """Made one by one: who is satisfied with the first does not pay for the next."""
    tokens = split_apart(corpus.fold(typed[:LONGEST_QUERY]))[:MOST_TERMS]
    if not tokens:
        return
    literal = typed_terms(tokens, corpus)
    pinyin = pinyin_terms(tokens, corpus)
    pinyin = pinyin and pinyin[:MOST_TERMS]
    known = sum(term.token >= 0 or bool(term.near) for term in literal)
    if pinyin is not None and known * 2 <= len(tokens):  # zai lu shang is no English
        yield Reading(Kind.PINYIN, weigh(pinyin, corpus))
    if pinyin is None or known:
        yield Reading(Kind.TYPED, weigh(literal, corpus))
    if pinyin is not None and known * 2 > len(tokens):
        yield Reading(Kind.PINYIN, weigh(pinyin, corpus))
    initials = initial_terms(tokens)
    if initials is not None:
        yield Reading(Kind.INITIALS, tuple(initials))
    for kind, other in _rewritten(tokens, corpus, pinyin is None):
        yield Reading(kind, weigh(typed_terms(other, corpus), corpus))


def features_of(reading: Reading, corpus: Corpus) -> list[int]:
    """The features of the index that the reading's documents are likely to have."""
    terms = reading.terms
    if reading.kind is Kind.INITIALS:
        codes = [ord(term.initial) for term in terms]
        rows = zip(codes, codes[1:], codes[2:], strict=False)
        return list(dict.fromkeys(INITIALS | triple(*row) for row in rows))
    if reading.kind is Kind.PINYIN:  # the English around it would find English documents
        terms = tuple(term for term in terms if not (term.quiet and term.typed))
    found = [TOKEN | token for term in terms for token in (term.token, *term.near) if token >= 0]
    for a, b in itertools.pairwise(terms):
        if a.token >= 0 and b.token >= 0:
            found.append(PAIR | pair(a.token, b.token))
        if a.sounds and b.sounds:
            one, other = corpus.sound[a.sounds[0]], corpus.sound[b.sounds[0]]
            found.append(SOUNDS | pair(int(one), int(other)))
    for a, b in zip(terms, terms[2:], strict=False):
        if a.token >= 0 and b.token >= 0:
            found.append(SKIP | pair(a.token, b.token))
    return list(dict.fromkeys(found))


def _rewritten(tokens: Tokens, corpus: Corpus, english: bool) -> Iterator[tuple[Kind, Tokens]]:
    rejoined = _rejoined(tokens, corpus) if english else list(tokens)
    if rejoined != list(tokens):
        yield Kind.REJOINED, rejoined
    if not any(is_han(text) for text, _ in tokens):
        return
    line = "".join(" " * apart + text for text, apart in tokens)
    for kind, other in (
        (Kind.REGIONAL, _regional(line, corpus)),
        (Kind.NUMBERS, line.translate(_NUMERALS)),
        (Kind.NUMBERS, _NUMERAL.sub(lambda found: found[0].translate(_DIGITS), line)),
    ):
        if other != line:
            yield kind, split_apart(other)[:MOST_TERMS]


_NUMERALS = str.maketrans("0123456789", "〇一二三四五六七八九")
_NUMERAL = re.compile("[〇零一二三四五六七八九]{2,}")  # 九九六; a single 一 is hardly ever a 1
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")


def _regional(line: str, corpus: Corpus) -> str:
    for theirs, ours in corpus.regional.items():
        line = line.replace(theirs, ours)
    return line


def _rejoined(tokens: Tokens, corpus: Corpus) -> list[tuple[str, bool]]:
    """Two words typed as one become two, and one typed as two becomes one."""
    known = corpus.number
    made: list[tuple[str, bool]] = []
    for text, apart in tokens:
        before = made[-1][0] if made else ""
        if (text in known and before in known) or not text.isascii():
            made.append((text, apart))
        elif before.isascii() and before and before + text in known:
            made[-1] = (before + text, made[-1][1])
        elif text in known:
            made.append((text, apart))
        else:
            made += [(part, apart) for part in _parted(text, corpus)]
    return made


def _parted(text: str, corpus: Corpus) -> tuple[str, ...]:
    """The two most usual known words that make the unknown one; it alone if there are none."""
    known, surprise = corpus.number, corpus.surprise
    parts = [(text[:cut], text[cut:]) for cut in range(1, len(text))]
    parts = [(a, b) for a, b in parts if a in known and b in known and len(b) > 1]
    parts = [(a, b) for a, b in parts if len(a) > 1 or a in "ai"]
    if not parts:
        return (text,)
    return min(parts, key=lambda two: float(surprise[known[two[0]]] + surprise[known[two[1]]]))
