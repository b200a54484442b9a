"""How the Bot API reads HTML: its errors word for word, and what it finds by itself.

Stricter than the real server in one thing: what it would silently repair (entities that may not
stand inside each other, more than 100 of them) is refused here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ENTITY = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|([a-zA-Z]+));?")
_TAG = re.compile(r"<(/?)([^\s<>/]*)((?:\s+[a-z-]+(?:=\"[^\"]*\")?)*)\s*>")
_ATTRIBUTE = re.compile(r"([a-z-]+)(?:=\"([^\"]*)\")?")
_ALONE = {"code", "pre", "text_link"}
"""No other entity may stand inside these, nor code and pre inside another (but a blockquote)."""

_FOUND = (
    ("mention", re.compile(r"(?<!\w)@[A-Za-z0-9_]{2,32}\b")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?\b(?!/)")),
)


class CannotParse(Exception):
    """`can't parse entities: …`"""


@dataclass(frozen=True, slots=True)
class Entity:
    type: str
    offset: int
    length: int
    url: str = ""


@dataclass(slots=True)
class Parsed:
    """Text after parsing and its entities; offsets here are code points."""

    text: str = ""
    entities: list[Entity] = field(default_factory=list)

    def of(self, kind: str) -> list[str]:
        return [self.text[e.offset : e.offset + e.length] for e in self.entities if e.type == kind]


def parse_html(markup: str) -> Parsed:
    """What the server makes of it: trimmed text, given entities, found mentions and commands."""
    parsed, at = Parsed(), 0
    open_tags: list[tuple[str, int, str]] = []
    while at < len(markup):
        char = markup[at]
        if char == "<":
            at = _read_tag(markup, at, parsed, open_tags)
        elif char == "&" and (match := _ENTITY.match(markup, at)) and (text := _decode(match)):
            parsed.text += text
            at = match.end()
        else:
            stop = re.compile("[<&]").search(markup, at + 1)
            end = stop.start() if stop else len(markup)
            parsed.text += markup[at:end]
            at = end
    if open_tags:
        raise CannotParse(f"Can't find end tag corresponding to start tag {open_tags[-1][0]}")
    _check_nesting(parsed)
    parsed.entities += _found(parsed)
    return _trimmed(parsed)


def _decode(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED.get(match[3], "")
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if 0 < code < 0x10FFFF else ""


def _read_tag(markup: str, at: int, parsed: Parsed, open_tags: list[tuple[str, int, str]]) -> int:
    offset = len(markup[:at].encode())
    match = _TAG.match(markup, at)
    if match is None:
        raise CannotParse(f"Unsupported start tag or unclosed tag at byte offset {offset}")
    name = match[2].lower()
    if match[1]:
        if not open_tags:
            raise CannotParse(f"Unexpected end tag at byte offset {offset}")
        expected, start, url = open_tags.pop()
        if name != expected:
            raise CannotParse(
                f'Unmatched end tag at byte offset {offset}, expected "</{expected}>", '
                f'found "</{name}>"'
            )
        if len(parsed.text) > start:
            parsed.entities.append(Entity(TAGS[name], start, len(parsed.text) - start, url))
        return match.end()
    if name not in TAGS:
        raise CannotParse(f'Unsupported start tag "{name}" at byte offset {offset}')
    open_tags.append((name, len(parsed.text), _url(name, match[3])))
    return match.end()


def _url(name: str, attributes: str) -> str:
    given = dict(_ATTRIBUTE.findall(attributes))
    allowed = {"a": {"href"}, "blockquote": {"expandable"}}.get(name, set())
    if set(given) - allowed:
        raise CannotParse(f'Unexpected attribute in the tag "{name}"')
    url: str = given.get("href", "").replace("&quot;", '"').replace("&amp;", "&")
    if name == "a" and not re.match(r"(https?|tg|mailto):", url):
        raise CannotParse(f"URL {url!r} is dropped without a word")
    return url


def _check_nesting(parsed: Parsed) -> None:
    if len(parsed.entities) > 100:
        raise CannotParse(f"{len(parsed.entities)} entities; those after the 100th are dropped")
    for outer in parsed.entities:
        for inner in parsed.entities:
            inside = outer.offset <= inner.offset < outer.offset + outer.length
            if inner is outer or not inside or inner.length > outer.length:
                continue
            kinds = (outer.type, inner.type)
            alone = kinds[0] in _ALONE or (kinds[1] in {"code", "pre"} and kinds[0] != "blockquote")
            if (alone and not (kinds == ("text_link", "bold"))) or kinds == ("blockquote",) * 2:
                raise CannotParse(f"{inner.type} inside {outer.type} is repaired without a word")


def _found(parsed: Parsed) -> list[Entity]:
    taken = [(e.offset, e.offset + e.length) for e in parsed.entities if e.type in _ALONE]
    found: list[Entity] = []
    for kind, pattern in _FOUND:
        found += [
            Entity(kind, match.start(), match.end() - match.start())
            for match in pattern.finditer(parsed.text)
            if not any(a < match.end() and match.start() < b for a, b in taken)
        ]
    return found


def _trimmed(parsed: Parsed) -> Parsed:
    cut = len(parsed.text) - len(parsed.text.lstrip())
    text = parsed.text.strip()
    moved = [Entity(e.type, max(e.offset - cut, 0), e.length, e.url) for e in parsed.entities]
    return Parsed(text, [e for e in moved if e.offset < len(text)])
