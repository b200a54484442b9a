"""Pinyin as people type it: which sounds count as the same, and where syllables end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

LONGEST_SYLLABLE = 6  # letters: zhuang
WRONG = -1  # stands for a piece that is no syllable: a slip of the fingers
LONGEST_SLIP = 5  # letters of such a piece; one letter alone is none
SYLLABLES_PER_SLIP = 4

_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"))
# 福建 is Hujian to half of the south: f before a vowel is hu.
_F = {
    "fu": "hu", "fa": "hua", "fan": "huan", "fang": "huan", "fei": "hui", "fen": "hun",
    "fo": "huo",
}  # fmt: skip


def sound_of(syllable: str) -> str:
    """The sound a sloppy speaker makes of it: zh=z, ch=c, sh=s, -ng=-n (but -ong), n=l, f=hu."""
    for exact, sloppy in _INITIALS:
        if syllable.startswith(exact):
            syllable = sloppy + syllable[2:]
    syllable = _F.get(syllable, syllable)
    if syllable.endswith("ng") and not syllable.endswith("ong"):
        syllable = syllable[:-1]
    if syllable[0] == "n" and syllable[1:2] in tuple("aeiouv"):
        syllable = "l" + syllable[1:]
    return syllable.replace("v", "u")


def spellings(syllables: Sequence[str]) -> dict[str, int]:
    """Every accepted spelling with its syllable number, sloppy ones (cuang, senme) included."""
    known = {name: number for number, name in enumerate(syllables) if name}
    sloppy: dict[str, int] = {}
    for name, number in known.items():
        for other in _other_spellings(name):
            sloppy.setdefault(other, number)
    return {**sloppy, **known}


def _other_spellings(name: str) -> list[str]:
    forms = [name, name.replace("v", "u")]
    for exact, short in _INITIALS:
        forms += [short + form[2:] for form in forms if form.startswith(exact)]
    forms += [form[:-1] for form in forms if form.endswith("ng")]
    forms += [form + "g" for form in forms if form.endswith("n")]
    return forms


def segment(
    letters: str, known: dict[str, int], cost: Callable[[int, int], float]
) -> list[str] | None:
    """The cheapest way to read the letters as syllables, by Viterbi's algorithm.

    `cost(previous, this)` of two syllable numbers; the first `previous` is 0. None if more than one
    piece in SYLLABLES_PER_SLIP is no syllable.
    """
    # Per place: the last syllable → cost so far, slips so far, and where the pieces end.
    best: list[dict[int, tuple[float, int, tuple[int, ...]]]] = [{0: (0.0, 0, (0,))}]
    for end in range(1, len(letters) + 1):
        reached: dict[int, tuple[float, int, tuple[int, ...]]] = {}
        for start in range(max(0, end - LONGEST_SYLLABLE), end):
            this = known.get(letters[start:end], WRONG)
            if not best[start] or (this == WRONG and not 1 < end - start <= LONGEST_SLIP):
                continue
            value, slips, ends = min(
                (so_far + cost(previous, this), slips, ends)
                for previous, (so_far, slips, ends) in best[start].items()
            )
            if this not in reached or value < reached[this][0]:
                reached[this] = (value, slips + (this == WRONG), (*ends, end))
        best.append(reached)
    if not best[-1]:
        return None
    _, slips, ends = min(best[-1].values())
    if slips * SYLLABLES_PER_SLIP > len(ends) and len(ends) > 2:
        return None
    return [letters[start:end] for start, end in pairwise(ends)]
