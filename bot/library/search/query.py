"""What a typed line may mean: one or more readings, each a row of terms to look for."""

import itertools
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from rapidfuzz import process
from rapidfuzz.distance import OSA

from . import common
from .fold import LONGEST_QUERY, is_han, split_apart
from .index import INITIALS, PAIR, SKIP, SOUNDS, TOKEN, Corpus, letter_trigrams, pair, triple
from .pinyin import segment
from .postings import best

MOST_TERMS = 96


class Kind(Enum):
    TYPED = "typed"
    PINYIN = "pinyin"
    INITIALS = "initials"
    REGIONAL = "regional"
    NUMBERS = "numbers"
    REJOINED = "rejoined"


@dataclass(frozen=True, slots=True)
class Term:
    text: str
    weight: float
    token: int = -1
    sounds: tuple[int, ...] = ()
    initial: str = ""
    apart: bool = True
    near: tuple[int, ...] = ()  # tokens spelled nearly so, for an unknown word
    letters: bool = False
    guess: bool = False
    ask: int = 0  # 2 a word of asking, 1 a word that may stand beside one


@dataclass(frozen=True, slots=True)
class Reading:
    kind: Kind
    terms: tuple[Term, ...]


def readings(typed: str, corpus: Corpus) -> Iterator[Reading]:
    tokens = split_apart(corpus.fold(typed[:LONGEST_QUERY]))[:MOST_TERMS]
    if not tokens:
        return
    plain = _typed(tokens, corpus)
    pinyin = _pinyin(tokens, corpus)
    if pinyin is None or any(t.token >= 0 or t.near for t in plain):
        yield Reading(Kind.TYPED, _quieten(plain))
    if pinyin is not None:
        yield Reading(Kind.PINYIN, _quieten(pinyin))
    initials = _initials(tokens, corpus)
    if initials:
        yield Reading(Kind.INITIALS, initials)
    for kind, other in _rewritten(tokens, corpus):
        yield Reading(kind, _quieten(_typed(other, corpus)))


def features_of(reading: Reading, corpus: Corpus) -> list[int]:
    terms = reading.terms
    found = [TOKEN | t.token for t in terms if t.token >= 0]
    found += [TOKEN | token for t in terms for token in t.near]
    if reading.kind is Kind.INITIALS:
        codes = [ord(t.initial) for t in terms]
        return [INITIALS | triple(*three) for three in zip(codes, codes[1:], codes[2:], strict=False)]
    for a, b in itertools.pairwise(terms):
        if a.token >= 0 and b.token >= 0:
            found.append(PAIR | pair(a.token, b.token))
        if a.sounds and b.sounds:
            found.append(SOUNDS | pair(int(corpus.sound[a.sounds[0]]), int(corpus.sound[b.sounds[0]])))
    for a, b in zip(terms, terms[2:], strict=False):
        if a.token >= 0 and b.token >= 0:
            found.append(SKIP | pair(a.token, b.token))
    return list(dict.fromkeys(found))


Tokens = Sequence[tuple[str, bool]]


def _typed(tokens: Tokens, corpus: Corpus) -> tuple[Term, ...]:
    terms = []
    for place, (text, apart) in enumerate(tokens):
        token = corpus.number.get(text, -1)
        sounds = corpus.hanzi.readings_of(text) if len(text) == 1 else ()
        near: tuple[int, ...] = ()
        if token >= 0:
            weight = float(corpus.surprise[token])
        elif is_han(text):
            weight = 5.0
        else:
            near = _near(text, corpus, last=place == len(tokens) - 1)
            weight = 5.0
            if len(text) == 1 and not text.isascii():
                weight = 0.5
        terms.append(Term(text, weight, token, sounds, apart=apart, near=near))
    return tuple(terms)


def _near(word: str, corpus: Corpus, last: bool) -> tuple[int, ...]:
    """Known words spelled nearly so; for the last word of a line also what it may begin."""
    if len(word) < 3:
        return ()
    scores = corpus.spelling.scores(letter_trigrams(word))
    places = best(scores, 12).tolist()
    found = [p for p in places if OSA.normalized_similarity(word, corpus.words[p]) >= 0.6][:6]
    if last:
        start = bisect_left(corpus.words, word, 3)
        for place in range(start, min(start + 8, len(corpus.words))):
            if corpus.words[place].startswith(word):
                found.append(place)
    return tuple(dict.fromkeys(found))


