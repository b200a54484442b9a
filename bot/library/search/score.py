"""How well a reading fits a document: one alignment, weighed by how surprising each token is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA, Prefix

from .index import FIRST_TOKEN, Corpus
from .query import Kind, Reading
from .postings import Floats, Ints

HOMOPHONE = 0.9
PINYIN = 0.98
SLOPPY = 0.04
GUESS = 0.75
NEVER = 65535
GAP = 0.4
JUMP = 3.0
JUMP_APART = 1.0
CLOSE = 0.7
LONGEST_DOCUMENT = 400


@dataclass(frozen=True, slots=True)
class Fit:
    document: int
    value: float
    matched: float  # nats
    missing: float
    disorder: float
    speaker: bool
    pairs: list[tuple[int, int, float]]


def fit(reading: Reading, documents: Ints, corpus: Corpus) -> list[Fit]:
    cells, tokens = _window(documents, corpus)
    same = _similarity(reading, tokens, corpus)
    weight = np.array([t.weight for t in reading.terms], np.float32)
    here = (same * weight[:, None])[:, cells]  # (terms, documents, places)
    if len(documents) > 10:
        bag = here.max(axis=2).sum(axis=0)
        keep = np.sort(np.argsort(-bag, kind="stable")[:10])
        documents, here, cells = documents[keep], here[:, keep], cells[keep]
    jumps = [JUMP_APART if t.apart and t.sounds else JUMP for t in reading.terms]
    chains = _align(here, jumps)
    value = chains[-1].max(axis=1)
    found = []
    for which in np.argsort(-value, kind="stable")[:5].tolist():
        if value[which] <= 0:
            break
        pairs, disorder = _trace(chains[:, which], here[:, which], jumps)
        mark = tokens[cells[which]]
        matched, missing = _weigh(reading, pairs, same, cells[which])
        place = pairs[0][1]
        opener = [t for t in mark[: place + 1].tolist() if t < FIRST_TOKEN]
        found.append(Fit(int(documents[which]), float(value[which]), matched, missing, disorder, bool(opener and opener[-1] == 1), pairs))
    return found


def _weigh(reading: Reading, pairs, same, cells) -> tuple[float, float]:
    terms = reading.terms
    matched = missing = 0.0
    got = {}
    for i, j, _ in pairs:
        got[i] = float(same[i, cells[j]])
    first, last = pairs[0][0], pairs[-1][0]
    head = any(t.ask == 2 for t in terms[:first])
    tail = any(t.ask == 2 for t in terms[last + 1 :])
    for i, t in enumerate(terms):
        s = got.get(i, 0.0)
        matched += t.weight * s
        share = 1.0
        if not s and t.ask:
            if i < first and head or i > last and tail:
                share = 0.1
            elif t.ask == 2 and first < i < last:
                share = 0.5
        missing += t.weight * (1 - s) * share
    return matched, missing


def _trace(chain: Floats, here: Floats, jumps: list[float]) -> tuple[list[tuple[int, int, float]], float]:
    """Which term stands at which place in the best chain, and what gaps and jumps cost."""
    pairs, disorder = [], 0.0
    i = len(here)
    j = int(chain[i].argmax())
    while i:
        while i and chain[i - 1, j] == chain[i, j]:
            i -= 1
        if not i:
            break
        i -= 1
        pairs.append((i, j - 3, 0.0))
        rest = float(chain[i + 1, j]) - float(here[i, j - 3])
        if abs(rest) < 1e-4:
            break
        before = chain[i]
        for back, price in ((1, 0.0), (2, GAP), (3, 2 * GAP)):
            if abs(float(before[j - back]) - price - rest) < 1e-4:
                j, disorder = j - back, disorder + price
                break
        else:
            j, disorder = int(before.argmax()), disorder + jumps[i]
    return pairs[::-1], disorder


def _window(documents: Ints, corpus: Corpus) -> tuple[Ints, Ints]:
    """The documents' tokens as a matrix of places in an array of the different tokens."""
    starts = corpus.starts[documents]
    lengths = np.minimum(corpus.lengths[documents], LONGEST_DOCUMENT)
    across = np.arange(int(lengths.max()))
    inside = across < lengths[:, None]
    cells = np.where(inside, corpus.tokens[np.where(inside, starts[:, None] + across, 0)], 0)
    place = np.zeros(len(corpus.words), np.int64)
    place[cells] = 1
    tokens = np.flatnonzero(place)
    place[tokens] = np.arange(len(tokens))
    return place[cells], tokens


