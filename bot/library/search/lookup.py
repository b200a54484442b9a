"""The front door: look a typed line up, and say what was found, why, and how sure that is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from .hanzi import read_hanzi
from .index import Corpus, Document, build_corpus
from .postings import best
from .query import features_of, readings
from .score import fit


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


class Index:
    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus

    def raw(self, query, limit=5):
        out = {}
        for r in readings(query, self.corpus):
            ids = best(self.corpus.features.scores(features_of(r, self.corpus)), 24)
            if not len(ids): continue
            for f in fit(r, ids, self.corpus):
                d = f.document
                a = (f.matched - f.disorder) / (f.matched + f.missing + .01)
                row = (a - 1e-5*int(self.corpus.lengths[d]) + .001 * f.speaker, f.matched - f.disorder, f.matched / (f.matched + f.missing + .01), f.matched + f.missing, r.kind, len(r.terms))
                if d not in out or row[0] > out[d][0]: out[d] = row
            if out and max(out.values(),key=lambda r:r[0])[0] >= .95: break
        return sorted(((self.corpus.ids[d], *row) for d, row in out.items()), key=lambda r: -r[1])[:limit]

    def look(self, query: str, limit: int) -> Finding:
        hits = []
        for id, share, nats, _, _, _, terms in self.raw(query, limit):
            if (terms <= 2 and share > .9) or (terms > 2 and share * 5.5 * math.log(max(nats, 1)) > 9.4):
                hits.append(Hit(id, share, Reason.FRAGMENT))
        sure = Sureness.NOTHING if not hits else Sureness.SURE if hits[0].score > .8 else Sureness.MAYBE
        return Finding(tuple(hits), sure)

    def search(self, query: str, limit: int) -> list[tuple[str, float]]:
        return [(hit.id, hit.score) for hit in self.look(query, limit).hits]


def build(quotes: Sequence[Document]) -> Index:
    return Index(build_corpus(quotes, read_hanzi()))


def load_or_build(documents: Sequence[Document], folder: Path) -> Index:
    return build(documents)
