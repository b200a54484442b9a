"""The front door: look a typed line up, and say what was found, why, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.library.search.align import Alignment, align
from bot.library.search.cache import load_or_build_corpus
from bot.library.search.changing import change_corpus, change_entries
from bot.library.search.corpus import FIRST_TOKEN, SAYING, SPEAKER, TEXT, WORK, Corpus, Document
from bot.library.search.encoder import find_encoder
from bot.library.search.evidence import Evidence, Script, weigh_up
from bot.library.search.fold import LONGEST_QUERY
from bot.library.search.hanzi import read_hanzi
from bot.library.search.indexing import build_corpus
from bot.library.search.postings import best
from bot.library.search.query import Kind, Reading, features_of, readings
from bot.library.search.result import Confidence, Hit, Reason, SearchResult
from bot.library.search.score import confidence
from bot.library.search.sense import Sense

_NOT_SAID = ("fact:", "article:")  # ids of documents that are nobody's words

CANDIDATES = 18  # documents laid beside a reading; 32 find no more and cost 0.2 ms
EQUALS = 48  # of candidates that look alike: a title is also in every quote of its article
TRACED = 5  # of them, those whose evidence is weighed
FOUND = 0.45  # least confidence of a hit, which is offered if no better one is there …
CERTAIN = 0.9  # … of an answer that needs no question back …
ENOUGH = 0.985  # … and of one that spares the further readings

# Among equals the speaker's name goes first, then the words, then where they were published; and
# before that, whatever explains more of what was typed.
BEST_LINE = {SPEAKER: 0.02, TEXT: 0.01, WORK: 0.0, SAYING: 0.0}
BY_FIT, BY_NAT = 0.2, 0.002


# Sense: the least likeness (a cosine, and LETTERS of the belief in the letters) of what is offered.
# Of lines that nobody here said, one in ten comes as near to a quotation as 0.44; facts and
# articles are more, longer and nearer to anything about work.
LETTERS = 0.4
NEAR_QUOTE, NEAR_OTHER = 0.44, 0.52
QUOTES_FIRST = 0.05  # a quotation goes before a fact that is hardly nearer
SHORTEST_MEANT = 4  # characters of a line that can mean something


class Index:
    """What can be found, and the finding of it. Safe to share between threads: nothing changes."""

    def __init__(self, corpus: Corpus, sense: Sense | None = None) -> None:
        self._corpus = corpus
        self.sense = sense
        self._quotes = np.array([not i.startswith(_NOT_SAID) for i in corpus.ids], np.bool_)

    def changed(
        self,
        documents: Callable[[], Sequence[Document]],
        ids: Sequence[str],
        came: Mapping[str, Document],
    ) -> Index:
        """An index of these documents, made with the work of those that this one lacks: of all the
        `ids` those in `came`."""
        corpus = change_entries(self._corpus, ids, came)
        corpus = corpus or change_corpus(self._corpus, documents())
        return Index(corpus, self.sense and self.sense.changed(documents))

    def search(self, query: str, limit: int) -> list[tuple[str, float]]:
        """(id, score) of the best documents, best first; [] when nothing fits."""
        return [(hit.id, hit.score) for hit in self.look(query, limit).hits]

    def look(self, query: str, limit: int) -> SearchResult:
        """What the line means, whatever it is; only its first LONGEST_QUERY characters count."""
        found = self.look_by_letters(query, limit)
        return self.look_by_sense(found, limit) if self.asks_sense(found) else found.result

    def look_by_letters(self, query: str, limit: int) -> ByLetters:
        """What letters and sounds find."""
        query = query[:LONGEST_QUERY]
        ranked = self.ranked(query, limit)
        return ByLetters(query, ranked, self._result(query, ranked, limit))

    def asks_sense(self, found: ByLetters) -> bool:
        """Whether what letters and sounds found needs a second opinion, and there is one."""
        short = len(found.query.strip()) < SHORTEST_MEANT
        settled = short or found.result.sure is Confidence.SURE
        return not settled and self.sense is not None and self.sense.compares

    def look_by_sense(self, found: ByLetters, limit: int) -> SearchResult:
        """The same by what the line means, fused with what letters say; never sure. The first time
        this loads the encoder, a second of work: call it in a thread."""
        if self.sense is None:
            return found.result
        known = {hit.id: hit for hit in found.result.hits}
        belief = np.zeros(len(self._corpus.ids), np.float32)
        for candidate in found.ranked:
            belief[candidate.document] = candidate.belief
        like = self.sense.likeness(found.query) + LETTERS * belief
        least = np.where(self._quotes, NEAR_QUOTE, NEAR_OTHER)
        offered = (like >= least) | (belief >= FOUND)
        rank = np.where(offered, like + QUOTES_FIRST * self._quotes, -np.inf)
        places = np.argsort(-rank, kind="stable")[: min(limit, int(offered.sum()))]
        hits = (self._meant(int(place), float(like[place]), known) for place in places)
        return SearchResult(tuple(hits), Confidence.MAYBE if len(places) else Confidence.NOTHING)

    def _meant(self, place: int, like: float, known: Mapping[str, Hit]) -> Hit:
        name = self._corpus.ids[place]
        return known.get(name) or Hit(name, min(like, CERTAIN), Reason.SENSE)

    def _result(self, query: str, ranked: Sequence[Candidate], limit: int) -> SearchResult:
        chosen = [c for c in ranked if c.belief >= FOUND][:limit]
        if not chosen:
            return SearchResult((), Confidence.NOTHING)
        corpus = self._corpus
        turned = query != query.translate(corpus.hanzi.simplified)
        hits = (Hit(corpus.ids[c.document], c.belief, _reason(c, turned)) for c in chosen)
        said = chosen[0].evidence.mark != SAYING  # an editor's words are nobody's quotation
        certain = said and chosen[0].belief >= CERTAIN
        return SearchResult(tuple(hits), Confidence.SURE if certain else Confidence.MAYBE)

    def ranked(self, query: str, limit: int) -> list[Candidate]:
        """The best candidate for each document, however unlikely, best first."""
        found: dict[int, Candidate] = {}
        for reading in readings(query, self._corpus):
            for candidate in self._candidates(reading, limit):
                known = found.get(candidate.document)
                if known is None or candidate.rank > known.rank:
                    found[candidate.document] = candidate
            if any(candidate.belief >= ENOUGH for candidate in found.values()):
                break
        return sorted(found.values(), key=lambda c: (-round(c.rank, 3), c.document))

    def _candidates(self, reading: Reading, limit: int) -> Iterator[Candidate]:
        corpus = self._corpus
        scores = corpus.features.scores(features_of(reading, corpus))
        documents = best(scores, max(CANDIDATES, limit), EQUALS)
        if len(documents):
            for alignment in align(reading, documents, corpus, max(TRACED, limit)):
                seen = weigh_up(reading, alignment)
                belief = confidence(seen, len(corpus.ids))
                yield Candidate(alignment.document, belief, seen, reading, alignment)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document, one reading of the line, and what speaks for the two."""

    document: int
    belief: float
    evidence: Evidence
    reading: Reading
    alignment: Alignment

    @property
    def rank(self) -> float:
        seen = self.evidence
        return self.belief + BY_FIT * seen.fit + BY_NAT * seen.matched + BEST_LINE[seen.mark]


