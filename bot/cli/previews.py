"""An entry as Slack, Telegram and the terminal show it, by their own renderers, as HTML of a page
that allows no style and no script: what a renderer made is read, and only its text and meaning are
drawn again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from typing import Any

import htpy as h
from markupsafe import Markup
from rich.text import Text

from bot.adapters.console import render as terminal
from bot.adapters.slack.render import render as slack
from bot.adapters.telegram.render import render as telegram
from bot.adapters.wrapping import fold
from bot.cli.drawing import blocks_of
from bot.core.reply import Reply
from bot.core.words import Voice
from bot.editor.entries import Found

COLUMNS = 48
"""What the terminal's lines are wrapped to beside the other two."""

_PLAIN = {"b": h.strong, "blockquote": h.blockquote, "code": h.code}


def previews(found: Found, voice: Voice) -> Sequence[tuple[str, Markup]]:
    reply = Reply(blocks_of(found.entry, found.article, voice))
    return (
        ("Slack", _html(_slack(slack(reply, lambda line: f"/aiwork {line}")))),
        ("Telegram", _html(_telegram(one.text) for one in telegram(reply, "aiwork"))),
        ("Terminal", _html([h.pre[list(_terminal(terminal(reply)))]])),
    )


def _html(parts: Any) -> Markup:
    return Markup(str(h.fragment[list(parts)]))  # noqa: S704 - htpy has escaped every text in it


def _slack(messages: Sequence[dict[str, Any]]) -> Iterator[h.Node]:
    for message in messages:
        yield from (_slack_block(block) for block in message["blocks"])


def _slack_block(block: dict[str, Any]) -> h.Node:
    match block["type"]:
        case "header":
            return h.p[h.strong[block["text"]["text"]]]
        case "context":
            return h.p(".quiet")[" ".join(one["text"] for one in block["elements"])]
        case "rich_text":
            return [_slack_part(part) for part in block["elements"]]
        case "divider":
            return h.hr
        case _:
            return None


def _slack_part(part: dict[str, Any]) -> h.Node:
    inner = [_slack_text(one) for one in part["elements"]]
    return h.blockquote[inner] if part["type"] == "rich_text_quote" else h.p[inner]


def _slack_text(one: dict[str, Any]) -> h.Node:
    style = one.get("style", {})
    told: h.Node = one.get("text", one.get("url", ""))
    if one["type"] == "link":
        return _link(told, one["url"])
    told = h.code[told] if style.get("code") else told
    return h.strong[told] if style.get("bold") else told


def _telegram(markup: str) -> h.Node:
    reader = _TelegramHtml()
    reader.feed(markup)
    reader.close()
    return h.div[reader.whole()]


class _TelegramHtml(HTMLParser):
    """Telegram's few tags as elements of ours; of any other the text alone."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, str, list[h.Node]]] = [("", "", [])]

    def whole(self) -> list[h.Node]:
        while len(self._open) > 1:
            self.handle_endtag("")
        return self._open[0][2]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append((tag, dict(attrs).get("href") or "", []))

    def handle_endtag(self, tag: str) -> None:
        if len(self._open) > 1:
            name, address, inner = self._open.pop()
            drawn = _link(inner, address) if name == "a" else inner
            self._open[-1][2].append(_PLAIN[name][inner] if name in _PLAIN else drawn)

    def handle_data(self, data: str) -> None:
        self._open[-1][2].append(data)


def _terminal(lines: Sequence[Text]) -> Iterator[h.Node]:
    for line in (row for whole in lines for row in fold(whole, COLUMNS)):
        style = " ".join(str(one.style) for one in line.spans) + f" {line.style}"
        yield h.strong[line.plain] if "bold" in style else line.plain
        yield "\n"


def _link(label: h.Node, address: str) -> h.Node:
    """A link to the web; the words alone for any other scheme."""
    if address.startswith(("https://", "http://")):
        return h.a(href=address, rel="noopener noreferrer", target="_blank")[label]
    return h.span[label]
