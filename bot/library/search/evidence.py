"""What speaks for an alignment and what against it, in nats."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from bot.library.search.align import GAP, JUMP, JUMP_APART, REACH, Alignment, Match
from bot.library.search.corpus import FIRST_TOKEN, SPEAKER, TEXT
from bot.library.search.postings import Ints
from bot.library.search.query import Reading
from bot.library.search.question import ASKS
from bot.library.search.terms import Term

# Nats that matches are worth less …
LONE = 2.5  # … for a character by itself, or a word with typos by itself
LONE_JUMP = 2.0  # … for a jump among characters or syllables, which are everywhere
SKIP, PLACE = 1.0, 0.2  # … for going on further ahead in the same line, and for each place
QUOTE = 55  # tokens; in an article five times as long, a jump hits something by chance ln 5 oftener
CROSSING = 1.0  # … for going on from the words to their speaker or work, or back
HEARD = 1.0  # … for a character that only sounds right
NAME, PART_OF_NAME = 3.0, 1.5  # … and more for a speaker's name, or its first or last part
MOVED = 0.5  # share of its weight that a term keeps when it stands nearby, out of order
SOLID = 0.9  # least quality of a word that can stand by itself
CONTENT = 4.0  # nats of a word that means something wherever in the text it stands

# What a term without a match costs, as a share of its weight …
ASKED = 0.05  # … a question word at either end, where somebody asks
ASKED_INSIDE = 0.2  # … the same between matches: 鲁迅关于青年
LISTED = 0.3  # … a question word where nothing asks
ASTRAY = 1.0  # nats more for a term before or after the matches that is no question word
HELD = 0.4  # share of a typo's price that counts inside a run
MISHEARD = 0.1  # share of its weight that a homophone costs
CLEAN = 0.1  # share that may be missing from what is called whole

ABOUT = ("about", "关于", "有关", "提到")


class Script(Enum):
    """What the matched terms are made of."""

    HAN = "Chinese characters"
    LATIN = "words"
    PINYIN = "syllables"
    INITIALS = "initials"


@dataclass(frozen=True, slots=True)
class Evidence:
    matched: float  # nats of what matched, less what disorder costs
    missing: float  # nats of what did not …
    question: float  # … and of that, nats of the question around the words
    script: Script
    terms: int
    core: int  # terms that are no question words, or matched
    asked: int  # question words that did not match
    idle: bool  # nothing but question words: "who said that"
    about: bool  # a question is about just these: 关于睡眠, "about lunch"
    heard: int  # characters that only sound right
    ordered: bool  # all of the core, one after the other
    mark: int  # TEXT, SPEAKER, WORK or SAYING: the line that the first match is in

    @property
    def coverage(self) -> float:
        """Share that matched of what should have."""
        return self.matched / (self.matched + self.missing + 0.01)

    @property
    def fit(self) -> float:
        """The same with no thought for the question around the words."""
        return self.matched / (self.matched + self.missing - self.question + 0.01)

    @property
    def whole(self) -> bool:
        """All but the question stands there, to the letter and in a row."""
        clean = self.missing - self.question <= CLEAN * self.matched
        return clean and self.ordered and not self.heard


def weigh_up(reading: Reading, alignment: Alignment) -> Evidence:
    """The evidence in one alignment of a reading with a document."""
    terms = reading.terms
    runs = _without_question(_runs(_trimmed(alignment.matches, terms)), terms)
    tally = _Tally(terms, alignment, [match for run in runs for match in run])
    for run in runs:
        tally.run(run)
    for before, after in pairwise(runs):
        tally.step(before[-1], after[0])
    tally.rest()
    return tally.evidence()


def _trimmed(matches: Sequence[Match], terms: Sequence[Term]) -> Sequence[Match]:
    """Without question words at either end that are not even there to the letter."""

    def idle(match: Match) -> bool:
        return terms[match.term].quiet and not match.literal

    while len(matches) > 1 and idle(matches[0]):
        matches = matches[1:]
    while len(matches) > 1 and idle(matches[-1]):
        matches = matches[:-1]
    return matches


def _runs(matches: Sequence[Match]) -> list[list[Match]]:
    """The matches, parted where the chain jumps."""
    runs = [[matches[0]]]
    for before, match in pairwise(matches):
        if 0 < match.place - before.place <= REACH:
            runs[-1].append(match)
        else:
            runs.append([match])
    return runs


def _without_question(runs: list[list[Match]], terms: Sequence[Term]) -> list[list[Match]]:
    """Without the question words at either end that matched far from the rest."""

    def idle(run: list[Match]) -> bool:
        lone = len(run) == 1 and terms[run[0].term].ask > 0
        return lone or all(terms[match.term].quiet for match in run)

    while len(runs) > 1 and idle(runs[0]):
        runs = runs[1:]
    while len(runs) > 1 and idle(runs[-1]):
        runs = runs[:-1]
    return runs


class _Tally:
    """Adds up the evidence of one alignment."""

    def __init__(self, terms: Sequence[Term], alignment: Alignment, matches: list[Match]) -> None:
        self.terms, self.alignment = terms, alignment
        self.taken = {match.term for match in matches}
        self.places = {match.place for match in matches}
        self.first, self.last = matches[0].term, matches[-1].term
        self.script = _script([terms[place] for place in self.taken])
        self.mark = _opener(alignment.here, matches[0].place)[1]
        self.length = int(alignment.here.nonzero()[0][-1]) + 1  # behind it there is only padding
        self.matched = self.missing = self.question = self.named = 0.0
        self.asked = self.heard = 0
        where = (alignment.quality >= SOLID).nonzero()
        self.ordered = True
        self.solid: dict[int, list[int]] = {}  # per term, the places where it stands by itself
        for term, place in zip(*(axis.tolist() for axis in where), strict=True):
            self.solid.setdefault(term, []).append(place)

    def run(self, run: list[Match]) -> None:
        for match in run:
            self._match(match, HELD if len(run) > 1 else 1.0)
        gaps = run[-1].place - run[0].place + 1 - len(run)
        lone = len(run) == 1 < len(self.terms)
        if lone and (run[0].quality < SOLID or self.terms[run[0].term].sounds):
            self._charge(LONE)
        if gaps:
            self._charge(gaps * GAP)
        elif not self.named:
            self.named = self._name(run)
            self.matched += self.named

    def _match(self, match: Match, share: float) -> None:
        term = self.terms[match.term]
        self.matched += term.weight * match.quality
        if term.typed and term.sounds and not match.literal:
            self.heard += 1
            self.matched -= HEARD
            self.missing += term.weight * MISHEARD * share
        else:
            self.missing += term.weight * (1 - match.quality) * share

    def _charge(self, price: float) -> None:
        self.ordered = False
        self.matched -= price

    def _name(self, run: list[Match]) -> float:
        """What it is worth that the run is a speaker's name, or its first or last part."""
        here, after = self.alignment.here, run[-1].place + 1
        opens, mark = _opener(here, run[0].place)
        begins = opens == run[0].place - 1
        ends = after == len(here) or here[after] < FIRST_TOKEN
        if mark != SPEAKER or not (begins or ends):
            return 0.0
        return NAME if begins and ends else PART_OF_NAME

    def step(self, before: Match, after: Match) -> None:
        """From one run to the next."""
        here, term = self.alignment.here, self.terms[after.term]
        (line, mark), (other, other_mark) = (_opener(here, m.place) for m in (before, after))
        if term.apart and term.sounds:
            self._charge(JUMP_APART)
        elif line != other and (mark, other_mark) != (TEXT, TEXT):
            self._charge(CROSSING)
        else:
            ahead = after.place - before.place
            price = max(JUMP, math.log(self.length / QUOTE) + JUMP)
            price += LONE_JUMP * (self.script is not Script.LATIN)
            self._charge(min(price, SKIP + PLACE * ahead) if ahead > 0 else price)

    def rest(self) -> None:
        """The terms that the chain leaves out."""
        outside = (*self.terms[: self.first], *self.terms[self.last + 1 :])
        asking = any(term.ask == ASKS for term in outside)
        for place, term in enumerate(self.terms):
            if place not in self.taken:
                self._leave(place, term, asking)

    def _leave(self, place: int, term: Term, asking: bool) -> None:
        inside = self.first < place < self.last
        if not term.quiet and self._nearby(place, term):
            self.ordered = False
            self.matched += term.weight * MOVED
        elif term.ask == ASKS or (term.ask and asking):
            self.asked += 1
            share = ASKED_INSIDE if inside else ASKED if asking else LISTED
            self.question += term.weight * share
        else:
            self.ordered = False
            share = LISTED if term.ask else 1.0
            self.missing += term.weight * share + ASTRAY * (not term.ask and not inside)

    def _nearby(self, place: int, term: Term) -> bool:
        """Whether the term stands close to the matches, or anywhere if it is a word of weight."""
        low, high = max(0, min(self.places) - 2), max(self.places) + 3
        if not term.sounds and term.weight >= CONTENT:
            low, high = 0, self.alignment.quality.shape[1]
        for there in self.solid.get(place, ()):
            if low <= there < high and there not in self.places:
                self.places.add(there)
                return True
        return False

    def evidence(self) -> Evidence:
        return Evidence(
            matched=max(0.0, self.matched),
            missing=self.missing + self.question,
            question=self.question,
            script=self.script,
            terms=len(self.terms),
            core=sum(not t.ask or place in self.taken for place, t in enumerate(self.terms)),
            asked=self.asked,
            idle=self.asked > 0 and all(term.ask for term in self.terms),
            about=self._about(),
            heard=self.heard,
            ordered=self.ordered,
            mark=self.mark,
        )

    def _about(self) -> bool:
        """Whether "about" stands before the first word of the core, and nothing behind the last."""
        core = [place for place in sorted(self.taken) if not self.terms[place].ask]
        if not core or (self.script is Script.LATIN and core[-1] < len(self.terms) - 1):
            return False
        before = self.terms[max(0, core[0] - 2) : core[0]]
        return "".join(term.text for term in before).endswith(ABOUT)


def _script(matched: Sequence[Term]) -> Script:
    if any(term.initial for term in matched):
        return Script.INITIALS
    if any(not term.typed for term in matched):
        return Script.PINYIN
    heard = sum(bool(term.sounds) for term in matched)
    return Script.HAN if heard * 2 >= len(matched) else Script.LATIN


def _opener(here: Ints, place: int) -> tuple[int, int]:
    """Where the line of a place opens, and with which separator."""
    while here[place] >= FIRST_TOKEN:
        place -= 1
    return place, int(here[place])
