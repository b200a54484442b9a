"""What a reply looks like on Slack and on Telegram, as SVG: drawn from the native message that the
real renderers make, so that a picture in the README cannot promise more than the bot says.

Text flows as SVG flows it; only the width at which a line is broken is estimated, generously.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from html.parser import HTMLParser
from typing import Any

from bot.adapters.telegram.render import Message

Json = dict[str, Any]

WIDTH, MARGIN, SIZE, LINE = 620, 20, 14, 21
"""Pixels: of the picture, around the message, of its letters, and from line to line."""

_NARROW, _WIDE = set("iljtfrI.,:;'’|!()[]·- "), set("mwMW@%—…")
_SPACE_BELOW = {"heading": 6, "quote": 8, "text": 8, "note": 6}


@dataclass(frozen=True, slots=True)
class Run:
    text: str
    bold: bool = False
    code: bool = False
    link: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph: `kind` is heading, text, quote or note."""

    kind: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours, and whether buttons fill the width (Telegram) or stand beside each other."""

    page: str
    bubble: str
    text: str
    muted: str
    link: str
    bar: str
    button: str
    button_text: str
    full: bool


SLACK = Theme("#ffffff", "#ffffff", "#1d1c1d", "#616061", "#1264a3", "#dddddd", "#ffffff",
              "#1d1c1d", full=False)  # fmt: skip
TELEGRAM = Theme("#d5e4c3", "#ffffff", "#000000", "#707579", "#2481cc", "#2481cc", "#9fb98b",
                 "#ffffff", full=True)  # fmt: skip


def slack_picture(message: Json, title: str) -> str:
    """The picture of one Block Kit message."""
    parts: list[Part] = []
    rows: list[list[str]] = []
    for block in message["blocks"]:
        if block["type"] == "actions":
            rows.append([one["text"]["text"] for one in block["elements"] if "text" in one])
        else:
            parts += _block(block)
    return _svg(parts, rows, SLACK, title)


def telegram_picture(message: Message, title: str) -> str:
    """The picture of one message of the Bot API."""
    reader = _Html()
    reader.feed(message.text)
    keyboard = message.markup.inline_keyboard if message.markup else ()
    rows = [[button.text for button in row] for row in keyboard]
    return _svg(reader.parts(), rows, TELEGRAM, title)


def _block(block: Json) -> Iterator[Part]:
    match block:
        case {"type": "header", "text": {"text": words}}:
            yield Part("heading", (Run(words, bold=True),))
        case {"type": "context", "elements": elements}:
            yield Part("note", tuple(Run(one["text"]) for one in elements))
        case {"type": "rich_text", "elements": sections}:
            for one in sections:
                kind = "quote" if one["type"] == "rich_text_quote" else "text"
                yield Part(kind, tuple(map(_slack_run, one["elements"])))


def _slack_run(element: Json) -> Run:
    style = element.get("style", {})
    return Run(
        element.get("text", ""),
        bool(style.get("bold")),
        bool(style.get("code")),
        element["type"] == "link",
    )


class _Html(HTMLParser):
    """The few tags that our messages have."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self._found: list[Part] = []
        self._runs: list[Run] = []

    def parts(self) -> list[Part]:
        self._end()
        return self._found

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "blockquote":
            self._end()
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote":
            self._end()
        self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        for number, paragraph in enumerate(data.split("\n\n")):
            if number:
                self._end()
            if paragraph:
                tags = self._open
                self._runs.append(Run(paragraph, "b" in tags, "code" in tags, "a" in tags))

    def _end(self) -> None:
        runs = tuple(self._runs)
        if runs:
            runs = (replace(runs[0], text=runs[0].text.lstrip("\n")), *runs[1:])
        if runs and "".join(run.text for run in runs).strip():
            self._found.append(Part("quote" if "blockquote" in self._open else "text", runs))
        self._runs = []


