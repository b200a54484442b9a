"""Text that stays text: Telegram's HTML, measured the way Telegram measures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

MAX_SIZE = 4096
"""Code points after parsing (tdlib counts `utf8_length`; only entity offsets are UTF-16)."""

MAX_BYTES = 32_768
"""Of the marked-up text, before parsing."""

MAX_ENTITIES = 100
"""Later ones are dropped without a word: text that should stay text would come alive."""

_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")

_LIVE = re.compile(
    r"(?P<url>\b(?:https?|tg|ton)://[\w.-]+(?::\d+)?(?:[/?#][!-~]*)?)"
    r"|(?<![A-Za-z0-9_])@[A-Za-z0-9_]{2,}"
    r"|(?<![A-Za-z0-9_/<>])/[A-Za-z0-9_]+(?:@[A-Za-z0-9_]+)?"
)
"""What Telegram turns into a mention or a command by itself (after tdlib's match_mentions and
match_bot_commands). An address of a web page is left whole, and a link: up to where its host
ends, or its path, in which we take no more than ASCII. What stands behind it is text again."""

_MANY = 20
"""More mentions and commands than this in one text, and all of it becomes one entity."""


@dataclass(frozen=True, slots=True)
class Html:
    """Marked-up text with its size after parsing (code points) and its number of entities."""

    markup: str = ""
    size: int = 0
    entities: int = 0

    def __add__(self, other: Html) -> Html:
        return Html(
            self.markup + other.markup, self.size + other.size, self.entities + other.entities
        )

    def __bool__(self) -> bool:
        return self.size > 0

    @property
    def fits(self) -> bool:
        return (
            self.size <= MAX_SIZE
            and self.entities <= MAX_ENTITIES
            and len(self.markup.encode()) <= MAX_BYTES
        )


def escape(text: str) -> Html:
    """The text with its three dangerous characters escaped; a lone surrogate, which no request
    can carry, becomes U+FFFD."""
    text = _LONE_SURROGATE.sub("\ufffd", text)
    markup = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Html(markup, len(text))


def tag(name: str, inner: Html, attributes: str = "") -> Html:
    """The text as one entity; nothing for nothing."""
    if not inner:
        return inner
    return Html(f"<{name}{attributes}>{inner.markup}</{name}>", inner.size, inner.entities + 1)


def plain(text: str, *, bold: bool = False) -> Html:
    """Text in which nothing comes alive, complete to the letter.

    Telegram makes `@name` and `/command` clickable wherever it finds them, HTML or not; only
    inside `code` and links it does not look. So these words are set in `code`.
    """
    found = [m.span() for m in _LIVE.finditer(text) if not m["url"]]
    if len(found) > _MANY:
        return code(text)
    pieces: list[Html] = []
    at = 0
    for start, end in found:
        pieces += [_run(text[at:start], bold), code(text[start:end])]
        at = end
    return join([*pieces, _run(text[at:], bold)])


def _run(text: str, bold: bool) -> Html:
    """`code` may not stand inside `b`, so bold text is closed before it and opened after it."""
    return tag("b", escape(text)) if bold else escape(text)


def code(text: str) -> Html:
    return tag("code", escape(text))


def link(text: str, href: str) -> Html:
    """The text as a link; plain text when Telegram would refuse the address."""
    if not is_web_address(href):
        return plain(text)
    return tag("a", escape(text), f' href="{escape(href).markup.replace(chr(34), "&quot;")}"')


def join(pieces: Iterable[Html], by: str = "") -> Html:
    """The pieces that are not empty, with `by` between them."""
    whole = Html()
    for piece in pieces:
        if piece:
            whole = (whole + escape(by) if whole else whole) + piece
    return whole


_WEB_ADDRESS = re.compile(r"https?://[^\s/?#@:]+\.[^\s/?#@:]{2,}(?::\d{1,5})?(?:[/?#]\S*)?")


def is_web_address(url: str) -> bool:
    """Whether Telegram takes it as a link and as a button ("Wrong HTTP URL" otherwise)."""
    return len(url) <= 2048 and _WEB_ADDRESS.fullmatch(url) is not None
