"""Who stands in a text: names, and people without one who say something."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

SAYS = (
    "说道|说|表示|称|指出|认为|坦言|感叹道|感叹|告诉|介绍道|介绍|透露|回忆道|回忆|写道|强调|解释道|解释"
    "|补充道|补充|直言|问道|反问|评论道|评论|笑道|抱怨道|抱怨|吐槽道|吐槽|警告|承认|总结道|总结|坦诚|谈到"
    "|提到|呼吁|建议|讽刺地指出|回应|答道"
)
SAID = (
    "said|says|told|tells|wrote|writes|added|adds|explained|explains|recalled|recalls|argued|argues"
    "|warned|warns|noted|notes|asked|asks|put it|acknowledged|admitted|remarked|replied|posted"
)

_DOTTED = re.compile(r"([\u4e00-\u9fff]{1,8})((?:·[\u4e00-\u9fff]{1,8}){1,3})")
_LATIN = re.compile(
    r"(?<![A-Za-z])[A-Z][a-z'’-]+(?: (?:[A-Z][A-Za-z.'’-]*|de|van|von|bin|al)){1,3}(?![A-Za-z])"
)
_BESIDE = re.compile(r"[（(]([A-Za-z .'’-]{3,40})[)）]")
_TITLE_ENDS = re.compile(r".*[员人师授士家问官长者的是和与及让由被对向在为]")
"""What ends a title before a name: 研究员马达维, 负责人凯, 科技的娜塔莉亚."""

_NAME_ENDS = re.compile(rf"(?<=.)(?:{SAYS}|[在向对则就也还曾又和与的是于将把被从等]|最近).*")
"""What begins behind a name: 索梅帕利强调了, 基尔帕特里克在."""

_ORGANISATION = re.compile(
    r"[A-Z]{3,}|(?:AI|Inc|Labs?|News|Times|University|Platforms|Next|Post|Journal|Network|Group|Media"
    r"|Intelligence|Capital|Ventures|Technologies|Studio|Institute|Research|Models|Electron|Pro|Company)$"
)

_NO_PERSON = frozenset({
    "Silicon Valley", "San Francisco", "New York", "Wall Street", "United States", "Big Tech",
    "Hong Kong", "Business Insider", "Hugging Face", "Open ArticleText", "Palo Alto", "Bay Area",
})  # fmt: skip
_ANONYMOUS = re.compile(
    r"(?:(?:另|还有)?(?:一位|一名|某位|某名|多位|几位|数位)|不少|许多|一些)[^，。：“”！？\n]{1,24}?"
    rf"(?=(?:则|就|也|还|曾)?(?:{SAYS}))"
    r"|\b(?:[Oo]ne|[Aa]nother|[Aa]n?|[Ss]everal|[Ss]ome|[Tt]wo) [a-z][a-z -]{3,40}?"
    rf"(?= (?:{SAID})\b)"
)


@dataclass(frozen=True, slots=True)
class PersonNamed:
    """Where somebody is named, by the fullest name that the text has for them; `named` is False
    for 一位研究员."""

    place: int
    name: str
    named: bool = True


class People:
    """Everybody in a text, in its order."""

    def __init__(self, text: str, false_names: tuple[str, ...]) -> None:
        full = dict(_full_names(text)) | {name: name for name in false_names}
        self.known = full
        self._pattern = _any(full)
        self._found = sorted(self._all(text), key=lambda one: one.place)
        self._places = [one.place for one in self._found]

    def last_before(self, place: int) -> PersonNamed | None:
        """Whoever was named last before that place."""
        number = bisect_left(self._places, place)
        return self._found[number - 1] if number else None

    def named_in(self, words: str) -> str | None:
        """The fullest name of whoever stands in these words last."""
        found = self._pattern.findall(words) if self._pattern else []
        if found:
            return self.known[found[-1]]
        return next(reversed(list(_by_words(words))), None)

    def _all(self, text: str) -> Iterator[PersonNamed]:
        for match in self._pattern.finditer(text) if self._pattern else ():
            yield PersonNamed(match.start(), self.known[match[0]])
        for match in _ANONYMOUS.finditer(text):
            if not (self._pattern and self._pattern.search(match[0])):
                yield PersonNamed(match.start(), match[0], named=False)


def _full_names(text: str) -> Iterator[tuple[str, str]]:
    """Each name and each short form of it, with the full one; a Latin spelling beside a name in
    Chinese is that name."""
    beside: dict[str, str] = {}
    for match in _DOTTED.finditer(text):
        first = _TITLE_ENDS.sub("", match[1]) or match[1]
        full = first + _NAME_ENDS.sub("", match[2])
        yield full, full
        yield full.rpartition("·")[2], full
        if latin := _BESIDE.match(text, match.start() + len(match[0])):
            beside[latin[1]] = full
    for latin_name in _LATIN.findall(text):
        if latin_name in beside:
            yield latin_name, beside[latin_name]
        elif latin_name not in _NO_PERSON and not _ORGANISATION.search(latin_name):
            yield latin_name, latin_name
            if len(latin_name.rpartition(" ")[2]) > 1:
                yield latin_name.rpartition(" ")[2], latin_name


def _any(names: dict[str, str]) -> re.Pattern[str] | None:
    longest = sorted((name for name in names if len(name) > 1), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest))) if longest else None


def _by_words(words: str) -> Iterator[str]:
    """Names without a dot, 王志涵, as jieba's word classes know them."""
    for word, kind in _tagged(words):
        if kind.startswith("nr") and len(word) > 1:
            yield word


@cache
def _tagged(words: str) -> tuple[tuple[str, str], ...]:
    import jieba
    import jieba.posseg

    jieba.setLogLevel("ERROR")
    return tuple((pair.word, pair.flag) for pair in jieba.posseg.cut(words))
