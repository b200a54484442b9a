"""Bytes as text, whatever encoding an old page has."""

from __future__ import annotations

from bot.core.errors import AiworkError

MOST = 10_000_000
"""Bytes of one text: the longest article is a hundredth of it."""

_MARKED = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BINARY = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")


class UnreadableText(AiworkError):
    """What was given is no text; the sentence says what to give."""


def read_text(raw: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else GB18030, else Big5, whichever reads as text. Raises
    UnreadableText for what is none."""
    if not raw.strip():
        raise UnreadableText("there is nothing to clean: give a text on standard input")
    if len(raw) > MOST:
        raise UnreadableText(f"that is longer than {MOST // 1_000_000} MB: give one article")
    if raw.startswith(_BINARY):
        raise UnreadableText("this is no text but a document or a picture: save it as text first")
    for mark, encoding in _MARKED:
        if raw.startswith(mark):
            return _decoded(raw, encoding)
    if b"\x00" in raw:
        raise UnreadableText("this is no text: it holds bytes that no text has")
    for encoding in ("utf-8", "gb18030", "big5"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableText("its encoding is none that is known: save it as UTF-8")


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableText(
            f"it says that it is {encoding}, and is not: save it as UTF-8"
        ) from None
