"""Terms: the tokens of a typed line, with everything that may be matched about them."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.library.search.common import surprise
from bot.library.search.corpus import (
    FIRST_TOKEN,
    PAIR,
    PRIOR,
    RAREST,
    SOUNDS,
    Corpus,
    letter_trigrams,
    pair,
)
from bot.library.search.fold import is_han
from bot.library.search.pinyin import LONGEST_SYLLABLE, segment
from bot.library.search.postings import best
from bot.library.search.question import is_question_word, marks, wrapper

Tokens = Sequence[tuple[str, bool]]  # as `fold.split_apart` gives them

UNKNOWN = 5.0  # nats of a token that the corpus lacks: mostly a slip of the fingers, so not RAREST
SYMBOL = 0.5  # nats of an unknown single kana or other letter: the ツ of ¯\_(ツ)_/¯
LETTER = 1.2  # nats per letter of an unknown or unfinished word: two letters tell little
GUESSED = 4.0  # nats of a piece that is no syllable, but near some
INITIAL = 2.5  # nats of a single letter that stands for a syllable: ln 12, not ln 400
LEAST = 0.3  # share of its weight that a term keeps when the term before it makes it certain

NEAR_WORDS = 6  # known words tried for an unknown one
NEAR = 0.6  # least likeness (1 - edits / length) of those …
NEARER = 0.15  # … and how much less than the likest one they may have
BEGINNINGS = 8  # known words tried that the last word may begin


@dataclass(frozen=True, slots=True)
class Term:
    text: str
    weight: float  # nats that a match is worth
    token: int = -1  # number in the vocabulary, -1 if the corpus lacks it
    sounds: tuple[int, ...] = ()  # syllables it may be: readings of a character, or typed pinyin
    heard: float = 0.0  # nats that a match by sound alone is worth
    near: tuple[int, ...] = ()  # tokens that may be meant by an unknown word
    initial: str = ""  # the first letter of a syllable, in a row of initials
    typed: bool = True  # False: pinyin, where a match by sound is all there can be
    guess: bool = False  # its sounds are guesses
    begins: bool = False  # the last word, perhaps not typed to its end
    apart: bool = True  # something stood between it and the term before
    ask: int = 0  # a mark of question.marks
    quiet: bool = False  # part of a question around the words


def typed_terms(tokens: Tokens, corpus: Corpus) -> list[Term]:
    """The tokens taken literally."""
    final = len(tokens) - 1
    return [
        _typed(text, apart, place == final and place > 0, corpus)
        for place, (text, apart) in enumerate(tokens)
    ]


def _typed(text: str, apart: bool, last: bool, corpus: Corpus) -> Term:
    token = corpus.number.get(text, -1)
    if is_han(text):
        return _character(text, token, apart, corpus)
    begins = last and text.isascii() and text.isalpha()
    near = () if token >= 0 else _near(text, last, corpus)
    weight = float(corpus.surprise[token]) if token >= 0 else _unknown(text)
    if token < 0 and len(text) == 1 and not text.isascii():
        weight = SYMBOL
    elif token < 0 or begins:
        weight = min(weight, LETTER * len(text))
    return Term(text, weight, token, near=near, begins=begins, apart=apart)


def _character(text: str, token: int, apart: bool, corpus: Corpus) -> Term:
    sounds = corpus.hanzi.readings_of(text)
    weight = float(corpus.surprise[token]) if token >= 0 else _unknown(text)
    heard = min((float(corpus.sound_surprise[s]) for s in sounds), default=0.0)
    return Term(text, weight, token, sounds, min(weight, heard), apart=apart)


def _unknown(text: str) -> float:
    """Nats of a token that the corpus lacks: in 35 quotes even "want" may be one."""
    return min(UNKNOWN, surprise(text))


def _near(word: str, last: bool, corpus: Corpus) -> tuple[int, ...]:
    if len(word) < 3:
        return ()
    close = best(corpus.spelling.scores(letter_trigrams(word)), 2 * NEAR_WORDS).tolist()
    alike = {n: OSA.normalized_similarity(word, corpus.words[n]) for n in close}
    least = max(NEAR, max(alike.values(), default=0.0) - NEARER)
    found = [number for number in close if alike[number] >= least][:NEAR_WORDS]
    return tuple(dict.fromkeys(found + (_begun(word, corpus) if last else [])))


def _begun(word: str, corpus: Corpus) -> list[int]:
    start = bisect_left(corpus.words, word, FIRST_TOKEN)
    some = range(start, min(start + BEGINNINGS, len(corpus.words)))
    return [number for number in some if corpus.words[number].startswith(word)]


def pinyin_terms(tokens: Tokens, corpus: Corpus) -> list[Term] | None:
    """The Latin words read as pinyin; Chinese characters and the question around them stay.

    None if it is hardly pinyin: more than one piece in four is no syllable.
    """
    if not any(_is_letters(text) for text, _ in tokens):
        return None
    pieces = [_pieces(text, corpus) for text, _ in tokens]
    foreign = [
        _is_letters(text) and not all(piece in corpus.spellings for piece in some or [text])
        for (text, _), some in zip(tokens, pieces, strict=True)
    ]
    first = _question(tokens, foreign)
    last = len(tokens) - _question(tokens[::-1], foreign[::-1])
    terms: list[Term] = []
    wrong = 0
    mixed = any(is_han(text) for text, _ in tokens)
    for place, (text, apart) in enumerate(tokens):
        if not (first <= place < last and _is_letters(text)):
            terms.append(_typed(text, apart, False, corpus))
        elif mixed and foreign[place] and _is_initials(text):
            terms += [_initial(letter, corpus) for letter in text]
        elif pieces[place] or len(text) <= LONGEST_SYLLABLE:
            some = pieces[place] or [text]
            terms += [_syllable(piece, apart and not i, corpus) for i, piece in enumerate(some)]
            wrong += sum(piece not in corpus.spellings for piece in some)
        else:
            terms.append(_typed(text, apart, False, corpus))
            wrong += 1
    said = sum(not term.typed for term in terms)
    return terms if said and wrong * 4 <= said + 1 else None


def _is_letters(text: str) -> bool:
    return text.isascii() and text.isalpha()


def _is_initials(text: str) -> bool:
    """The unfinished input of an input method: 只在jf上."""
    return 2 <= len(text) <= 4 and not set(text) & set("aeiouv")


def _pieces(text: str, corpus: Corpus) -> list[str]:
    if not _is_letters(text):
        return []
    return segment(text, corpus.spellings, corpus.syllable_cost) or []


def _question(tokens: Tokens, foreign: Sequence[bool]) -> int:
    """Words of the longest beginning of question words that ends with one that is no pinyin."""
    longest = 0
    for place, (text, _) in enumerate(tokens):
        if not is_question_word(text):
            break
        if foreign[place]:
            longest = place + 1
    return longest


def _syllable(piece: str, apart: bool, corpus: Corpus) -> Term:
    number = corpus.spellings.get(piece)
    if number is not None:
        weight = float(corpus.sound_surprise[number])
        return Term(piece, weight, sounds=(number,), heard=weight, typed=False, apart=apart)
    names = corpus.hanzi.syllables[1:]
    close = process.extract(piece, names, scorer=OSA.distance, score_cutoff=1, limit=12)
    sounds = tuple(place + 1 for _, _, place in close)
    return Term(piece, GUESSED, -1, sounds, GUESSED, typed=False, guess=True, apart=apart)


def _initial(letter: str, corpus: Corpus) -> Term:
    sounds = tuple(n for n, name in enumerate(corpus.hanzi.syllables) if name[:1] == letter)
    return Term(letter, INITIAL, -1, sounds, INITIAL, typed=False, guess=True, apart=False)


def initial_terms(tokens: Tokens) -> list[Term] | None:
    """One word, or single letters, as the initials of a phrase: rjlbzzycj."""
    letters = "".join(text for text, _ in tokens)
    joined = len(tokens) == 1 or all(len(text) == 1 for text, _ in tokens)
    if not (joined and _is_letters(letters) and FEWEST_INITIALS <= len(letters) <= MOST_INITIALS):
        return None
    return [Term(letter, RAREST / 2, initial=letter, apart=False) for letter in letters]


# Five initials are 16 nats, seven times what tells one place in 100,000 quotes from another; four
# are met by chance in every third line of gibberish.
FEWEST_INITIALS, MOST_INITIALS = 5, 30


def weigh(terms: Sequence[Term], corpus: Corpus) -> tuple[Term, ...]:
    """The terms with less weight for what goes without saying, and with the question marked."""
    marked = marks([term.text for term in terms])
    head, tail = wrapper(marked)
    return tuple(
        replace(term, weight=weight, ask=mark, quiet=mark > 0 and not head <= place < tail)
        for place, (term, mark, weight) in enumerate(
            zip(terms, marked, _weights(terms, corpus), strict=True)
        )
    )


def _weights(terms: Sequence[Term], corpus: Corpus) -> list[float]:
    """们 after 我 tells nothing: its weight is what the pair tells beyond 我 alone."""
    weights = [term.weight for term in terms]
    pairs = [_pair(a, b, corpus) for a, b in itertools.pairwise(terms)]
    _, count = corpus.features.spans(pairs)
    for place, n in enumerate(count.tolist(), 1):
        if n:
            together = math.log((len(corpus.ids) + PRIOR) / (n + 1))
            told = max(LEAST * weights[place], together - terms[place - 1].weight)
            weights[place] = min(weights[place], told)
    return weights


def _pair(a: Term, b: Term, corpus: Corpus) -> int:
    if a.token >= 0 and b.token >= 0:
        return int(PAIR | pair(a.token, b.token))
    if not (a.typed or b.typed or a.guess or b.guess):
        return int(SOUNDS | pair(int(corpus.sound[a.sounds[0]]), int(corpus.sound[b.sounds[0]])))
    return 0  # no feature
