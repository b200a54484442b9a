"""The front door: look a typed line up, and say what was found, why, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from .align import Alignment, align
from .build import build_corpus
from .cache import load_or_build_corpus
from .corpus import SPEAKER, TEXT, WORK, Corpus, Document
from .hanzi import read_hanzi
from .postings import best
from .query import Kind, Reading, features_of, readings
from .score import Evidence, confidence, evidence

CANDIDATES = 32  # documents that are looked at closely; the right one is among the first 5 in 99 %
FOUND = 0.5  # least confidence of a hit …
# Among equals the speaker's name goes first, then the words, then where they were published.
BEST_LINE = {SPEAKER: 0.02, TEXT: 0.01, WORK: 0.0}
ENOUGH = 0.95  # confidence that spares the further readings
CERTAIN = 0.9  # … and of an answer that needs no question back


class Reason(Enum):
    """Why a document was found."""

    EXACT = "exact"
    FRAGMENT = "fragment"
    SCRIPT = "script"
    TYPO = "typo"
    HOMOPHONE = "homophone"
    PINYIN = "pinyin"
    INITIALS = "initials"
    SPEAKER = "speaker"
    WORDS = "words"
    REGIONAL = "regional"


class Sureness(Enum):
    """What to do with a finding: answer; ask "did you mean" (up to three); say nothing fits."""

    SURE = "sure"
    MAYBE = "maybe"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Hit:
    id: str
    score: float  # 0 to 1
    reason: Reason


@dataclass(frozen=True, slots=True)
class Finding:
    hits: tuple[Hit, ...]  # best first
    sure: Sureness


@dataclass(frozen=True, slots=True)
class _Candidate:
    document: int
    belief: float
    rank: float
    evidence: Evidence
    reading: Reading
    alignment: Alignment


class Index:
    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus

    def search(self, query: str, limit: int) -> list[tuple[str, float]]:
        return [(hit.id, hit.score) for hit in self.look(query, limit).hits]

    def look(self, query: str, limit: int) -> Finding:
        found = self._candidates(query, limit)
        hits = [c for c in sorted(found, key=lambda c: (-round(c.rank, 3), c.document)) if c.belief >= FOUND][:limit]
        if not hits:
            return Finding((), Sureness.NOTHING)
        sure = Sureness.SURE if hits[0].belief >= CERTAIN else Sureness.MAYBE
        ids = self.corpus.ids
        return Finding(tuple(Hit(ids[c.document], c.belief, _reason(c)) for c in hits), sure)

    def _candidates(self, query: str, limit: int) -> list[_Candidate]:
        best_of: dict[int, _Candidate] = {}
        for reading in readings(query, self.corpus):
            for candidate in self._read(reading, limit):
                other = best_of.get(candidate.document)
                if other is None or candidate.rank > other.rank:
                    best_of[candidate.document] = candidate
            if any(c.belief >= ENOUGH for c in best_of.values()):
                break
        return list(best_of.values())

    def _read(self, reading: Reading, limit: int) -> list[_Candidate]:
        scores = self.corpus.features.scores(features_of(reading, self.corpus))
        documents = best(scores, max(CANDIDATES, limit))
        if not len(documents):
            return []
        return [self._judge(reading, a) for a in align(reading, documents, self.corpus, max(5, limit))]

    def _judge(self, reading: Reading, alignment: Alignment) -> _Candidate:
        seen = evidence(reading, alignment)
        belief = confidence(seen, len(self.corpus.ids))
        rank = belief + 0.2 * seen.fit + BEST_LINE[seen.mark]
        return _Candidate(alignment.document, belief, rank, seen, reading, alignment)


def _reason(candidate: _Candidate) -> Reason:
    return Reason.FRAGMENT


def load_or_build(documents: Sequence[Document], folder: Path) -> Index:
    """The same from the cache in a folder, which is made or renewed as needed."""
    return Index(load_or_build_corpus(documents, folder))


def build(quotes: Sequence[Document]) -> Index:
    return Index(build_corpus(quotes, read_hanzi()))