def _pinyin(tokens: Tokens, corpus: Corpus) -> tuple[Term, ...] | None:
    """The words read as pinyin, or None if one of them is none; Chinese characters stay."""
    if not any(text.isascii() and text.isalpha() for text, _ in tokens):
        return None
    terms: list[Term] = []
    for text, apart in tokens:
        if not (text.isascii() and text.isalpha()):
            terms += _typed([(text, apart)], corpus)
            continue
        pieces = segment(text, corpus.spellings, _cost(corpus))
        if pieces is None:
            if any(is_han(t) for t, _ in tokens) or text in corpus.number:
                terms += _typed([(text, apart)], corpus)
                continue
            return None
        for place, piece in enumerate(pieces):
            terms.append(_syllable(piece, apart and not place, corpus))
    if sum(t.guess for t in terms) * 3 > sum(t.letters for t in terms):
        return None
    if not any(t.letters for t in terms):
        return None
    return tuple(terms)


def _syllable(piece: str, apart: bool, corpus: Corpus) -> Term:
    number = corpus.spellings.get(piece)
    if number is not None:
        weight = float(corpus.sound_surprise[corpus.sound[number]])
        return Term(piece, weight, sounds=(number,), apart=apart, letters=True)
    names = corpus.hanzi.syllables
    close = process.extract(piece, names[1:], scorer=OSA.distance, score_cutoff=1, limit=12)
    return Term(piece, 4.0, sounds=tuple(i + 1 for _, _, i in close), apart=apart, letters=True, guess=True)


def _cost(corpus: Corpus):
    cache: dict[tuple[int, int], float] = {}

    def cost(previous: int, this: int) -> float:
        if this < 0:
            return 11.0
        if previous < 0:
            return 8.0
        key = (previous, this)
        if key not in cache:
            a, b = int(corpus.sound[previous]), int(corpus.sound[this])
            _, count = corpus.features.spans([SOUNDS | pair(a, b)])
            cache[key] = 12.0 - float(min(count[0], 1)) * 5 - (min(4.0, float(count[0]) ** 0.25))
            if not previous:
                cache[key] = 4 + float(corpus.sound_surprise[b])
        return cache[key]

    return cost


def _initials(tokens: Tokens, corpus: Corpus) -> tuple[Term, ...] | None:
    letters = "".join(text for text, _ in tokens)
    if not (letters.isascii() and letters.isalpha() and 5 <= len(letters) <= 30):
        return None
    if len(tokens) > 1 and any(len(text) > 1 for text, _ in tokens):
        return None
    return tuple(Term(letter, 3.0, initial=letter, apart=False) for letter in letters)


def _rewritten(tokens: Tokens, corpus: Corpus) -> Iterator[tuple[Kind, Tokens]]:
    text = "".join((" " if apart else "") + token for token, apart in tokens)
    other = text
    for theirs, ours in corpus.regional.items():
        if theirs in other:
            other = other.replace(theirs, ours)
    if other != text:
        yield Kind.REGIONAL, split_apart(other)
    other = text.translate(_DIGITS)
    if other != text:
        yield Kind.NUMBERS, split_apart(other)
    other = text.translate(_NUMERALS)
    if other != text:
        yield Kind.NUMBERS, split_apart(other)


_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_NUMERALS = str.maketrans("〇零一二三四五六七八九", "00123456789")


def _quieten(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    marks = _marks([t.text for t in terms])
    return tuple(replace(t, ask=mark) if mark else t for t, mark in zip(terms, marks, strict=True))


_STRONG = common.ASKING | frozenset(common.ASKING_HAN)
_WEAK = common.BESIDE | frozenset(common.BESIDE_HAN)


def _marks(texts: list[str]) -> list[int]:
    marks = [0] * len(texts)
    for i in range(len(texts)):
        for n in (4, 3, 2, 1):
            piece = "".join(texts[i : i + n])
            value = 2 if piece in _STRONG else 1 if piece in _WEAK else 0
            if value and i + n <= len(texts):
                for j in range(i, i + n):
                    marks[j] = max(marks[j], value)
    return marks
