"""Pinyin as people type it: which sounds count as the same, and where syllables end."""

from collections.abc import Callable, Sequence

LONGEST_SYLLABLE = 6  # zhuang

_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"))
# 福建 is Hujian to half of the south: f before a vowel is hu.
_F = {"fa": "hua", "fan": "huan", "fang": "huan", "fei": "hui", "fen": "hun", "feng": "hun", "fo": "huo", "fou": "huo"}


def sound_of(syllable: str) -> str:
    """The sound a sloppy speaker makes of it: zh=z, ch=c, sh=s, -ng=-n (but -ong), n=l, f=hu."""
    for exact, sloppy in _INITIALS:
        if syllable.startswith(exact):
            syllable = sloppy + syllable[2:]
    syllable = _F.get(syllable, "hu" if syllable == "fu" else syllable)
    if syllable.endswith("ng") and not syllable.endswith("ong"):
        syllable = syllable[:-1]
    if syllable[0] == "n" and len(syllable) > 1 and syllable[1] in "aeiouv":
        syllable = "l" + syllable[1:]
    return syllable.replace("v", "u")


def spellings(syllables: Sequence[str]) -> dict[str, int]:
    """Every accepted spelling with its syllable number, sloppy ones (cuang, senme) included."""
    known = {name: number for number, name in enumerate(syllables) if name}
    sloppy = {}
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


WRONG = -1  # stands for a piece that is no syllable: a slip of the fingers


def segment(
    letters: str, known: dict[str, int], cost: Callable[[int, int], float]
) -> list[str] | None:
    """The cheapest way to read the letters as syllables, or None; `cost(previous, this)` ≥ 0.

    One piece in four may be no syllable.
    """
    best: list[dict[int, tuple[float, int, tuple[int, ...]]]] = [{} for _ in range(len(letters) + 1)]
    best[0][0] = (0.0, 0, (0,))
    for start in range(len(letters)):
        if not best[start]:
            continue
        for end in range(start + 1, min(start + LONGEST_SYLLABLE, len(letters)) + 1):
            this = known.get(letters[start:end], WRONG)
            if this == WRONG and (end - start == 1 or end - start > 5):
                continue
            value, wrong, path = min(
                (v + cost(previous, this), w, p) for previous, (v, w, p) in best[start].items()
            )
            if this not in best[end] or value < best[end][this][0]:
                best[end][this] = (value, wrong + (this == WRONG), (*path, end))
    if not best[-1]:
        return None
    _, wrong, path = min(best[-1].values())
    if wrong * 4 > len(path) and not (len(path) == 2 and len(letters) > 2):
        return None
    return [letters[a:b] for a, b in zip(path, path[1:], strict=False)]
