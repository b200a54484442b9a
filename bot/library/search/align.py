"""Lay a reading beside documents: which term stands where, in the best chain of matches.

All candidates are aligned at once. A row of the table is a term, a column a place in a document, a
layer a document; numpy takes a row at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA, Prefix

from bot.library.search.corpus import FIRST_TOKEN, WORK, Corpus
from bot.library.search.postings import Floats, Ints
from bot.library.search.query import Kind, Reading
from bot.library.search.terms import Term

# How good a match is, from 0 to 1.
HOMOPHONE = 0.9  # a character typed for another of the same sound
PINYIN = 0.98  # a syllable typed for a character
GUESS = 0.75  # a syllable guessed from a slip of the fingers
SLOPPY = 0.08  # less for zh = z, n = l, -ng = -n
BEGINNING = 0.93  # the last word, typed as far as it goes
STEM = 0.92  # keeps and keep: four letters and three in five are the same from the start
STEM_LETTERS, STEM_SHARE, LONGEST_ENDING = 4, 0.6, 3
KIN = 0.91  # science and scientific: the first half, five letters at least
KIN_LETTERS, KIN_SHARE = 5, 0.5  # … or all but -ing
ALIKE = 0.66  # least share of letters right in a word with typos …
TYPO = 0.6  # … and how much of the rest counts against it: one letter in four wrong makes 0.85

GAP = 0.4  # nats for passing over a place; a third of what the commonest word is worth
JUMP = 3.0  # nats for going on anywhere else: about ln 20, one place of the quote among the others
JUMP_APART = 1.0  # the same where the person left a space between Chinese words
QUIET = 0.5  # pull of question words, so that they do not find documents of their own
REACH = 3  # places from one match to the next that are still one run

WORTHWHILE = 0.7  # share of the best value under which a candidate is not looked at closely

IN_WORK = np.float32(0.98)  # so that an article goes before the quotes that are from it

ALIGNED = 10  # candidates that are aligned, the best by matched weight wherever it stands …
CELLS = 640  # … or as many as are asked for, while terms times candidates stay below: a long line
# is about one document, and 64 terms beside 50 candidates took 30 ms
LONGEST_DOCUMENT = 400  # tokens; longer texts (articles) are looked at so far

_NEVER = -99.0  # stands for no chain


@dataclass(frozen=True, slots=True)
class Match:
    term: int
    place: int
    quality: float
    literal: bool  # the same token, not one that sounds or looks like it


@dataclass(frozen=True, slots=True)
class Alignment:
    document: int
    value: float  # nats of the chain
    matches: tuple[Match, ...]
    here: Ints  # the document's tokens, in places
    quality: Floats  # (terms, places)


def align(reading: Reading, documents: Ints, corpus: Corpus, limit: int) -> list[Alignment]:
    """The best alignments of the candidates, at most `limit` of them."""
    cells, tokens = _window(documents, corpus)
    quality = _quality(reading, tokens, corpus)
    weight = np.array([_pull(term) for term in reading.terms], np.float32)[:, None]
    gain = (quality * weight)[:, cells] * _line_share(tokens[cells])
    anywhere = gain.max(axis=2).sum(axis=0)
    most = max(ALIGNED, min(limit, CELLS // len(reading.terms)))
    keep = np.argsort(-anywhere, kind="stable")[:most]
    documents, gain, cells = documents[keep], gain[:, keep], cells[keep]
    jumps = [JUMP_APART if term.apart and term.sounds else JUMP for term in reading.terms]
    chains = _chains(gain, jumps)
    value = chains[-1].max(axis=1)
    found = []
    for row in np.argsort(-value, kind="stable")[:limit].tolist():
        if value[row] <= WORTHWHILE * value.max():
            break
        here, near = tokens[cells[row]], quality[:, cells[row]]
        matches = tuple(
            Match(term, place, float(near[term, place]), reading.terms[term].token == here[place])
            for term, place in _trace(chains[:, row], gain[:, row])
        )
        found.append(Alignment(int(documents[row]), float(value[row]), matches, here, near))
    return found


def _line_share(here: Ints) -> Floats:
    """Per document and place, what matches in its line are worth."""
    opens = np.where(here < FIRST_TOKEN, np.arange(here.shape[1]), 0)
    marks = np.take_along_axis(here, np.maximum.accumulate(opens, axis=1), axis=1)
    share: Floats = np.where(marks == WORK, IN_WORK, np.float32(1.0))
    return share


def _pull(term: Term) -> float:
    return term.weight * (QUIET if term.quiet else 1.0)


def _window(documents: Ints, corpus: Corpus) -> tuple[Ints, Ints]:
    """The documents' tokens, as places in an array of the different ones."""
    starts = corpus.starts[documents]
    lengths = np.minimum(corpus.lengths[documents], LONGEST_DOCUMENT)
    across = np.arange(int(lengths.max()))
    inside = across < lengths[:, None]
    cells = np.where(inside, corpus.tokens[np.where(inside, starts[:, None] + across, 0)], 0)
    # Marking and counting beats np.unique by five: no sort.
    place = np.zeros(len(corpus.words), np.int32)
    place[cells] = 1
    tokens = np.flatnonzero(place)
    place[tokens] = np.arange(len(tokens))
    return place[cells].astype(np.int64), tokens


