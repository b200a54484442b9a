"""What a lookup says. Light to import: whoever reads an answer need not load numpy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Reason(Enum):
    """Why a document was found."""

    EXACT = "exact"  # the whole text
    FRAGMENT = "fragment"  # some of it, to the letter
    SCRIPT = "script"  # the same in the other script
    REGIONAL = "regional"  # the same in the other region's words
    TYPO = "typo"  # misspelled, or something missing
    HOMOPHONE = "homophone"  # characters that sound the same
    PINYIN = "pinyin"
    INITIALS = "initials"  # of pinyin
    SPEAKER = "speaker"
    WORDS = "words"  # words of it, in any order
    SENSE = "sense"  # the same said in other words


class Confidence(Enum):
    """What to do with a finding: answer; ask "did you mean" (up to three); say nothing fits."""

    SURE = "sure"
    MAYBE = "maybe"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Hit:
    id: str
    score: float  # confidence, from FOUND to 1
    reason: Reason


@dataclass(frozen=True, slots=True)
class SearchResult:
    hits: tuple[Hit, ...]  # best first; equals in the order of the documents
    sure: Confidence
