"""What must hold for every text, whatever it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.core.text import is_chinese
from bot.library.aliases import simplify
from bot.library.spam import spam_in
from bot.library.yaml.diagnostics import Diagnostic
from bot.library.yaml.parse import Node

_HAN = "[\u3400-\u9fff]"
_WIDE = {",": "，", "?": "？", "!": "！", ":": "：", ";": "；", "(": "（", ")": "）"}

_ASCII_COMMA = re.compile(rf"(?<={_HAN}),(?={_HAN}|$)")
_ASCII_PUNCTUATION = re.compile(
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


def check_wording(root: Node) -> Iterator[Diagnostic]:
    for node in root.strings():
        yield from _spam(node)
        if damage := list(_damage(node)):
            yield from damage  # whatever else is wrong comes from it
            continue
        yield from _spaces(node)
        yield from _unclosed(node)
        yield from _address(node)
        if is_chinese(node.text) and not any(part in _NOT_SIMPLIFIED for part in node.path):
            yield from _ascii_punctuation(node)
            yield from _traditional(node)


def _spam(node: Node) -> Iterator[Diagnostic]:
    if found := spam_in(node.text):
        yield node.diagnostic("spam", words=found.words)


def _spaces(node: Node) -> Iterator[Diagnostic]:
    if _SPACES.search(node.text):
        yield node.diagnostic("spaces")


def _damage(node: Node) -> Iterator[Diagnostic]:
    if found := _PINYIN.search(node.text) or _DAMAGE.search(node.text):
        yield node.diagnostic("damage", words=found[0])


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
    if _ASCII_COMMA.search(node.text):
        yield node.diagnostic("ascii-comma")
    for character in dict.fromkeys(found[0] for found in _ASCII_PUNCTUATION.finditer(node.text)):
        yield node.diagnostic("ascii-punctuation", punctuation=character, wide=_WIDE[character])


def _traditional(node: Node) -> Iterator[Diagnostic]:
    plain = simplify(node.text)
    if plain != node.text and len(plain) == len(node.text):
        differ = ((old, new) for old, new in zip(node.text, plain, strict=True) if old != new)
        old, new = next(differ)
        yield node.diagnostic("traditional", character=old, simplified=new)


def _named(node: Node) -> str:
    return next((part for part in reversed(node.path) if isinstance(part, str)), "")
