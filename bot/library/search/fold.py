"""One fold for the corpus and for queries: what looks or means the same becomes the same.

Full width, capitals, accents, apostrophes, zero-width characters, emoji, punctuation and the
traditional script all go; what remains is split into tokens: one per Chinese character or kana,
one per word in any other script.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from bot.library.search.common import CONTRACTIONS

# Characters of a typed line that are read at all. NFKD is quadratic in combining marks (400,000 of
# them take two minutes), so a query is cut before it is folded, never after.
LONGEST_QUERY = 500

HAN = "\u3400-\u9fff\U00020000-\U0003ffff"
KANA = "\u3040-\u30ff"
# NFKD leaves accents as marks of their own, and apostrophes split "don't" where people type "dont".
_DROPPED = re.compile(
    r"[\u0300-\u036f\u3099\u309a\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\u00ad'’‘ʼ`´]"
)
# The s of "that's" and "Twain's" goes, so that "that is" and "Twain" meet them.
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b", re.IGNORECASE)
# "3,600" is one number, and not found by who looks for 600.
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_HAN = re.compile(f"[{HAN}]")
_TOKEN = re.compile(rf"[{HAN}{KANA}]|[^\W_{HAN}{KANA}]+")


def fold(text: str, simplified: Mapping[int, int]) -> str:
    """The folded text; never raises, whatever the string holds (lone surrogates included)."""
    plain = _THOUSANDS.sub("", unicodedata.normalize("NFKD", text))
    return _DROPPED.sub("", _POSSESSIVE.sub("", plain)).casefold().translate(simplified)


def split(folded: str) -> list[str]:
    tokens = _TOKEN.findall(folded)
    if not CONTRACTIONS.keys().isdisjoint(tokens):
        tokens = " ".join(CONTRACTIONS.get(token, token) for token in tokens).split()
    return tokens


def split_apart(folded: str) -> list[tuple[str, bool]]:
    """Each token, and whether something (a space, a comma, an emoji) stood right before it."""
    found: list[tuple[str, bool]] = []
    end = 0
    for match in _TOKEN.finditer(folded):
        words = CONTRACTIONS.get(match.group(), match.group()).split()
        found += [(word, match.start() > end) for word in words]
        end = match.end()
    return found


def is_han(token: str) -> bool:
    return "\u3400" <= token[0] <= "\u9fff" or token[0] >= "\U00020000"


def has_han(folded: str) -> bool:
    return _HAN.search(folded) is not None
