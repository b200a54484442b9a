"""Words that Taiwan and the mainland say differently: 軟體 and 软件, 網路 and 网络."""

from collections.abc import Iterable, Mapping

LONGEST_WORD = 4  # characters: 人工智慧 is the longest that matters


def regional_words(lines: Iterable[str], simplified: Mapping[int, int]) -> dict[str, str]:
    """How people elsewhere say the words of these folded lines → how the lines say them.

    OpenCC's tables convert whole texts and cannot be listed, so the lines are converted, and where
    something changed, its shortest changing stretches of characters are the words.
    """
    from opencc import OpenCC

    found: dict[str, str] = {}
    text = "\n".join(dict.fromkeys(lines))
    for chain in (("s2twp",), ("s2tw", "tw2sp")):
        converters = [OpenCC(config) for config in chain]

        def convert(some: str) -> str:
            for converter in converters:
                some = converter.convert(some)
            return some.translate(simplified)

        changed = [a for a, b in zip(text.split("\n"), convert(text).split("\n"), strict=True) if a != b]
        pieces = _pieces(changed)
        others = convert("\n".join(pieces)).split("\n")
        for piece, other in zip(pieces, others, strict=True):
            if piece != other and not any(known in piece for known in found.values()):
                found.setdefault(other, piece)
    return found


def _pieces(lines: Iterable[str]) -> list[str]:
    """Every stretch of two to four characters, the short ones first."""
    pieces: dict[str, None] = {}
    lines = list(lines)
    for size in range(2, LONGEST_WORD + 1):
        for line in lines:
            for start in range(len(line) - size + 1):
                piece = line[start : start + size]
                if piece.isalpha() and not piece.isascii():
                    pieces[piece] = None
    return list(pieces)
