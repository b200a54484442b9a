"""The repairs in their order: bytes first, then annotations, lines, script, width."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bot.editor.clean.blocks import is_spam, why_foreign
from bot.editor.clean.evidence import GAP, DamageEvidence, evidence_in, notes_in
from bot.editor.clean.repairs import Certainty, Cleaned, TextRepair
from bot.editor.clean.shifted import PINYIN, TAGS, realign
from bot.library.aliases import simplify

_HAN = "[\u3400-\u9fff]"
_LATIN_NOTE = re.compile(rf"(?<=[A-Za-z])\({PINYIN}\)(?=[A-Za-z])")
_TAG = re.compile(rf"\?{TAGS}|<{TAGS}|</?(?:span|strong|div|p|em|b)(?:\s[^<>]*)?>")
_DOUBLED = re.compile(r"([\w·.\- ]{2,20})\(\1\)")
_CUT_TAG = re.compile(rf"\?{TAGS}")
_DAMAGED = re.compile("\\?|[\ue000-\uf8ff]|€")

_NARROW = re.compile(r"(?<!\d),(?! )|,(?![\d ])|[?!;](?! )|:(?!//)(?!\d)|(?<=[^\x00-\x7f])[,?!:;]")
_WIDE = dict(zip(",?!:;", "，？！：；", strict=True))
_INSIDE = r"[^()（）]"
_BRACKETS = re.compile(rf"(?<![A-Za-z0-9_])\(({_INSIDE}+)\)|\(({_INSIDE}+)\)(?![A-Za-z0-9_])")
"""All but the brackets of code and formulas, f(x)."""

_ZHU = re.compile("(?<![显顯名专專原编編论論昭卓译譯土巨所合遗遺])著(?![名作称稱述者书書有录錄])")
"""著 that is 着, as in 意味著 and 隨著; not in 著名, 名著, 显著."""


def clean(text: str, *, keep_script: bool = False) -> Cleaned:
    """The text as its author wrote it, as far as that can be known, and every repair.

    Traditional characters become simplified unless `keep_script`. A text without damage comes out
    as it is, byte for byte."""
    evidence = evidence_in(text)
    turns = evidence.traditional and not keep_script
    if not (evidence.any or turns or _has_foreign(text, evidence)):
        held = (number for number, line in enumerate(text.splitlines(), 1) if line.strip())
        return Cleaned(text, (), tuple(held))
    repairs: list[TextRepair] = []
    kept: list[tuple[int, str]] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = _line(raw, number, evidence, turns, repairs)
        if line is not None:
            kept.append((number, line))
    if evidence.shifted or evidence.annotated:
        kept = _without_pulled(kept, repairs)
    joined = "\n".join(line for _, line in kept).strip("\n")
    origins = tuple(number for number, line in kept if line.strip())
    return Cleaned(re.sub(r"\n{3,}", "\n\n", joined) + "\n", tuple(repairs), origins)


def _has_foreign(text: str, evidence: DamageEvidence) -> bool:
    """Whether whole lines are not of the article."""
    return any(is_spam(line, lottery=evidence.lottery) for line in text.splitlines())


def _line(
    raw: str, number: int, evidence: DamageEvidence, turns: bool, repairs: list[TextRepair]
) -> str | None:
    """The line repaired; None when it is cut."""
    line = raw.replace("\xa0", " ").strip()
    if not _CUT_TAG.search(raw) and is_spam(raw, lottery=evidence.lottery):
        repairs.append(TextRepair(number, "spam", Certainty.EXACT, line, ""))
        return None
    for kind, repair in _STEPS:
        line, found = repair(line, evidence, turns)
        repairs += [TextRepair(number, kind, sure, before, after) for before, after, sure in found]
    if line and (why := why_foreign(line, lottery=evidence.lottery)):
        repairs.append(TextRepair(number, why, Certainty.EXACT, line, ""))
        return None
    return line


Found = list[tuple[str, str, Certainty]]
Step = Callable[[str, DamageEvidence, bool], tuple[str, Found]]


def _bytes(line: str, evidence: DamageEvidence, turns: bool) -> tuple[str, Found]:
    """Runs that were read out of step; a lost byte that the language chose is guessed."""
    gaps: Found = []
    if evidence.gaps:
        gaps = [(one, one.replace("?", " "), Certainty.GUESSED) for one in GAP.findall(line)]
        line = GAP.sub(lambda one: one[0].replace("?", " "), line)
    if not evidence.shifted or not _DAMAGED.search(line):
        return line, gaps
    done = realign(line)
    sure = Certainty.GUESSED if done.guesses else Certainty.EXACT
    return done.text, [*gaps, *((old, new, sure) for old, new in _runs(line, done.text))]


def _runs(before: str, after: str) -> Iterator[tuple[str, str]]:
    """What differs, run by run."""
    from rapidfuzz.distance import Indel

    start: tuple[int, int] | None = None
    end = (0, 0)
    for edit in Indel.opcodes(before, after):
        if edit.tag != "equal":
            start = start or (edit.src_start, edit.dest_start)
            end = (edit.src_end, edit.dest_end)
        elif start and edit.src_end - edit.src_start > _APART:
            yield before[start[0] : end[0]], after[start[1] : end[1]]
            start = None
    if start:
        yield before[start[0] : end[0]], after[start[1] : end[1]]


_APART = 4
"""Equal characters between two runs; fewer are chance inside one."""


def _tags(line: str, evidence: DamageEvidence, turns: bool) -> tuple[str, Found]:
    if not evidence.shifted:
        return line, []
    return _TAG.sub("", line), [(tag, "", Certainty.EXACT) for tag in _TAG.findall(line)]


def _notes(line: str, evidence: DamageEvidence, turns: bool) -> tuple[str, Found]:
    if not evidence.annotated:
        return line, []
    found: Found = [(one[0], one[1], Certainty.EXACT) for one in notes_in(line)]
    for before, after, _ in dict.fromkeys(found):
        line = line.replace(before, after)
    found += [(note, "", Certainty.EXACT) for note in _LATIN_NOTE.findall(line)]
    return _LATIN_NOTE.sub("", line), found


def _names(line: str, evidence: DamageEvidence, turns: bool) -> tuple[str, Found]:
    if not evidence.doubled:
        return line, []
    found: Found = [(one[0], one[1], Certainty.EXACT) for one in _DOUBLED.finditer(line)]
    return _DOUBLED.sub(r"\1", line), found


def _script(line: str, evidence: DamageEvidence, turns: bool) -> tuple[str, Found]:
    if not turns:
        return line, []
    return simplify(_ZHU.sub("着", line)), []


def _width(line: str, evidence: DamageEvidence, turns: bool) -> tuple[str, Found]:
    if not evidence.folded or not re.search(_HAN, line):
        return line, []
    line = _NARROW.sub(lambda one: _WIDE[one[0]], line)
    return _BRACKETS.sub(lambda one: f"（{one[1] or one[2]}）", line), []


_STEPS: tuple[tuple[str, Step], ...] = (
    ("shifted", _bytes),
    ("tag", _tags),
    ("pinyin", _notes),
    ("doubled", _names),
    ("script", _script),
    ("width", _width),
)


def _without_pulled(
    lines: list[tuple[int, str]], repairs: list[TextRepair]
) -> list[tuple[int, str]]:
    """Without a sentence that a page sets large on a line of its own and that stands in the text
    as well."""
    whole = "\n".join(line for _, line in lines)
    kept: list[tuple[int, str]] = []
    for number, line in lines:
        inner = line.strip("“”。")
        pulled = line.startswith("“") and line.endswith("”") and len(inner) > _APART * 2
        if pulled and whole.count(inner) > 1:
            repairs.append(TextRepair(number, "pull quote", Certainty.EXACT, line, ""))
        else:
            kept.append((number, line))
    return kept
