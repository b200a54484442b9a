"""Words that Taiwan and the mainland say differently: 軟體 and 软件, 網路 and 网络."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rapidfuzz.distance import Postfix, Prefix

LONGEST_WORD = 4  # characters: 人工智慧 is the longest that matters


def regional_words(lines: Iterable[str], simplified: Mapping[int, int]) -> dict[str, str]:
    """How people elsewhere say the words of these folded lines → how the lines say them.

    OpenCC's tables convert whole texts and cannot be listed, so the lines are converted, and where
    something changed, the shortest stretches of characters that change are the words.
    """
    from opencc import OpenCC

    found: dict[str, str] = {}
    text = "\n".join(dict.fromkeys(lines))
    for chain in (("s2twp",), ("s2tw", "tw2sp")):
        converters = [OpenCC(config) for config in chain]

        def convert(some: str, converters: list[OpenCC] = converters) -> str:
            for converter in converters:
                some = converter.convert(some)
            return some.translate(simplified)

        both = zip(text.split("\n"), convert(text).split("\n"), strict=True)
        pieces = _pieces({_changed(line, other) for line, other in both if line != other})
        if not pieces:
            continue
        others = convert("\n".join(pieces)).split("\n")
        for piece, other in zip(pieces, others, strict=True):
            if piece != other and not any(known in piece for known in found.values()):
                found.setdefault(other, piece)
    return found


def _changed(line: str, other: str) -> str:
    """The stretch that differs, with as much before and after as can belong to its words."""
    start = Prefix.similarity(line, other)
    end = len(line) - Postfix.similarity(line[start:], other[start:])
    return line[max(0, start - LONGEST_WORD + 1) : end + LONGEST_WORD - 1]


def _pieces(stretches: Iterable[str]) -> list[str]:
    """Every piece of two to four characters, the short ones first."""
    sizes = range(2, LONGEST_WORD + 1)
    pieces = (
        stretch[start : start + size]
        for size in sizes
        for stretch in sorted(stretches)
        for start in range(len(stretch) - size + 1)
    )
    return list(dict.fromkeys(p for p in pieces if p.isalpha() and not p.isascii()))