@dataclass(slots=True)
class _Canvas:
    theme: Theme
    y: float = MARGIN + SIZE + 4
    shapes: list[str] = field(default_factory=list)

    def add(self, part: Part) -> None:
        theme, left = self.theme, MARGIN + 14
        quoted = part.kind == "quote"
        room = WIDTH - 2 * MARGIN - 28 - (14 if quoted else 0)
        top = self.y - SIZE
        colour = theme.muted if part.kind == "note" else theme.text
        size = SIZE + 3 if part.kind == "heading" else SIZE - 1 if part.kind == "note" else SIZE
        for line in _lines(part.runs, room, size):
            spans = "".join(_span(run, theme) for run in line)
            x = left + (14 if quoted else 0)
            self.shapes.append(
                f'<text x="{x}" y="{self.y:g}" font-size="{size}" fill="{colour}">{spans}</text>'
            )
            self.y += LINE
        if quoted:
            height = self.y - LINE + 5 - top
            self.shapes.append(
                f'<rect x="{left}" y="{top:g}" width="3" height="{height:g}" fill="{theme.bar}"/>'
            )
        self.y += _SPACE_BELOW[part.kind]

    def add_buttons(self, row: Sequence[str]) -> None:
        theme, gap, height = self.theme, 8, 30
        left, room = MARGIN + 14, WIDTH - 2 * MARGIN - 28
        widths = [_width(label, SIZE - 1) + 24 for label in row]
        if theme.full:
            left, room = MARGIN, WIDTH - 2 * MARGIN
            widths = [(room - gap * (len(row) - 1)) / len(row)] * len(row)
        x = float(left)
        for label, width in zip(row, widths, strict=True):
            if x + width > left + room + 1:
                x, self.y = float(left), self.y + height + gap
            self.shapes.append(
                f'<rect x="{x:g}" y="{self.y - SIZE:g}" width="{width:g}" height="{height}" rx="6"'
                f' fill="{theme.button}" stroke="{theme.bar if not theme.full else "none"}"/>'
                f'<text x="{x + width / 2:g}" y="{self.y + 6:g}" font-size="{SIZE - 1}"'
                f' text-anchor="middle" font-weight="600" fill="{theme.button_text}">'
                f"{escape(label)}</text>"
            )
            x += width + gap
        self.y += height + gap


def _svg(parts: Sequence[Part], rows: Sequence[Sequence[str]], theme: Theme, title: str) -> str:
    canvas = _Canvas(theme)
    for part in parts:
        canvas.add(part)
    below = canvas.y - SIZE + 4
    if theme.full:
        canvas.y = below + SIZE + 8
    for row in rows:
        canvas.add_buttons(row)
    height = round(canvas.y + MARGIN - SIZE)
    bubble = below if theme.full else height - MARGIN + 6
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
            f' width="{WIDTH}" height="{height}" role="img"'
            " font-family=\"-apple-system, 'Segoe UI', Helvetica, Arial, 'PingFang SC',"
            " 'Noto Sans CJK SC', sans-serif\">",
            f"<title>{escape(title)}</title>",
            f'<rect width="{WIDTH}" height="{height}" rx="10" fill="{theme.page}"/>',
            f'<rect x="{MARGIN}" y="{MARGIN - 8}" width="{WIDTH - 2 * MARGIN}"'
            f' height="{bubble - MARGIN + 8:g}" rx="10" fill="{theme.bubble}"/>',
            *canvas.shapes,
            "</svg>",
            "",
        ]
    )


def _span(run: Run, theme: Theme) -> str:
    look = ' font-weight="700"' if run.bold else ""
    if run.link:
        look += f' fill="{theme.link}"'
    if run.code:
        look += ' font-family="ui-monospace, Menlo, Consolas, monospace"'
    return f'<tspan xml:space="preserve"{look}>{escape(run.text)}</tspan>'


def _lines(runs: Sequence[Run], room: float, size: int) -> Iterator[list[Run]]:
    line: list[Run] = []
    used = 0.0
    for run in runs:
        for number, piece in enumerate(run.text.split("\n")):
            if number:
                yield line
                line, used = [], 0.0
            for word in _words(piece):
                width = _width(word, size) * (1.06 if run.bold else 1.15 if run.code else 1)
                if line and used + width > room:
                    yield line
                    line, used = [], 0.0
                    word = word.lstrip()
                line.append(replace(run, text=word))
                used += width
    if line:
        yield line


def _words(text: str) -> list[str]:
    """Where a line may be broken: after a space, and between Chinese characters, but not before
    punctuation."""
    words: list[str] = []
    for char in text:
        glued = words and not words[-1].endswith(" ") and (not _han(char) and not _ends_han(words))
        if words and (glued or char in "，。、；：？！”’）》」』…—"):
            words[-1] += char
        else:
            words.append(char)
    return words


def _ends_han(words: Sequence[str]) -> bool:
    return _han(words[-1][-1])


def _han(char: str) -> bool:
    return "\u2e80" <= char <= "\u9fff" or "\uff00" <= char <= "\uffef"


def _width(text: str, size: int) -> float:
    """Generous: what is estimated too narrow would run over the edge."""
    return sum(map(_em, text)) * size


def _em(char: str) -> float:
    if _han(char):
        return 1.02
    if char in _NARROW:
        return 0.34
    return 0.9 if char in _WIDE or ord(char) > 0x2000 else 0.7 if char.isupper() else 0.57
