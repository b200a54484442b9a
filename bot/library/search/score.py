"""One number from 0 to 1 for the evidence: how sure it makes us."""

from __future__ import annotations

import math

from bot.library.search.corpus import SPEAKER
from bot.library.search.evidence import Evidence, Script

# Certainties that are not weighed.
WHOLE = 1.0  # all that was typed, to the letter and in a row
ASKED_FOR = 0.995  # the same with a question around it: more than any weighing gives
ALIKE = 0.9  # one word, nearly right
TOPIC = 0.7  # the word or two that a question is about
WEIGHED = 0.99  # the most that weighing can give

# logit = ln(matched) * (a + b * coverage) - c: the more there is, the less of it must match. Fitted
# by logistic regression to 11,900 seeded queries over 4,017 quotes, then moved so that 5 in 100 of
# the harshest negatives pass: phrases cut from quotes just like those in the index.
_BELIEF = {
    Script.HAN: (2.25, 4.95, 14.5),
    Script.LATIN: (2.9, 5.7, 18.5),
    Script.PINYIN: (6.45, 1.75, 19.2),
}
# Among e times as many documents, what happens to fit is a nat stronger. Below a hundred documents
# chance hardly gets weaker, because they are about the same things.
CHANCE, FITTED_TO, FEW = 1.0, 4_017, 100

SHORTEST = 2  # Chinese characters that must match to the letter: any two sound like something
CORE, FEWEST = 8.0, 3  # nats and number of exact words that a question may stand around …
CORE_OF_QUESTION = 11.0  # … nats if they are words of a question themselves …
CORE_ABOUT = 4.5  # … and if the question says "about"
WRONG = 0.09  # share that may be wrong in a single word: one letter in seven …
WRONG_IN_NAME = 0.15  # … or one in five of a speaker's name


def confidence(evidence: Evidence, documents: int) -> float:
    """Among so many documents; at 0.5 it is as likely as not that this is what was meant."""
    if evidence.terms == 1:
        return _of_one_term(evidence)
    if evidence.whole:
        return _of_whole(evidence)
    short = evidence.script is Script.HAN and evidence.core <= SHORTEST
    if short or evidence.idle or evidence.script is Script.INITIALS:
        return 0.0
    a, b, c = _BELIEF[evidence.script]
    chance = CHANCE * math.log(max(documents, FEW) / FITTED_TO)
    logit = math.log(max(evidence.matched - chance, 1.0)) * (a + b * evidence.coverage) - c
    return WEIGHED / (1 + math.exp(-logit))


def _of_one_term(evidence: Evidence) -> float:
    """One word, one character: right or wrong, there is nothing around it to go by."""
    wrong = evidence.missing / (evidence.matched + 0.01)
    if wrong <= 0.01:
        return WHOLE
    most = WRONG_IN_NAME if evidence.mark == SPEAKER else WRONG
    return ALIKE if evidence.script is Script.LATIN and wrong <= most else 0.0


def _of_whole(evidence: Evidence) -> float:
    if not evidence.asked:
        return WHOLE
    least = CORE_OF_QUESTION if evidence.idle else CORE
    if evidence.mark == SPEAKER or (evidence.matched >= least and evidence.core >= FEWEST):
        return ASKED_FOR
    return TOPIC if evidence.about and evidence.matched >= CORE_ABOUT else 0.0