@dataclass(frozen=True, slots=True)
class ByLetters:
    """What letters and sounds say of a line: the best candidates, and what they amount to."""

    query: str
    ranked: Sequence[Candidate]
    result: SearchResult


def _reason(candidate: Candidate, turned: bool) -> Reason:
    seen, kind = candidate.evidence, candidate.reading.kind
    if seen.mark == SAYING:
        return Reason.SENSE
    if seen.script is Script.INITIALS:
        return Reason.INITIALS
    if seen.mark == SPEAKER:
        return Reason.SPEAKER
    if seen.script is Script.PINYIN:
        return Reason.PINYIN
    if kind is Kind.REGIONAL:
        return Reason.REGIONAL
    if seen.heard:
        return Reason.HOMOPHONE
    if not all(match.literal for match in candidate.alignment.matches):
        return Reason.TYPO
    if not seen.ordered:
        return Reason.WORDS
    if turned:
        return Reason.SCRIPT
    return Reason.EXACT if _is_whole_line(candidate.alignment) else Reason.FRAGMENT


def _is_whole_line(alignment: Alignment) -> bool:
    here, first, last = alignment.here, alignment.matches[0].place, alignment.matches[-1].place
    ends = last + 1 == len(here) or here[last + 1] < FIRST_TOKEN
    return bool(here[first - 1] < FIRST_TOKEN and ends)


def build(quotes: Sequence[Document]) -> Index:
    """An index of documents: mappings with `id`, `text`, `author`, `work` and `lang`; `also` may
    hold further texts, `author` and `work` several spellings, one a line."""
    encoder = find_encoder()
    sense = Sense(lambda: quotes, encoder) if encoder else None
    return Index(build_corpus(quotes, read_hanzi()), sense)


def load_or_build(
    documents: Sequence[Document] | Callable[[], Sequence[Document]],
    folder: Path,
    version: str = "",
) -> Index:
    """The same from the cache in a folder, which is made or renewed as needed. Documents that are
    given as a function are made when they are needed: not at all, when the cache is of this
    `version`."""
    made = documents if callable(documents) else lambda: documents
    encoder = find_encoder()
    sense = Sense(made, encoder, folder) if encoder else None
    return Index(load_or_build_corpus(made, folder, version), sense)
