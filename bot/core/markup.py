"""Tags of HTML, so that a text which nobody escaped is a type error.

`Html` is a string to Python and another type to mypy: only `text`, `tag` and `joined` make it. A
library that watches the same at run time (htpy, MarkupSafe) took three to six times as long, and
the pages of a thousand articles are a hundred thousand.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from functools import cache
from typing import NewType

Html = NewType("Html", str)

_VOID = frozenset(("hr", "input", "link", "meta"))


def text(words: str) -> Html:
    """The words as they stand, whatever they look like."""
    return Html(html.escape(words))


def tag(name: str, /, *inner: Html, **attributes: str | bool | None) -> Html:
    """`<name …>inner</name>`. An attribute that is `None` or `False` is left out, `True` has no
    value; `class_` and `for_` stand for Python's own words, and an underscore for a hyphen."""
    said = "".join([_attribute(key, value) for key, value in attributes.items()])
    if name in _VOID:
        return Html(f"<{name}{said}>")
    return Html(f"<{name}{said}>{''.join(inner)}</{name}>")


def joined(parts: Iterable[Html]) -> Html:
    return Html("".join(parts))


def _attribute(key: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = _name(key)
    return f" {name}" if value is True else f' {name}="{html.escape(value)}"'


@cache
def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")