def _quality(reading: Reading, tokens: Ints, corpus: Corpus) -> Floats:
    """How good a match each token is for each term."""
    terms = reading.terms
    if reading.kind is Kind.INITIALS:
        initials = np.array([ord(term.initial) for term in terms])
        theirs = corpus.initial[corpus.readings[tokens]]
        same: Floats = (initials[:, None, None] == theirs).any(axis=2).astype(np.float32)
        return same
    numbers = np.array([term.token for term in terms])
    quality: Floats = (numbers[:, None] == tokens).astype(np.float32)
    heard = [i for i, term in enumerate(terms) if term.sounds]
    if heard:
        by_sound = _by_sound([terms[i] for i in heard], tokens, corpus)
        quality[heard] = np.maximum(quality[heard], by_sound)
    spelled = [
        i for i, term in enumerate(terms) if not term.sounds and (len(term.text) > 2 or term.begins)
    ]
    if spelled:
        by_spelling = _by_spelling([terms[i] for i in spelled], tokens, corpus)
        quality[spelled] = np.maximum(quality[spelled], by_spelling)
    quality[:, tokens < FIRST_TOKEN] = 0
    return quality


def _by_sound(terms: Sequence[Term], tokens: Ints, corpus: Corpus) -> Floats:
    ours = np.zeros((len(terms), max(len(term.sounds) for term in terms)), np.int64)
    for row, term in zip(ours, terms, strict=True):
        row[: len(term.sounds)] = term.sounds
    most = np.array([_by_ear(term) for term in terms], np.float32)[:, None]
    # Per term and syllable; 0, which is no reading, has the sound of no term.
    alike = (corpus.sound[ours][:, :, None] == corpus.sound).any(axis=1)
    hears = np.where(alike, most * (1 - SLOPPY), 0).astype(np.float32)
    np.put_along_axis(hears, ours, most, axis=1)
    hears[:, 0] = 0
    quality: Floats = hears[:, corpus.readings[tokens]].max(axis=2)
    return quality


def _by_ear(term: Term) -> float:
    """Quality of a match by sound; for a rare character only as much as its sound tells."""
    if term.typed:
        return HOMOPHONE * min(1.0, term.heard / max(term.weight, 0.1))
    return GUESS if term.guess else PINYIN


def _by_spelling(terms: Sequence[Term], tokens: Ints, corpus: Corpus) -> Floats:
    words = [corpus.words[token] for token in tokens.tolist()]
    latin = [i for i, word in enumerate(words) if len(word) > 1]
    quality = np.zeros((len(terms), len(tokens)), np.float32)
    if latin:
        ours, theirs = [term.text for term in terms], [words[i] for i in latin]
        quality[:, latin] = np.maximum(_typos(ours, theirs), _stems(ours, theirs))
    if terms[-1].begins:
        begun = [i for i, word in enumerate(words) if word.startswith(terms[-1].text)]
        quality[-1, begun] = np.maximum(quality[-1, begun], BEGINNING)
    return quality


def _typos(ours: list[str], theirs: list[str]) -> Floats:
    alike = process.cdist(
        ours, theirs, scorer=OSA.normalized_similarity, score_cutoff=ALIKE, dtype=np.float32
    )
    return np.where(alike > 0, 1 - (1 - alike) * TYPO, 0).astype(np.float32)


def _stems(ours: list[str], theirs: list[str]) -> Floats:
    shared = process.cdist(ours, theirs, scorer=Prefix.similarity, dtype=np.float32)
    lengths = [len(word) for word in ours], [len(word) for word in theirs]
    longer, shorter = np.maximum.outer(*lengths), np.minimum.outer(*lengths)
    ending = (shared == shorter) & (longer - shorter <= LONGEST_ENDING)
    same = (shared >= STEM_LETTERS) & (ending | (shared >= STEM_SHARE * longer))
    kin = (shared >= KIN_LETTERS) & (shared >= KIN_SHARE * longer)
    return np.where(same, STEM, np.where(kin, KIN, 0)).astype(np.float32)


def _chains(gain: Floats, jumps: Sequence[float]) -> Floats:
    """Per number of terms read, document and place: nats of the best chain that ends there.

    A match stands right behind the one before, or passes over up to two places (GAP each), or jumps
    anywhere. A term without a match adds nothing. Places are moved by REACH, so that every place
    has three before it.
    """
    terms, documents, places = gain.shape
    chains = np.full((terms + 1, documents, places + REACH), _NEVER, np.float32)
    for i, jump in enumerate(jumps):
        chain = chains[i]
        before = np.maximum(chain[:, 2:-1], chain[:, 1:-2] - GAP)
        np.maximum(before, chain[:, :-3] - 2 * GAP, out=before)
        np.maximum(before, np.maximum(chain.max(axis=1, keepdims=True) - jump, 0), out=before)
        before += gain[i]
        before[gain[i] <= 0] = _NEVER
        chains[i + 1, :, :REACH] = _NEVER
        np.maximum(chain[:, REACH:], before, out=chains[i + 1, :, REACH:])
    return chains


def _trace(chain: Floats, gain: Floats) -> list[tuple[int, int]]:
    """The (term, place) pairs of one document's best chain."""
    places = []
    term, column = len(gain), int(chain[-1].argmax())
    while chain[term, column] > 0:
        while chain[term - 1, column] == chain[term, column]:
            term -= 1
        term -= 1
        places.append((term, column - REACH))
        rest = float(chain[term + 1, column] - gain[term, column - REACH])
        if rest < 1e-4:
            break
        column = _before(chain[term], column, rest)
    return places[::-1]


def _before(chain: Floats, column: int, rest: float) -> int:
    for back in range(1, REACH + 1):
        if abs(float(chain[column - back]) - (back - 1) * GAP - rest) < 1e-4:
            return column - back
    return int(chain.argmax())
