"""What any reader knows without a corpus: how common words are, and which of them ask.

The lists are in common.txt, short on purpose: enough to tell the usual from the rare in a library
of 35 quotes, and the vocabulary (not the patterns) of a question about a quote.
"""

from __future__ import annotations

import math
import re
from pathlib import Path


def _sections() -> dict[str, str]:
    text = re.sub(
        r"^#.*", "", Path(__file__).with_suffix(".txt").read_text("utf-8"), flags=re.MULTILINE
    )
    _, *parts = re.split(r"^\[(\w+)\]$", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


_SECTION = _sections()
HAN = "".join(_SECTION["han"].split())
ASKING = frozenset(_SECTION["asking"].split())
BESIDE = frozenset(_SECTION["beside"].split())
# Either spelling of a contraction becomes the words, in the corpus too.
CONTRACTIONS = dict(re.findall(r"^(\w+) = (.+)$", _SECTION["contractions"], flags=re.MULTILINE))

# Share of documents that hold the word of rank r, before anything is counted: Zipf's law for a
# quote of some 17 English words or 24 characters, so "the" and 的 are in six of ten quotes.
_ENGLISH_SHARE, _ENGLISH_SHIFT = 1.6, 1.5
_HAN_SHARE, _HAN_SHIFT = 5.0, 7.0
_RARE_WORD, _RARE_HAN = 0.0005, 0.002  # what is on neither list
RARE_SOUND = 0.01  # of a syllable beyond its characters on the list
MOST = 0.7  # no token is in more documents than that, so that each tells something

_RANK_ENGLISH = {word: rank for rank, word in enumerate(_SECTION["english"].split(), 1)}
_RANK_HAN = {character: rank for rank, character in enumerate(HAN, 1)}


def share(token: str) -> float:
    """Share of quotes in general that hold the word or character."""
    if token in _RANK_ENGLISH:
        return _ENGLISH_SHARE / (_RANK_ENGLISH[token] + _ENGLISH_SHIFT)
    if token in _RANK_HAN:
        return _HAN_SHARE / (_RANK_HAN[token] + _HAN_SHIFT)
    return _RARE_HAN if len(token) == 1 and not token.isascii() else _RARE_WORD


def surprise(token: str) -> float:
    """The same in nats; plurals are as common as the word."""
    return -math.log(min(MOST, max(share(token), share(token.removesuffix("s")))))
