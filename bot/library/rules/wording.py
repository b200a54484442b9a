"""What must hold for every text, whatever it is for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from bot.core.text import is_chinese
from bot.library.aliases import simplify
from bot.library.spam import spam_in
from bot.library.yaml.diagnostics import Diagnostic
from bot.library.yaml.parse import Node

_HAN = "[\u3400-\u9fff]"
WIDE = {",": "，", "?": "？", "!": "！", ":": "：", ";": "；", "(": "（", ")": "）"}

ASCII_COMMA = re.compile(rf"(?<={_HAN}),(?={_HAN}|$)")
ASCII_PUNCTUATION = re.compile(
    rf"(?<={_HAN})[?!:;](?={_HAN}|$)|(?<={_HAN})[()]|[()](?={_HAN})"  # one Han beside a bracket
)

_TONE = "[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]"
_PINYIN = re.compile(rf"{_HAN}[(（][a-zü]{{0,6}}{_TONE}[a-zü]{{0,6}}[)）]")
_DAMAGE = re.compile(rf"\ufffd|{_HAN}€|€{_HAN}|锟斤拷|{_HAN}[?][a-z]{{0,6}}{_TONE}[a-z]{{0,6}}\)?")
"""What a wrongly decoded page leaves: replacement characters, the euro sign of byte 80, and
pinyin that was put into the middle of a character."""

_SPACES = re.compile(r"^ | $|  |\n")
_ADDRESS = re.compile(r"https?://|\bwww\.", re.IGNORECASE)

_PAIRS = {"“": "”", "「": "」", "『": "』", "（": "）", "《": "》", "【": "】", "(": ")"}
_CLOSERS = {closer: opener for opener, closer in _PAIRS.items()}

_EXCERPTS = ("evidence", "attribution")
"""Keys whose text is cut out of the source, perhaps within quotation marks."""

_NOT_SIMPLIFIED = ("zh-Hant", "aliases", "en")
"""Keys whose text is English or traditional, or may be."""


_MOJIBAKE = re.compile(r"â€[\u0080-\u00bf\u2018-\u2122]?|Ã[\u0080-\u00bf]|Â[\u00a0-\u00bf ]")
_LOOK_ALIKE = re.compile(
    "[\u2e80-\u2fdf\uff61-\uff9f]"  # radicals that PDFs hold for characters; half-width kana
    "|(?<=[A-Za-z])[\u0370-\u04ff]|[\u0370-\u04ff](?=[A-Za-z])"  # Greek, Cyrillic in Latin words
)
_MARKUP = re.compile(
    r"&(?:[a-z]{2,8}|#\d{2,5});|\*\*|(?<!\w)__|\]\(|`|</?[a-z]{1,10}[ />]", re.IGNORECASE
)
_NOBODY = ("null", "none", "n/a", "unknown", "undefined", "todo", "tbd", "xxx", "待定", "无")
"""What programs and people leave where a name or a text is due …"""

_UNWRITTEN = re.compile(
    r"\b(?:TODO|TBD|FIXME|XXX|lorem ipsum|translation (?:here|pending|to come)|to be translated)\b"
    r"|[?？]{3,}|…{5,}|待译|待翻译|待补充|待填|此处译文|译文待",
    re.IGNORECASE,
)
_WRITTEN = ("zh-Hans", "zh-Hant", "en", "text", "attribution", "evidence")
"""… which is at these keys."""


def check_fit_to_serve(root: Node) -> Iterator[Diagnostic]:
    """Advertising and damage: what no reader must be shown, so that the bot does not load it."""
    for node in root.strings():
        yield from _spam(node)
        yield from _damage(node)


def check_wording(root: Node) -> Iterator[Diagnostic]:
    for node in root.strings():
        if remains := [*_spam(node), *_damage(node)]:
            yield from remains  # whatever else is wrong comes from it
            continue
        yield from _spaces(node)
        yield from _unclosed(node)
        yield from _address(node)
        yield from _left_behind(node)
        if is_simplified(node):
            yield from _ascii_punctuation(node)
            yield from _traditional(node)


def is_simplified(node: Node) -> bool:
    """Whether it is a text in simplified Chinese, with the punctuation of one."""
    return is_chinese(node.text) and not any(part in _NOT_SIMPLIFIED for part in node.path)


def _spam(node: Node) -> Iterator[Diagnostic]:
    if found := spam_in(node.text):
        yield node.diagnostic("spam", words=found.words)


def _spaces(node: Node) -> Iterator[Diagnostic]:
    if _SPACES.search(node.text):
        yield node.diagnostic("spaces")


def _damage(node: Node) -> Iterator[Diagnostic]:
    found = _PINYIN.search(node.text) or _DAMAGE.search(node.text) or _MOJIBAKE.search(node.text)
    if found:
        yield node.diagnostic("damage", words=found[0])


def _left_behind(node: Node) -> Iterator[Diagnostic]:
    if found := _LOOK_ALIKE.search(node.text):
        plain = unicodedata.normalize("NFKC", found[0])
        yield node.diagnostic("look-alike", character=found[0], plain=plain)
    if _named(node) != "url" and (found := _MARKUP.search(node.text)):
        yield node.diagnostic("markup", words=found[0])
    if _named(node) not in _WRITTEN:
        return
    if node.text.strip().casefold() in _NOBODY:
        yield node.diagnostic("placeholder", words=node.text)
    elif found := _UNWRITTEN.search(node.text):
        yield node.diagnostic("placeholder", words=found[0])


def _address(node: Node) -> Iterator[Diagnostic]:
    if _named(node) != "url" and _ADDRESS.search(node.text):
        yield node.diagnostic("address")


def _unclosed(node: Node) -> Iterator[Diagnostic]:
    """The first quotation mark or bracket that is not closed, or closes nothing."""
    if _named(node) in _EXCERPTS:
        return
    opened: list[str] = []
    for character in node.text:
        if character in _PAIRS:
            opened.append(character)
        elif character in _CLOSERS and (not opened or opened.pop() != _CLOSERS[character]):
            yield node.diagnostic("unclosed", punctuation=character)
            return
    if opened:
        yield node.diagnostic("unclosed", punctuation=opened[-1])
    elif node.text.count('"') % 2:
        yield node.diagnostic("unclosed", punctuation='"')


def _ascii_punctuation(node: Node) -> Iterator[Diagnostic]:
    if ASCII_COMMA.search(node.text):
        yield node.diagnostic("ascii-comma")
    for character in dict.fromkeys(found[0] for found in ASCII_PUNCTUATION.finditer(node.text)):
        yield node.diagnostic("ascii-punctuation", punctuation=character, wide=WIDE[character])


def _traditional(node: Node) -> Iterator[Diagnostic]:
    plain = simplify(node.text)
    if plain != node.text and len(plain) == len(node.text):
        differ = ((old, new) for old, new in zip(node.text, plain, strict=True) if old != new)
        old, new = next(differ)
        yield node.diagnostic("traditional", character=old, simplified=new)


def _named(node: Node) -> str:
    return next((part for part in reversed(node.path) if isinstance(part, str)), "")
