"""Proof that words stand in a source, without the source.

Every window of 12 and of 6 letters of the cleaned source sets one bit of a field of 131,072, chosen
by a hash that is keyed with the article's id: 16 KB an article. Words are proved when all their
windows are there. A window that is not in the source is taken for one of it by chance with 8 %
(10,000 of 131,072 bits); a changed letter changes six to twelve windows, so that it passes with
less than one in a million, or with 8 % at the edge of a piece. Nobody can spell the source from the
field: any letter that may go on from known ones has hundreds of rivals.
"""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import combinations, pairwise
from pathlib import Path

FOLDER = "proof"

LONG, SHORT = 12, 6
"""Letters of a window: long ones prove, short ones hold pieces that are shorter than those."""

BITS = 1 << 17
JOINTS = 2
"""Places at which a quotation may be joined: 他说 stood between, or something is left out."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The field of one article."""

    article: str
    field: bytes

    def holds(self, words: str) -> bool | None:
        """Whether the words stand in the source letter for letter, in one piece or joined at
        punctuation; width, spaces and punctuation do not count. None for what is too short to be
        told."""
        letters, marks = _letters(words)
        if len(letters) < SHORT:
            return None
        inside = [place for place in marks if 0 < place < len(letters)]
        return any(
            all(self._stands(letters[start:end]) for start, end in pairwise((0, *joints, None)))
            for count in range(JOINTS + 1)
            for joints in combinations(inside, count)
        )

    def _stands(self, piece: str) -> bool:
        size = LONG if len(piece) >= LONG else SHORT
        return len(piece) >= SHORT and all(map(self._has, _windows(piece, size)))

    def _has(self, run: str) -> bool:
        bit = _bit(self.article, run)
        return bool(self.field[bit >> 3] >> (bit & 7) & 1)


def make_proof(article: str, source: str) -> Proof:
    """The proof of a cleaned source."""
    field = bytearray(BITS // 8)
    letters, _ = _letters(source)
    for run in (*_windows(letters, LONG), *_windows(letters, SHORT)):
        bit = _bit(article, run)
        field[bit >> 3] |= 1 << (bit & 7)
    return Proof(article, bytes(field))


def write_proof(content: Path, proof: Proof) -> Path:
    path = content / FOLDER / proof.article
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(base64.encodebytes(proof.field))
    return path


def proof_file(content: Path, article: str) -> bytes:
    """The proof of an article as it lies there; empty where there is none."""
    try:
        return (content / FOLDER / article).read_bytes()
    except (OSError, ValueError):
        return b""


def read_proof(content: Path, article: str) -> Proof | None:
    """None where there is none, or it is none of ours."""
    try:
        field = base64.b64decode(proof_file(content, article))
    except ValueError:
        return None
    return Proof(article, field) if len(field) == BITS // 8 else None


def _letters(text: str) -> tuple[str, list[int]]:
    """Letters and digits alone, folded; and the places among them where punctuation stood."""
    kept: list[str] = []
    marks: list[int] = []
    for char in unicodedata.normalize("NFKC", text).casefold():
        if char.isalnum():
            kept.append(char)
        elif not char.isspace():
            marks.append(len(kept))
    return "".join(kept), sorted(set(marks))


def _windows(letters: str, size: int) -> Iterator[str]:
    for start in range(len(letters) - size + 1):
        yield letters[start : start + size]


def _bit(article: str, run: str) -> int:
    hashed = blake2b(run.encode(), digest_size=4, key=article.encode()[:64]).digest()
    return int.from_bytes(hashed, "big") % BITS