def _similarity(reading: Reading, tokens: Ints, corpus: Corpus) -> Floats:
    terms = reading.terms
    number = np.array([t.token for t in terms])
    same = (number[:, None] == tokens).astype(np.float32)
    if reading.kind is Kind.INITIALS:
        initial = np.array([ord(t.initial) for t in terms])
        theirs = corpus.initial[corpus.readings[tokens]]
        return (initial[:, None, None] == theirs).any(axis=2).astype(np.float32)
    heard = [i for i, t in enumerate(terms) if t.sounds]
    if heard:
        same[heard] = np.maximum(same[heard], _by_sound(reading, heard, tokens, corpus))
    spelled = [i for i, t in enumerate(terms) if not t.sounds and len(t.text) > 2]
    if spelled:
        same[spelled] = np.maximum(same[spelled], _by_spelling(reading, spelled, tokens, corpus))
    same[:, tokens < FIRST_TOKEN] = 0
    return same


def _by_sound(reading: Reading, heard: list[int], tokens: Ints, corpus: Corpus) -> Floats:
    terms = [reading.terms[i] for i in heard]
    ours = np.zeros((len(heard), max(len(t.sounds) for t in terms)), np.int64)
    for row, term in zip(ours, terms, strict=True):
        row[: len(term.sounds)] = term.sounds
    theirs = np.where(corpus.readings[tokens] == 0, NEVER, corpus.readings[tokens]).astype(np.int64)
    exact = _meet(ours, theirs)
    sloppy = _meet(corpus.sound[ours], np.where(theirs == NEVER, NEVER, corpus.sound[np.minimum(theirs, len(corpus.sound) - 1)]))
    most = np.array([GUESS if t.guess else PINYIN if t.letters else HOMOPHONE for t in terms], np.float32)[:, None]
    return np.where(exact, most, np.where(sloppy, most - SLOPPY, 0)).astype(np.float32)


def _meet(ours: Ints, theirs: Ints) -> NDArray[np.bool_]:
    return (ours[:, None, :, None] == theirs[None, :, None, :]).any(axis=(2, 3))


def _by_spelling(reading: Reading, spelled: list[int], tokens: Ints, corpus: Corpus) -> Floats:
    words = [corpus.words[t] for t in tokens.tolist()]
    latin = [i for i, word in enumerate(words) if len(word) > 1]
    out = np.zeros((len(spelled), len(tokens)), np.float32)
    if latin:
        ours, theirs = [reading.terms[i].text for i in spelled], [words[i] for i in latin]
        found = process.cdist(ours, theirs, scorer=OSA.normalized_similarity, score_cutoff=CLOSE, dtype=np.float32)
        stem = process.cdist(ours, theirs, scorer=Prefix.similarity, score_cutoff=3, dtype=np.float32)
        short = np.minimum.outer(np.array([len(w) for w in ours]), np.array([len(w) for w in theirs]))
        stem = np.where((stem >= short - (short > 5)) & (stem >= 4), 0.85, 0)
        out[:, latin] = np.maximum(np.where(found > 0, 1 - (1 - found) * 0.6, 0), stem)
    last = reading.terms[-1]
    if spelled and spelled[-1] == len(reading.terms) - 1 and len(last.text) >= 2:
        begins = [i for i in latin if words[i].startswith(last.text)]
        out[-1, begins] = np.maximum(out[-1, begins], 0.93)
    return out


def _align(here: Floats, jumps: list[float]) -> Floats:
    """The best chain of matches through each document, in nats.

    Rows are the reading's terms in order. Each match stands one place behind the last one, or
    skips up to two places (GAP each), or jumps anywhere (JUMP). A term without a match adds
    nothing.
    """
    terms, documents, places = here.shape
    chains = np.full((terms + 1, documents, places + 3), -99.0, np.float32)
    for i, jump in enumerate(jumps):
        chain, row = chains[i], here[i]
        before = np.maximum(chain[:, 2:-1], chain[:, 1:-2] - GAP)
        np.maximum(before, chain[:, :-3] - 2 * GAP, out=before)
        np.maximum(before, np.maximum(chain.max(axis=1, keepdims=True) - jump, 0), out=before)
        before += row
        before[row <= 0] = -99.0
        chains[i + 1] = chain
        np.maximum(chain[:, 3:], before, out=chains[i + 1][:, 3:])
    return chains
